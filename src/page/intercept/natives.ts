/** The functions of the browser that a page sends requests with, as they were before us. */
const page = globalThis.window ?? {} // none where a framework renders on a server, which imports this all the same
const { prototype } = page.XMLHttpRequest ?? Object

export const natives = {
  fetch: page.fetch,
  sendBeacon: page.navigator?.sendBeacon,
  EventSource: page.EventSource,
  open: prototype.open,
  send: prototype.send,
  abort: prototype.abort,
  setRequestHeader: prototype.setRequestHeader,
  upload: Object.getOwnPropertyDescriptor(prototype, 'upload')!,
}

export const nativeFetch: typeof fetch = (...args) => natives.fetch.apply(window, args)

/** Gives a function of ours the name and length of the one whose place it takes. */
export function inPlaceOf<T extends (...args: never[]) => unknown>(
  native: { readonly name: string; readonly length: number },
  ours: T,
): T {
  return Object.defineProperties(ours, { name: { value: native.name }, length: { value: native.length } })
}
