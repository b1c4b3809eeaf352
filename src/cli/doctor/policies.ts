import { forbids, policiesOf } from './content-security-policy.ts'
import type { Findings } from '../finding.ts'
import type { Page } from './page.ts'
import type { Places } from './scripts.ts'
import { forbidsTrustedTypes } from './trusted-types.ts'
import type { Visited } from './visit.ts'

/** What Content-Security-Policy is looked at for. */
export interface UnderPolicy {
  readonly page: Page
  readonly places: Places
  /** The answers that brought the page and the worker. */
  readonly answer: Visited
  readonly workerAnswer: Visited | undefined
  /** URLs that worker and page connect to. */
  readonly reached: readonly string[]
}

interface Forbidden {
  readonly code: string
  readonly what: string
  /** The directive that forbids it, if one does. */
  readonly directive: string | undefined
  readonly cure: string
}

/** May the page run its script and the worker, load its parts, and reach what it has to? @see https://w3c.github.io/webappsec-csp/ */
export function checkPolicies({ page, places, answer, workerAnswer, reached }: UnderPolicy, findings: Findings): void {
  const self = page.url
  const ofPage = policiesOf(answer.headers, page.metaPolicies)
  const forbidden = (code: string, what: string, directive: string | undefined, cure: string) =>
    forbiddenAt(self, { code, what, directive, cure })
  const forbiddenAt = (where: string, { code, what, directive, cure }: Forbidden) => {
    if (directive !== undefined) findings.problem(code, where, `Content-Security-Policy: ${directive} ${what}`, cure)
  }
  const nonce = page.ours?.attributes['nonce']
  if (places.script !== undefined) {
    const script = forbids(ofPage, 'script-src', { url: places.script, self, nonce })
    const cure = `Add 'self' to script-src, or the policy's nonce to the script tag.`
    forbidden('csp-script', `keeps the page script ${places.script} from running.`, script, cure)
    const part = new URL('bearer-worker.page.js', places.script).href
    if (script === undefined)
      forbidden(
        'csp-part',
        `keeps ${part} from running, which the page script loads where no worker can run.`,
        forbids(ofPage, 'inserted-script', { url: part, self, nonce }),
        cure,
      )
  }
  forbidden(
    'csp-worker',
    `keeps the worker ${places.worker} from running.`,
    forbids(ofPage, 'worker-src', { url: places.worker, self: self }),
    `Add worker-src 'self': a nonce is for script tags, and does not let a worker run.`,
  )
  forbidden(
    'csp-trusted-types',
    'keeps the page script from registering the worker: its policy is named bearer-worker.',
    forbidsTrustedTypes(ofPage),
    'Add bearer-worker to trusted-types.',
  )

  const ofWorker = workerAnswer ? policiesOf(workerAnswer.headers) : []
  for (const url of new Set([places.config, ...reached.map((each) => new URL(each, self).origin)])) {
    const source = new URL(url).origin === new URL(self).origin ? `'self'` : new URL(url).origin
    forbidden(
      'csp-connect',
      `keeps the page from reaching ${url}.`,
      forbids(ofPage, 'connect-src', { url, self }),
      `Add ${source} to connect-src of the page.`,
    )
    forbiddenAt(places.worker, {
      code: 'csp-worker-connect',
      what: `of the worker's script keeps it from reaching ${url}.`,
      directive: forbids(ofWorker, 'connect-src', { url, self: places.worker }),
      cure: `Add ${source} to connect-src of the policy that bearer-worker.sw.js is served with, or serve it without one.`,
    })
  }
}
