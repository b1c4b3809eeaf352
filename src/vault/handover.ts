/**
 * How a sign-in that the vault's page has begun at top level comes to the vault's frame in an app, where the browser keeps their stores apart
 * (WebKit): by a cookie of the vault's host, which a frame of the same site can read. It holds the code and its verifier for a minute at most, and no token.
 */
import { asSignIn, type StoredSignIn } from '../oauth/pending-sign-in.ts'

/** A sign-in for which the user is back. */
export interface Handover {
  /** Of the URL that the user came back to. */
  readonly query: string
  readonly signIn: StoredSignIn
}

/** Seconds until the app is loaded, with the frame in it. */
const LIFETIME_SECONDS = 60

/** With the prefix, no other host of the site can set it: a script of an app would hand over a sign-in of its own. @see https://www.rfc-editor.org/rfc/rfc6265bis#section-4.1.3.2 */
const cookieName = (): string => `${location.protocol === 'https:' ? '__Host-' : ''}bearer-worker-sign-in`

/** WebKit keeps the store of a frame apart by the origin around it, and no API says so. @see https://webkit.org/tracking-prevention/ */
export const keepsStoresApart = (): boolean => navigator.vendor.startsWith('Apple')

/** Throws where the browser does not keep the cookie. */
export function keepHandover(handover: Handover): void {
  // URLs, names and base64url: all of it is ASCII.
  setCookie(btoa(JSON.stringify(handover)), LIFETIME_SECONDS)
  if (!readHandover())
    throw new Error(
      'The browser keeps no cookie of the vault, by which it hands a sign-in over to the app: allow cookies for it.',
    )
}

/** Undefined where there is none, and where no browser needs one. */
export function readHandover(): Handover | undefined {
  if (!keepsStoresApart()) return undefined
  const start = `${cookieName()}=`
  const found = document.cookie.split('; ').find((each) => each.startsWith(start))
  if (found === undefined) return undefined
  try {
    const { query, signIn } = JSON.parse(atob(found.slice(start.length))) as Partial<Handover>
    const stored = asSignIn(signIn)
    return typeof query === 'string' && stored ? { query, signIn: stored } : undefined
  } catch {
    return undefined
  }
}

/** A frame may not be allowed to do so: then the cookie lives out its minute, with a code that was used. */
export const dropHandover = (): void => setCookie('', 0)

function setCookie(value: string, seconds: number): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  // biome-ignore lint/suspicious/noDocumentCookie: a frame and a page at top level share nothing else in WebKit.
  document.cookie = `${cookieName()}=${value}; Path=/; Max-Age=${seconds}; SameSite=Strict${secure}`
}
