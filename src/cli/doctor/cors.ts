import type { Examination } from './examination.ts'
import type { Visit, Visited } from './visit.ts'

/** Why a preflight does not let a request through, and how its server would. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly cure: string
}

/** What a preflight asks for. */
export interface Asked {
  readonly method: string
  /** In lower case. */
  readonly headers: readonly string[]
  readonly origin: string
  readonly withCredentials?: boolean
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export function preflight(url: string, { method, headers, origin }: Asked, { visit }: Examination): ReturnType<Visit> {
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

export function refusalOf(visited: Visited, asked: Asked): Refusal | undefined {
  const { headers, origin, withCredentials = false } = asked
  if (!visited.ok) {
    return {
      code: 'preflight-status',
      message: `is answered with status ${visited.status}`,
      cure: 'Let the server answer OPTIONS with 204 before it asks for a token. If only this address is unknown to it, name another with --request.',
    }
  }
  const unreadable = unreadableBy(visited, origin, withCredentials)
  if (unreadable) return { code: 'preflight-origin', ...unreadable }
  const allowed = (visited.headers.get('access-control-allow-headers') ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
  // A wildcard never means Authorization. https://fetch.spec.whatwg.org/#cors-non-wildcard-request-header-name
  const missing = headers.filter(
    (name) => !allowed.includes(name) && !(allowed.includes('*') && name !== 'authorization' && !withCredentials),
  )
  if (missing.length === 0) return methodRefused(visited, asked)
  const said = visited.headers.get('access-control-allow-headers')
  const wildcard =
    allowed.includes('*') && missing.includes('authorization')
      ? '; by the Fetch standard the wildcard does not mean Authorization. Some browsers of today take it all the same, and warn that they will stop'
      : ''
  return {
    code: 'preflight-authorization',
    message: `does not allow the header ${missing.join(', ')} (Access-Control-Allow-Headers: ${said ?? 'none'}${wildcard})`,
    cure: `Let the server send Access-Control-Allow-Headers: ${missing.join(', ')}.`,
  }
}

/** GET, HEAD and POST need no permission. @see https://fetch.spec.whatwg.org/#cors-safelisted-method */
function methodRefused({ headers }: Visited, { method, withCredentials = false }: Asked): Refusal | undefined {
  const said = headers.get('access-control-allow-methods')
  const allowed = (said ?? '').split(',').map((name) => name.trim())
  if (/^(GET|HEAD|POST)$/.test(method) || allowed.includes(method) || (allowed.includes('*') && !withCredentials))
    return undefined
  return {
    code: 'preflight-method',
    message: `does not allow the method ${method} (Access-Control-Allow-Methods: ${said ?? 'none'})`,
    cure: `Let the server send Access-Control-Allow-Methods: ${method}.`,
  }
}

/** Why a page of the origin cannot read an answer, and what the server has to send. */
export function unreadableBy(
  { headers }: Visited,
  origin: string,
  withCredentials: boolean,
): Pick<Refusal, 'message' | 'cure'> | undefined {
  const allowed = headers.get('access-control-allow-origin')
  const mayHaveCookies = headers.get('access-control-allow-credentials') === 'true'
  const needed = [
    ...(allowed === origin || (allowed === '*' && !withCredentials) ? [] : [`Access-Control-Allow-Origin: ${origin}`]),
    ...(withCredentials && !mayHaveCookies ? ['Access-Control-Allow-Credentials: true'] : []),
  ]
  if (needed.length === 0) return undefined
  const isOriginAllowed = allowed === origin || allowed === '*'
  return {
    message: isOriginAllowed
      ? `does not allow cookies (Access-Control-Allow-Origin: ${allowed}, Access-Control-Allow-Credentials: ${headers.get('access-control-allow-credentials') ?? 'none'})`
      : `does not allow ${origin} (Access-Control-Allow-Origin: ${allowed ?? 'none'})`,
    cure: `Let the server send ${needed.join(' and ')}.${withCredentials && allowed === '*' ? ' With cookies, a browser takes no wildcard.' : ''}`,
  }
}
