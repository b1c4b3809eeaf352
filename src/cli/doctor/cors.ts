import type { Examination } from './examination.ts'
import type { Visit, Visited } from './visit.ts'

/** Why a preflight does not let a request through, and how its server would. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly cure: string
}

/** @see https://fetch.spec.whatwg.org/#cors-preflight-fetch */
export function preflight(
  url: string,
  method: string,
  headers: readonly string[],
  { visit, origin }: Examination,
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

export function refusalOf(
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

/** Why a page of the origin cannot read an answer. */
export function readableBy({ headers }: Visited, origin: string, withCredentials: boolean): string | undefined {
  const allowed = headers.get('access-control-allow-origin')
  if (allowed !== origin && !(allowed === '*' && !withCredentials))
    return `does not allow ${origin} (Access-Control-Allow-Origin: ${allowed ?? 'none'})`
  if (withCredentials && headers.get('access-control-allow-credentials') !== 'true')
    return 'does not allow cookies (Access-Control-Allow-Credentials is missing)'
  return undefined
}

export const allowOrigin = (origin: string): string => `Let the server send Access-Control-Allow-Origin: ${origin}.`
