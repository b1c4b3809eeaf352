import { type Cover, isConcerned } from './cover.ts'
import { inPlaceOf, nativeFetch, natives } from './natives.ts'

/** `fetch` waits at the gate, and tells the worker what was aborted. */
export function interceptFetch(cover: Cover): void {
  const { gate, inFlight } = cover

  const through = async (...args: Parameters<typeof fetch>): Promise<Response> => {
    if (gate.isOpen && !gate.way && !cover.concerns?.(urlOf(args[0]))) return nativeFetch(...args)
    // Made now: what a page passes in may change while it waits.
    const request = new Request(...args)
    const { method, url, signal } = request
    const way = gate.isOpen ? gate.way : await gate.pass(isConcerned(cover, url))
    if (way) return way(request) ?? nativeFetch(request)
    const settled = inFlight.track(method, url)
    const aborted = () => settled(true)
    signal.addEventListener('abort', aborted)
    try {
      return await nativeFetch(request)
    } finally {
      signal.removeEventListener('abort', aborted)
      settled(signal.aborted)
    }
  }

  window.fetch = inPlaceOf(natives.fetch, function fetch(...args: Parameters<typeof globalThis.fetch>) {
    return through(...args)
  })
}

const urlOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : new URL(input, document.baseURI).href)
