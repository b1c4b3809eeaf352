import type { Findings } from '../finding.ts'
import type { SessionConfiguration } from '../../policy/configuration.ts'
import { preflight, refusalOf } from './cors.ts'
import { type Examination, unreachable } from './examination.ts'
import { isReached, type Visited } from './visit.ts'

/** A protected resource of another origin, or of the site. */
export interface Resource {
  readonly url: string
  readonly session: SessionConfiguration
  readonly where: string
  /** The pattern is for many addresses, and whether this one of them is there is not known. */
  readonly isGuessed: boolean
}

/** A pattern, or an object that has one as its "url". */
const patternIn = (item: unknown): string =>
  typeof item === 'string' ? item : `${(item as { readonly url?: unknown }).url}`

/** The start of each pattern, up to its first wildcard or group: one for each session and origin. */
export function resourcesOf(sessions: readonly SessionConfiguration[], site: string): readonly Resource[] {
  const found = new Map<string, Resource>()
  for (const session of sessions) {
    session.resources.map(patternIn).forEach((pattern, index) => {
      const start = pattern.replace(/^(https?:\/\/)\*\./i, '$1any.').replace(/[*:{(?](?!\/\/|\d).*$/, '')
      if (!URL.canParse(start, site)) return
      const url = new URL(start, site)
      const key = `${session.name} ${url.origin}`
      if (!found.has(key))
        found.set(key, {
          url: url.href,
          session,
          where: `sessions.${session.name}.resources[${index}] ${pattern}`,
          isGuessed: start !== pattern,
        })
    })
  }
  return [...found.values()]
}

/** May a page of the site send the header there? */
export async function checkPreflight({ url, session, where }: Resource, examination: Examination): Promise<void> {
  const header = session.header.toLowerCase()
  const asked = { method: 'GET', headers: [header], origin: examination.origin }
  const visited = await preflight(url, asked, examination)
  if (!isReached(visited)) return unreachable(examination, visited, { code: 'api-unreachable', what: 'The API', where })
  const missing = refusalOf(visited, asked)
  if (missing)
    examination.findings.problem(
      missing.code,
      url,
      `A preflight ${missing.message}: no request with the header ${session.header} can count on reaching this API.`,
      missing.cure,
    )
}

/** Is it an API that answers, and is an answer for one user kept from the next? */
export async function checkAnswer(resource: Resource, examination: Examination): Promise<void> {
  const { url } = resource
  const { origin, visit, findings, isStartPage } = examination
  const visited = await visit(url, { headers: { origin } })
  if (!isReached(visited)) return
  if (isStartPage(visited)) return tellStartPage(resource, visited, findings)
  const control = visited.headers.get('cache-control')?.toLowerCase() ?? ''
  const varies = (visited.headers.get('vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (/no-store|no-cache/.test(control) || varies.includes('authorization') || varies.includes('*')) return
  const isKept = /max-age=[1-9]|s-maxage=[1-9]|public|immutable/.test(control)
  const message = `The API answers with Cache-Control: ${control || '(none)'} and without Vary: Authorization: a cache ${isKept ? 'keeps' : 'may keep'} the answer to one user for the next.`
  const cure = 'Let it send Cache-Control: no-store, or Vary: Authorization, with everything that needs a token.'
  if (isKept) findings.problem('cacheable-answer', url, message, cure)
  else findings.note('cacheable-answer', url, message, cure)
}

/** Many servers send the start page for each path that they do not know. Of an address that is only guessed, that may be all it says. */
function tellStartPage({ url, where, isGuessed }: Resource, { status, type }: Visited, findings: Findings): void {
  // A pattern for the whole site begins at the start page itself.
  if (new URL(url).pathname === '/') return
  const message = `The API answers with the start page of the site (status ${status}, ${type}): no server is behind this address.`
  const cure = `Let your server or its proxy pass this path on to the API, or correct ${where}.`
  if (isGuessed)
    findings.note(
      'api-start-page',
      url,
      message,
      `${cure} If the API only does not know this one address, name another with --request.`,
    )
  else findings.problem('api-start-page', url, message, cure)
}
