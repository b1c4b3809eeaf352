import { allowInsecureRequests, customFetch, discoveryRequest, processDiscoveryResponse } from 'oauth4webapi'
import type {
  AuthorizationServerConfiguration,
  RefreshConfiguration,
  SessionConfiguration,
} from '../../policy/configuration.ts'
import type { Findings } from '../finding.ts'
import { isReached, type Visit, type Visited } from './visit.ts'

/** A protected resource of another origin, or of the site. */
export interface Resource {
  readonly url: string
  readonly session: SessionConfiguration
  readonly where: string
}

/** The start of each pattern, up to its first wildcard or group: one for each session and origin. */
export function resourcesOf(sessions: readonly SessionConfiguration[], site: string): readonly Resource[] {
  const found = new Map<string, Resource>()
  for (const session of sessions) {
    session.resources.forEach((pattern, index) => {
      const start = pattern.replace(/^(https?:\/\/)\*\./i, '$1any.').replace(/[*:{(?](?!\/\/|\d).*$/, '')
      const url = new URL(start, site)
      const key = `${session.name} ${url.origin}`
      if (!found.has(key))
        found.set(key, { url: url.href, session, where: `sessions.${session.name}.resources[${index}] ${pattern}` })
    })
  }
  return [...found.values()]
}

/** May a page of the site send the header there? @see https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export async function checkPreflight(
  { url, session, where }: Resource,
  origin: string,
  visit: Visit,
  findings: Findings,
): Promise<void> {
  const header = session.header.toLowerCase()
  const visited = await preflight(url, 'GET', [header], origin, visit)
  if (!isReached(visited))
    return findings.problem(
      'api-unreachable',
      url,
      `The API cannot be had: ${visited.why}.`,
      `Correct ${where}, or start that server.`,
    )
  const missing = refusalOf(visited, [header], origin)
  if (missing)
    findings.problem(
      missing.code,
      url,
      `A preflight ${missing.message}, so that no request with the header ${session.header} reaches this API.`,
      missing.cure,
    )
}

/** Is an answer for one user kept from the next? */
export async function checkCaching({ url }: Resource, origin: string, visit: Visit, findings: Findings): Promise<void> {
  const visited = await visit(url, { headers: { origin } })
  if (!isReached(visited)) return
  const control = visited.headers.get('cache-control')?.toLowerCase() ?? ''
  const varies = (visited.headers.get('vary') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  if (/no-store|no-cache/.test(control) || varies.includes('authorization') || varies.includes('*')) return
  const isKept = /max-age=[1-9]|s-maxage=[1-9]|public|immutable/.test(control)
  const message = `The API answers with Cache-Control: ${control || '(none)'} and without Vary: Authorization: what one user was told, ${isKept ? 'is' : 'may be'} kept for the next.`
  const cure = 'Let it send Cache-Control: no-store, or Vary: Authorization, with everything that needs a token.'
  if (isKept) findings.problem('cacheable-answer', url, message, cure)
  else findings.note('cacheable-answer', url, message, cure)
}

/** Does the token endpoint let the site's origin in, and is it there? */
export async function checkTokenEndpoint(
  refresh: Omit<RefreshConfiguration, 'tokenFields' | 'errorField'>,
  session: string,
  origin: string,
  visit: Visit,
  findings: Findings,
): Promise<void> {
  const url = new URL(refresh.url, origin).href
  const where = `sessions.${session}.refresh.url`
  const isCrossOrigin = new URL(url).origin !== origin
  const headers = Object.keys(refresh.headers).map((name) => name.toLowerCase())
  if (refresh.body === 'json') headers.push('content-type')
  if (isCrossOrigin && headers.length > 0) {
    const visited = await preflight(url, refresh.method, headers, origin, visit)
    if (!isReached(visited)) return unreachable(visited.why)
    const missing = refusalOf(visited, headers, origin, refresh.credentials === 'include')
    if (missing)
      return findings.problem(
        'token-endpoint-cors',
        url,
        `A preflight to the token endpoint ${missing.message}: every refresh would fail.`,
        missing.cure,
      )
  }
  // No refresh token goes with it: a server that is there refuses this, and shows whether it lets the origin read that.
  const body =
    refresh.method === 'GET' || refresh.body === 'none'
      ? undefined
      : refresh.body === 'json'
        ? '{}'
        : new URLSearchParams({ grant_type: 'refresh_token' })
  const visited = await visit(url, {
    method: refresh.method,
    redirect: 'manual',
    headers: { origin, ...refresh.headers, ...(refresh.body === 'json' && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body }),
  })
  if (!isReached(visited)) return unreachable(visited.why)
  if (visited.status >= 300 && visited.status < 400) {
    return findings.problem(
      'token-endpoint-redirected',
      url,
      `The token endpoint redirects to ${visited.headers.get('location')}: the worker follows no redirect with a refresh token.`,
      `Write the final address into ${where}.`,
    )
  }
  if ([404, 405, 501].includes(visited.status))
    return findings.problem(
      'token-endpoint-missing',
      url,
      `The token endpoint answers ${refresh.method} with status ${visited.status}.`,
      `Correct ${where}.`,
    )
  if (visited.status >= 500)
    return findings.problem(
      'token-endpoint-broken',
      url,
      `The token endpoint answers with status ${visited.status}.`,
      'Look into the log of that server.',
    )
  if (!isCrossOrigin) return
  const missing = readableBy(visited, origin, refresh.credentials === 'include')
  if (missing)
    findings.problem(
      'token-endpoint-cors',
      url,
      `The answer of the token endpoint ${missing}: the worker cannot read the new token.`,
      allowOrigin(origin),
    )

  function unreachable(why: string): void {
    findings.problem(
      'token-endpoint-unreachable',
      url,
      `The token endpoint cannot be had: ${why}.`,
      `Correct ${where}, or start that server.`,
    )
  }
}

/** The server's metadata: is it there, its own, readable by the site; and the token endpoint that it names? */
export async function checkAuthorizationServer(
  server: AuthorizationServerConfiguration,
  session: string,
  origin: string,
  visit: Visit,
  findings: Findings,
): Promise<void> {
  const where = `sessions.${session}.authorizationServer.issuer`
  const issuer = new URL(server.issuer)
  const wrong: string[] = []
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    let visited: Visited | undefined
    try {
      const response = await discoveryRequest(issuer, {
        algorithm,
        [allowInsecureRequests]: true,
        [customFetch]: async (url) => {
          const answer = await visit(url, { headers: { origin, accept: 'application/json' }, redirect: 'manual' })
          if (!isReached(answer)) throw new Error(answer.why)
          visited = answer
          return new Response(answer.text, {
            status: answer.status,
            headers: { 'content-type': answer.headers.get('content-type') ?? '' },
          })
        },
      })
      const { token_endpoint } = await processDiscoveryResponse(issuer, response)
      if (visited && new URL(visited.url).origin !== origin) {
        const missing = readableBy(visited, origin, false)
        if (missing)
          return findings.problem(
            'metadata-cors',
            visited.url,
            `The metadata of the authorization server ${missing}.`,
            allowOrigin(origin),
          )
      }
      if (token_endpoint === undefined)
        return findings.problem(
          'metadata-token-endpoint',
          visited!.url,
          'The metadata names no token_endpoint.',
          'Describe the server by "refresh", or correct its metadata.',
        )
      const refresh: Parameters<typeof checkTokenEndpoint>[0] = {
        url: token_endpoint,
        method: 'POST',
        body: 'form',
        tokenField: 'refresh_token',
        parameters: {},
        headers: {},
        credentials: 'omit',
        timeoutSeconds: 10,
      }
      return await checkTokenEndpoint(refresh, session, origin, visit, findings)
    } catch (error) {
      wrong.push(
        `${visited?.url ?? algorithm}: ${visited && !visited.ok ? `status ${visited.status}` : (error as Error).message}`,
      )
    }
  }
  findings.problem(
    'metadata-unreachable',
    server.issuer,
    `No metadata of this issuer (${wrong.join('; ')}).`,
    `Correct ${where}: it is written as the server's metadata has it, letter by letter.`,
  )
}

function preflight(
  url: string,
  method: string,
  headers: readonly string[],
  origin: string,
  visit: Visit,
): ReturnType<Visit> {
  return visit(url, {
    method: 'OPTIONS',
    redirect: 'manual',
    headers: {
      origin,
      'access-control-request-method': method,
      'access-control-request-headers': headers.toSorted().join(','),
    },
  })
}

interface Refusal {
  readonly code: string
  readonly message: string
  readonly cure: string
}

function refusalOf(
  visited: Visited,
  headers: readonly string[],
  origin: string,
  withCredentials = false,
): Refusal | undefined {
  if (!visited.ok) {
    return {
      code: 'preflight-status',
      message: `is answered with status ${visited.status}`,
      cure: 'Let the server answer OPTIONS with 204 before it asks for a token. If only this address is unknown to it, name another with --request.',
    }
  }
  const unreadable = readableBy(visited, origin, withCredentials)
  if (unreadable) return { code: 'preflight-origin', message: unreadable, cure: allowOrigin(origin) }
  const allowed = (visited.headers.get('access-control-allow-headers') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  // A wildcard never means Authorization. https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
  const missing = headers.filter(
    (name) => !allowed.includes(name) && !(allowed.includes('*') && name !== 'authorization' && !withCredentials),
  )
  if (missing.length === 0) return undefined
  const said = visited.headers.get('access-control-allow-headers')
  return {
    code: 'preflight-authorization',
    message: `does not allow the header ${missing.join(', ')} (Access-Control-Allow-Headers: ${said ?? 'none'}${allowed.includes('*') && missing.includes('authorization') ? '; the wildcard never means Authorization' : ''})`,
    cure: `Let the server send Access-Control-Allow-Headers: ${missing.join(', ')}.`,
  }
}

function readableBy({ headers }: Visited, origin: string, withCredentials: boolean): string | undefined {
  const allowed = headers.get('access-control-allow-origin')
  if (allowed !== origin && !(allowed === '*' && !withCredentials))
    return `does not allow ${origin} (Access-Control-Allow-Origin: ${allowed ?? 'none'})`
  if (withCredentials && headers.get('access-control-allow-credentials') !== 'true')
    return 'does not allow cookies (Access-Control-Allow-Credentials is missing)'
  return undefined
}

const allowOrigin = (origin: string) => `Let the server send Access-Control-Allow-Origin: ${origin}.`
