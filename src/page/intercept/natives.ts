/** The functions of the browser that a page sends requests with, as they were before this script ran. */
// A framework that renders on a server imports this too: there is no window there.
const page = globalThis.window ?? {}
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

export const nativeFetch: typeof fetch = (...args) => natives.fetch.apply(window, args)

/** Gives a function of ours the name and length of the one that it replaces. */
export function inPlaceOf<T extends (...args: never[]) => unknown>(
  native: { readonly name: string; readonly length: number },
  ours: T,
): T {
  return Object.defineProperties(ours, { name: { value: native.name }, length: { value: native.length } })
}
