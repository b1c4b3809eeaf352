import { MIMEType } from 'node:util'
import { reasonOf } from './unreachable-reason.ts'

/** What a server said; the body is read, up to a limit. */
export interface Visited {
  readonly url: string
  readonly status: number
  readonly ok: boolean
  readonly headers: Headers
  readonly redirected: boolean
  readonly text: string
  /** Without parameters, in lower case; empty when there is none or it is no media type. */
  readonly type: string
}

export type Visit = (url: string, init?: RequestInit) => Promise<Visited | Unreachable>

export interface Unreachable {
  readonly status: 0
  readonly ok: false
  readonly url: string
  /** E.g. `nothing listens there (ECONNREFUSED)`. */
  readonly why: string
  /** What to do about it, where that is clear from the reason. */
  readonly cure?: string
  /** Not asked at all: `mayVisit` said no. */
  readonly blocked?: true
}

export interface VisitorOptions {
  /** For each answer, its body included. */
  readonly timeoutMs: number
  /** Why a URL is not to be asked; each hop of a redirect is looked at. */
  readonly whyNot?: (url: URL) => Promise<string | undefined>
}

/** Bytes after decompression. What is looked for stands at the beginning, or is not worth more. */
const MOST_BYTES = 4_000_000
/** As many as browsers follow. @see https://fetch.spec.whatwg.org/#concept-http-redirect-fetch */
const MOST_REDIRECTS = 20

/** Asks a server, within the time given. Rejects never. */
export function visitor({ timeoutMs, whyNot = async () => undefined }: VisitorOptions): Visit {
  return async (url, init = {}) => {
    try {
      const signal = AbortSignal.timeout(timeoutMs)
      let at = url
      for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
        const why = await whyNot(new URL(at))
        if (why !== undefined) return { status: 0, ok: false, url: at, why, blocked: true }
        const response = await fetch(at, { ...init, redirect: 'manual', signal })
        const location = init.redirect === 'manual' ? undefined : redirectOf(response, at)
        if (location === undefined) return await visited(response, at, hops > 0)
        await response.body?.cancel()
        at = location
      }
      return { status: 0, ok: false, url, why: `it redirects more than ${MOST_REDIRECTS} times` }
    } catch (error) {
      return { status: 0, ok: false, url, ...reasonOf(error, url, timeoutMs) }
    }
  }
}

export function isReached(visited: Visited | Unreachable): visited is Visited {
  return visited.status !== 0
}

function redirectOf({ status, headers }: Response, base: string): string | undefined {
  const location = headers.get('location')
  if (![301, 302, 303, 307, 308].includes(status) || location === null || !URL.canParse(location, base))
    return undefined
  const url = new URL(location, base)
  if (!/^https?:$/.test(url.protocol)) throw new Error(`it redirects to ${url.protocol}`)
  return url.href
}

async function visited(response: Response, url: string, redirected: boolean): Promise<Visited> {
  const { status, ok, headers } = response
  return {
    url,
    status,
    ok,
    headers,
    redirected,
    text: await beginning(response),
    type: typeOf(headers.get('content-type')),
  }
}

/** The body up to the limit; the rest is not fetched. */
async function beginning({ body }: Response): Promise<string> {
  if (!body) return ''
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  for (let size = 0; size < MOST_BYTES; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    size += value.byteLength
    text += decoder.decode(value.subarray(0, Math.max(0, value.byteLength - Math.max(0, size - MOST_BYTES))), {
      stream: true,
    })
  }
  await reader.cancel()
  return text
}

function typeOf(contentType: string | null): string {
  try {
    return new MIMEType(contentType ?? '').essence
  } catch {
    return ''
  }
}
