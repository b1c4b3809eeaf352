import { baseUrl } from '../own-origin.ts'
import { globals } from '../realm.ts'
import { getterOf, setterOf } from './own-classes.ts'

const { URL: NativeUrl, Request: NativeRequest } = globals as Partial<typeof globalThis>
const hrefOf = getterOf(NativeUrl as typeof URL, 'href')
const urlOfRequest = getterOf(NativeRequest as typeof Request, 'url')

/** The absolute URL of a text, by the browser's own classes. Throws a `TypeError` for what is none. */
export const absolute = (text: string): string => hrefOf(new NativeUrl!(text, baseUrl()))

const setUsername = setterOf(NativeUrl, 'username')

/** The same with a username, as `open()` takes one; `about:invalid` for what is no URL. */
export function address(text: string | URL, username: string | null | undefined): string {
  try {
    const url = new NativeUrl!(text, baseUrl())
    if (username) setUsername(url, username)
    return hrefOf(url)
  } catch {
    return 'about:invalid'
  }
}

/** What `fetch` would request: whoever is given a token is named by these, whatever an object says of itself later. */
export interface Addressed {
  readonly args: Parameters<typeof fetch>
  readonly url: string
}

/**
 * The arguments of `fetch`, and the URL that they name. An object is converted to text once, since it may say something else the next time;
 * a `Request` is asked by the browser's own getter, since a subclass may have one of its own.
 */
export function addressed([input, init]: Parameters<typeof fetch>): Addressed {
  const own = typeof input === 'object' ? urlOf(input) : undefined
  if (own !== undefined) return { args: [input, init], url: own }
  const text = `${input as string}`
  return { args: [text, init], url: absolute(text) }
}

/** Undefined for what is no `Request` of the browser. */
function urlOf(input: object): string | undefined {
  try {
    return urlOfRequest(input as Request)
  } catch {
    return undefined
  }
}
