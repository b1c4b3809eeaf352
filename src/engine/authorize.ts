import type { SessionConfiguration } from '../policy/configuration.ts'
import type { AuthorizedRecord } from '../policy/vocabulary.ts'

/** The value of the header. Servers that say `bearer` often refuse the lower case. */
export function credentialsOf(record: AuthorizedRecord, config: Pick<SessionConfiguration, 'scheme'>): string {
  const type = record.tokenType
  const known = ['Bearer', 'DPoP'].find((scheme) => scheme.toLowerCase() === type?.toLowerCase())
  const scheme = config.scheme ?? known ?? type ?? 'Bearer'
  return scheme === '' ? record.accessToken : `${scheme} ${record.accessToken}`
}

export interface Sent {
  readonly signal?: AbortSignal | undefined
  readonly credentials?: RequestCredentials
}

/**
 * Whether browsers remove a header when a redirect leads to another origin. They do so for `Authorization` only; any other
 * header, a proof too, would go to that origin, so such a request follows no redirect.
 * @see https://fetch.spec.whatwg.org/#http-redirect-fetch
 */
export const staysBehind = (header: string): boolean => header.toLowerCase() === 'authorization'

/** The header of a DPoP proof. @see https://www.rfc-editor.org/rfc/rfc9449#section-4.1 */
export const PROOF = 'DPoP'

/**
 * The same request with one more header. Without a second argument `new Request` keeps everything of the first;
 * any init dictionary resets the referrer and drops `Range`.
 * @see https://fetch.spec.whatwg.org/#dom-request
 */
export function withHeaders(
  request: Request,
  headers: Readonly<Record<string, string>>,
  { signal, credentials = request.credentials }: Sent = {},
): Request {
  const redirect = Object.keys(headers).every(staysBehind) || request.redirect !== 'follow' ? undefined : 'error'
  const authorized =
    request.mode === 'no-cors' ? lifted(request, credentials, redirect) : abortable(request, signal, redirect)
  for (const [name, value] of Object.entries(headers)) authorized.headers.set(name, value)
  return authorized
}

/**
 * The page's request has a signal that never fires in a worker. A signal of ours needs an init dictionary, which removes the headers
 * that no script may set (Chromium: `Sec-CH-UA`). So it is set only where the page may abort the request.
 */
function abortable(request: Request, signal: AbortSignal | undefined, redirect: RequestRedirect | undefined): Request {
  // A navigation would lose its mode, and WebKit refuses a keepalive request with a body.
  const abort = signal && request.mode !== 'navigate' && !request.keepalive
  if (!abort && !redirect) return new Request(request)
  const { referrer, referrerPolicy } = request
  return new Request(request, { ...(abort && { signal }), ...(redirect && { redirect }), referrer, referrerPolicy })
}

/** A no-cors request drops `Authorization` silently: it goes as cors, its other fields kept. */
function lifted(
  request: Request,
  credentials: RequestCredentials,
  redirect: RequestRedirect = request.redirect,
): Request {
  const { referrer, referrerPolicy } = request
  return new Request(request, { mode: 'cors', credentials, referrer, referrerPolicy, redirect })
}
