/** The functions of the browser that a page sends requests with, as they were before this script ran. */
import type { XhrNatives } from '../../page-part/xhr-natives.ts'
import { globals } from '../realm.ts'
import { apply, getterOf, setterOf, uncurried } from './own-classes.ts'

const page = globals
const { prototype } = page.XMLHttpRequest ?? Object

export const natives = {
  fetch: page.fetch,
  sendBeacon: page.navigator?.sendBeacon,
  EventSource: page.EventSource,
  open: prototype.open,
  send: prototype.send,
  abort: prototype.abort,
  setRequestHeader: prototype.setRequestHeader,
  getResponseHeader: prototype.getResponseHeader,
  getAllResponseHeaders: prototype.getAllResponseHeaders,
  upload: Object.getOwnPropertyDescriptor(prototype, 'upload')!,
}

export const nativeFetch: typeof fetch = (...args) => apply(natives.fetch, globalThis, args)

/** What handles tokens calls these: a script that replaces the browser's functions later sees nothing of it. */
export const nativeXhr: XhrNatives = {
  open: uncurried(natives.open) as XhrNatives['open'],
  setRequestHeader: uncurried(natives.setRequestHeader),
  getResponseHeader: uncurried(natives.getResponseHeader),
  getAllResponseHeaders: uncurried(natives.getAllResponseHeaders),
  response: getterOf(page.XMLHttpRequest, 'response'),
  responseText: getterOf(page.XMLHttpRequest, 'responseText'),
}

type Options = Pick<XMLHttpRequest, 'withCredentials' | 'timeout'>
const withCredentials = getterOf(page.XMLHttpRequest, 'withCredentials')
const timeout = getterOf(page.XMLHttpRequest, 'timeout')
const setWithCredentials = setterOf(page.XMLHttpRequest, 'withCredentials')
const setTimeoutOf = setterOf(page.XMLHttpRequest, 'timeout')

/** What a page has set of a request. No property of the object itself is asked: one of the page's would run its code here. */
export const optionsOf = (xhr: XMLHttpRequest): Options => ({
  withCredentials: withCredentials(xhr),
  timeout: timeout(xhr),
})

export function setOptions(xhr: XMLHttpRequest, options: Options): void {
  setWithCredentials(xhr, options.withCredentials)
  setTimeoutOf(xhr, options.timeout)
}

/** What a message contains. */
export const messageOf = getterOf(page.MessageEvent, 'data')
export const postTo = uncurried(
  page.ServiceWorker?.prototype?.postMessage as (
    this: ServiceWorker,
    message: unknown,
    ports: readonly object[],
  ) => void,
)

/**
 * What a page sees in place of a function of the browser: a proxy, so that its name, its length, its source text
 * ("[native code]") and what `new` says of it are the browser's.
 */
export function inPlaceOf<T extends (...args: never[]) => unknown>(native: T, ours: (...args: never[]) => unknown): T {
  return new Proxy(native, { apply: (_, self: unknown, args) => Reflect.apply(ours, self, args) as unknown })
}
