/** The functions of the browser that this script uses, as they were before it ran. */
import type { PageNatives } from '../../page-part/index.ts'

// A framework that renders on a server imports this too: there is no window there.
const page = globalThis.window ?? {}
const { fetch, navigator, EventSource, Worker, XMLHttpRequest, Document, Element, HTMLIFrameElement } = page
const { prototype } = XMLHttpRequest ?? Object

export const { apply } = Reflect
export const { addEventListener } = globalThis.EventTarget?.prototype ?? {}

export const natives = {
  sendBeacon: navigator?.sendBeacon,
  EventSource,
  Worker,
  send: prototype.send,
  abort: prototype.abort,
  upload: Object.getOwnPropertyDescriptor(prototype, 'upload')!,
  createElement: Document?.prototype.createElement,
  setAttribute: Element?.prototype.setAttribute,
  attachShadow: Element?.prototype.attachShadow,
  appendChild: Element?.prototype.appendChild,
  contentWindow:
    HTMLIFrameElement && Object.getOwnPropertyDescriptor(HTMLIFrameElement.prototype, 'contentWindow')!.get!,
  nonce: globalThis.document?.currentScript?.nonce ?? '',
}

/** Those that the page part uses. */
export const pageNatives = {
  window: page,
  fetch,
  structuredClone: page.structuredClone,
  parse: JSON.parse,
  bind: Function.prototype.bind,
  valueOf: String.prototype.valueOf,
  Promise: page.Promise,
  Response: page.Response,
  Headers: page.Headers,
  getHeader: page.Headers?.prototype.get,
  TypeError: page.TypeError,
  DOMException: page.DOMException,
  Event: page.Event,
  ProgressEvent: page.ProgressEvent,
  MessageEvent: page.MessageEvent,
  open: prototype.open,
  setRequestHeader: prototype.setRequestHeader,
  getResponseHeader: prototype.getResponseHeader,
  getAllResponseHeaders: prototype.getAllResponseHeaders,
} satisfies PageNatives

export const nativeFetch: typeof fetch = (...args) => apply(pageNatives.fetch, page, args)

/** A function of ours in place of a native one: it has its name, its length and its text. */
export function inPlaceOf<T extends (...args: never[]) => unknown>(native: T, ours: (...args: never[]) => unknown): T {
  const text = native.toString.bind(native)
  return new Proxy(native, {
    apply: (_, self, args) => apply(ours, self, args),
    get: (target, name) => (name === 'toString' ? text : Reflect.get(target, name)),
  })
}
