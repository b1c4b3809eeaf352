import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi'
import type { AuthorizationServerConfiguration, RefreshConfiguration } from '../../policy/configuration.ts'
import { preflight, refusalOf, unreadableBy } from './cors.ts'
import { type Examination, unreachable } from './examination.ts'
import { isReached, type Visited } from './visit.ts'

/** What of a refresh call shows from outside. */
type RefreshCall = Pick<RefreshConfiguration, 'url' | 'method' | 'body' | 'headers' | 'credentials'>

/** Where a session refreshes, and where that is written: a path in the configuration, or the metadata of a server. */
interface TokenEndpoint {
  readonly url: string
  readonly where: string
  readonly refresh: RefreshCall
}

/** Does the token endpoint let the site's origin in, and is it there? */
export async function checkTokenEndpoint(refresh: RefreshCall, where: string, examination: Examination): Promise<void> {
  const { origin, visit, findings, consent } = examination
  const url = new URL(refresh.url, origin).href
  const endpoint = { url, refresh, where }
  const isCrossOrigin = new URL(url).origin !== origin
  if (isCrossOrigin && leavesCookiesOut(refresh))
    return findings.problem(
      'refresh-credentials',
      url,
      `The refresh token is in a cookie ("body": "none"), the endpoint is on another origin than ${origin}, and with "credentials": "same-origin" no cookie goes there: every refresh would be refused.`,
      `Write "credentials": "include" beside ${where}, and let the server send Access-Control-Allow-Origin: ${origin} and Access-Control-Allow-Credentials: true.`,
    )
  if (isCrossOrigin && !(await passesPreflight(endpoint, examination))) return
  // It is the site that says where this goes: somebody has to agree.
  if (!(await consent(refresh.method, url)))
    return findings.note(
      'token-endpoint-not-tried',
      url,
      `The token endpoint was not sent a ${refresh.method}: whether it is there, is not known.`,
      'Call doctor with --probe, or say yes when it asks: it sends no token.',
    )
  const visited = await visit(url, withoutToken(refresh, origin))
  if (!isReached(visited))
    return unreachable(examination, visited, {
      code: 'token-endpoint-unreachable',
      what: 'The token endpoint',
      where: endpoint.where,
    })
  judge(endpoint, visited, examination)
  if (!isCrossOrigin || findings.all.some((finding) => finding.where === url)) return
  const missing = unreadableBy(visited, origin, refresh.credentials === 'include')
  if (missing)
    findings.problem(
      'token-endpoint-cors',
      url,
      `The answer of the token endpoint ${missing.message}: the worker cannot read the new token.`,
      missing.cure,
    )
}

/** A refresh by cookie whose cookie stays at home. */
const leavesCookiesOut = ({ body, credentials, headers }: RefreshCall): boolean =>
  body === 'none' && credentials === 'same-origin' && !/\{(refresh|access)Token\}/.test(Object.values(headers).join())

async function passesPreflight({ url, refresh, where }: TokenEndpoint, examination: Examination): Promise<boolean> {
  const headers = Object.keys(refresh.headers).map((name) => name.toLowerCase())
  if (refresh.body === 'json') headers.push('content-type')
  const { method, credentials } = refresh
  if (headers.length === 0 && /^(GET|POST)$/.test(method)) return true
  const asked = { method, headers, origin: examination.origin, withCredentials: credentials === 'include' }
  const visited = await preflight(url, asked, examination)
  if (!isReached(visited)) {
    unreachable(examination, visited, { code: 'token-endpoint-unreachable', what: 'The token endpoint', where })
    return false
  }
  const missing = refusalOf(visited, asked)
  if (missing)
    examination.findings.problem(
      'token-endpoint-cors',
      url,
      `A preflight to the token endpoint ${missing.message}: every refresh would fail.`,
      missing.cure,
    )
  return !missing
}

/** A refresh call without a refresh token: a server that is there refuses it, and shows whether it lets the origin read that. */
function withoutToken({ method, body, headers }: RefreshCall, origin: string): RequestInit {
  // Placeholders stand for tokens and cookies, of which there are none here.
  const sent = Object.entries(headers).filter(([, value]) => !/\{[^}]*\}/.test(value))
  return {
    method,
    redirect: 'manual',
    headers: { ...Object.fromEntries(sent), origin, ...(body === 'json' && { 'content-type': 'application/json' }) },
    ...(method !== 'GET' && body === 'json' && { body: '{}' }),
    ...(method !== 'GET' && body === 'form' && { body: new URLSearchParams({ grant_type: 'refresh_token' }) }),
  }
}

function judge({ url, refresh, where }: TokenEndpoint, visited: Visited, { findings, isStartPage }: Examination): void {
  const { status, headers, type, ok } = visited
  if (status >= 300 && status < 400)
    findings.problem(
      'token-endpoint-redirected',
      url,
      `The token endpoint redirects to ${headers.get('location')}: the worker follows no redirect with a refresh token.`,
      `Write the final address in place of ${where}.`,
    )
  else if ([404, 405, 501].includes(status))
    findings.problem(
      'token-endpoint-missing',
      url,
      `The token endpoint answers ${refresh.method} with status ${status}.`,
      `Correct ${where}.`,
    )
  else if (ok && type === 'text/html')
    findings.problem(
      'token-endpoint-html',
      url,
      `The token endpoint answers with ${isStartPage(visited) ? 'the start page of the site' : 'an HTML page'} (status ${status}): no server that refreshes is behind this address.`,
      `Correct ${where}, or let your server or its proxy pass this path on to the API.`,
    )
  else if (status >= 500)
    findings.problem(
      'token-endpoint-broken',
      url,
      `The token endpoint answers with status ${status}.`,
      'Look into the log of that server.',
    )
}

/** What the metadata of a server leave to the configuration. */
const BY_METADATA: Omit<RefreshCall, 'url'> = {
  method: 'POST',
  body: 'form',
  headers: {},
  credentials: 'omit',
}

/** The server's metadata: is it there, its own, readable by the site; and the token endpoint that it names? */
export async function checkAuthorizationServer(
  { issuer, metadata }: AuthorizationServerConfiguration,
  session: string,
  examination: Examination,
): Promise<void> {
  const { findings, origin } = examination
  const where = `sessions.${session}.authorizationServer`
  // Where they are written out, the worker asks for none.
  if (metadata)
    return checkTokenEndpoint(
      { ...BY_METADATA, url: metadata.token_endpoint },
      `${where}.metadata.token_endpoint`,
      examination,
    )
  const wrong: string[] = []
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const { visited, endpoint, why, blocked } = await discover(new URL(issuer), algorithm, examination)
    if (blocked)
      return unreachable(examination, blocked, {
        code: 'metadata-unreachable',
        what: 'The authorization server',
        where: `${where}.issuer`,
      })
    if (why !== undefined) {
      wrong.push(why)
      continue
    }
    const missing = visited && new URL(visited.url).origin !== origin ? unreadableBy(visited, origin, false) : undefined
    if (missing)
      return findings.problem(
        'metadata-cors',
        visited!.url,
        `The metadata of the authorization server ${missing.message}.`,
        `${missing.cure} If you cannot change that server, write its endpoints into ${where}.metadata.`,
      )
    if (endpoint === undefined || !URL.canParse(endpoint))
      return findings.problem(
        'metadata-token-endpoint',
        visited!.url,
        'The metadata names no token_endpoint.',
        'Describe the server by "refresh", or correct its metadata.',
      )
    return checkTokenEndpoint(
      { ...BY_METADATA, url: endpoint },
      `the token_endpoint that the server publishes at ${visited!.url}`,
      examination,
    )
  }
  findings.problem(
    'metadata-unreachable',
    issuer,
    `No metadata of this issuer (${wrong.join('; ')}).`,
    `Correct ${where}.issuer: it is written as the server's metadata has it, letter by letter.`,
  )
}

interface Discovered {
  readonly visited?: Visited
  readonly endpoint?: string | undefined
  readonly why?: string
  readonly blocked?: Extract<Awaited<ReturnType<Examination['visit']>>, { status: 0 }>
}

async function discover(
  issuer: URL,
  algorithm: 'oidc' | 'oauth2',
  { visit, origin }: Examination,
): Promise<Discovered> {
  let visited: Visited | undefined
  let blocked: Discovered['blocked']
  try {
    const response = await discoveryRequest(issuer, {
      algorithm,
      [allowInsecureRequests]: true,
      [customFetch]: async (url) => {
        const answer = await visit(url, { headers: { origin, accept: 'application/json' }, redirect: 'manual' })
        if (!isReached(answer)) {
          if (answer.blocked) blocked = answer
          throw new Error(answer.why)
        }
        visited = answer
        return new Response(answer.text, {
          status: answer.status,
          headers: { 'content-type': answer.headers.get('content-type') ?? '' },
        })
      },
    })
    const { token_endpoint } = await processDiscoveryResponse(issuer, response)
    return { endpoint: token_endpoint, ...(visited && { visited }) }
  } catch (error) {
    const reason = visited && !visited.ok ? `status ${visited.status}` : (error as Error).message
    return { why: `${visited?.url ?? algorithm}: ${reason}`, ...(blocked && { blocked }) }
  }
}
