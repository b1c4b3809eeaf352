import type { Findings } from '../finding.ts'
import type { Page } from './page.ts'
import { isOwnWorker, type Places } from './scripts.ts'
import type { Visited } from './visit.ts'

/** Does the scope hold the page, and may it? @see https://w3c.github.io/ServiceWorker/#path-restriction */
export function checkScope(places: Places, page: Page, answer: Visited | undefined, findings: Findings): void {
  if (!isAllowed(places, answer, findings) || page.url.startsWith(places.scope)) return
  findings.problem(
    'page-outside-scope',
    page.url,
    `This page is outside of the worker's scope ${places.scope}.`,
    cureFor(places, page),
  )
}

/** Whether a browser registers the worker for this scope; tells it where not. */
function isAllowed({ worker, scope, writtenScope }: Places, answer: Visited | undefined, findings: Findings): boolean {
  const folder = new URL('./', worker)
  const scopeUrl = new URL(scope)
  if (scopeUrl.origin !== folder.origin) {
    findings.problem(
      'scope-not-allowed',
      worker,
      `The scope ${scope} is on another origin than the worker, ${folder.origin}.`,
      `Write the path of a folder of this site, as in data-scope="${folder.pathname}", or leave data-scope out.`,
    )
    return false
  }
  const allowed = answer?.headers.get('service-worker-allowed') ?? undefined
  const limit = allowed === undefined ? folder : new URL(allowed, worker)
  if (!answer || scopeUrl.pathname.startsWith(limit.pathname)) return true
  const limited = allowed === undefined ? 'the folder of the worker' : `what Service-Worker-Allowed: ${allowed} allows`
  const without = writtenScope === undefined ? '' : `, or leave data-scope="${writtenScope}" out`
  findings.problem(
    'scope-not-allowed',
    worker,
    `The scope ${scopeUrl.pathname} is not inside ${limit.pathname}, ${limited}.`,
    `Serve the worker from ${scopeUrl.pathname}, or with the header Service-Worker-Allowed: ${scopeUrl.pathname}${without}.`,
  )
  return false
}

/** What puts the page into the scope: a corrected `data-scope`, or a worker further up. */
function cureFor({ worker, scope, writtenScope, script }: Places, { url, ours }: Page): string {
  const pageFolder = new URL('./', url).pathname
  const folder = new URL('./', worker).pathname
  if (writtenScope !== undefined) {
    if (`${url}/` === scope) return `Write data-scope="${new URL(url).pathname}", without the slash at the end.`
    return folder === '/' || pageFolder.startsWith(folder)
      ? `Correct data-scope="${writtenScope}": write data-scope="${folder}", or leave it out.`
      : `Write data-scope="${pageFolder}", and serve the worker from there, or with the header Service-Worker-Allowed: ${pageFolder}.`
  }
  const file = isOwnWorker(worker) ? new URL(worker).pathname.split('/').at(-1)! : 'bearer-worker.sw.js'
  const named = ours?.attributes['data-worker'] !== undefined
  const naming = script === undefined || named ? 'name it there' : 'name it on the script tag'
  return `Serve ${file} and bearer-worker.json from the root of the site, and ${naming}: data-worker="/${file}". Or leave it where it is, with the header Service-Worker-Allowed: / and data-scope="/" on the script tag.`
}
