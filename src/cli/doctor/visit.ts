import { MIMEType } from 'node:util'

/** What a server said; the body is read. */
export interface Visited {
  readonly url: string
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly redirected: boolean
  readonly text: string
  /** Without parameters, in lower case; empty when there is none or it is nonsense. */
  readonly type: string
}

export type Visit = (url: string, init?: RequestInit) => Promise<Visited | Unreachable>

export interface Unreachable {
  readonly status: 0
  readonly ok: false
  readonly url: string
  /** E.g. `ECONNREFUSED`, `certificate has expired`. */
  readonly why: string
}

/** Larger scripts are read up to here: what is looked for stands at the beginning, or is not worth more. */
const LONGEST_TEXT = 4_000_000

/** Asks a server, within the time given. Rejects never. */
export function visitor(timeoutMs: number): Visit {
  return async (url, init) => {
    try {
      const response = await fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) })
      const text = (await response.text()).slice(0, LONGEST_TEXT)
      const { status, ok, headers, redirected } = response
      return {
        url: response.url || url,
        status,
        ok,
        headers,
        redirected,
        text,
        type: typeOf(headers.get('content-type')),
      }
    } catch (error) {
      return { status: 0, ok: false, url, why: reasonOf(error, timeoutMs) }
    }
  }
}

export function isReached(visited: Visited | Unreachable): visited is Visited {
  return visited.status !== 0
}

function typeOf(contentType: string | null): string {
  try {
    return new MIMEType(contentType ?? '').essence
  } catch {
    return ''
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  const { name, message, cause } = error as Error & {
    readonly cause?: { readonly code?: string; readonly message?: string }
  }
  if (name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`
  return cause?.code ?? cause?.message ?? message
}
