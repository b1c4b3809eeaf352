import { type Cover, isConcerned } from './cover.ts'
import { inPlaceOf, nativeFetch, natives } from './natives.ts'

/** `fetch` waits at the gate, and tells the worker what was aborted. */
export function interceptFetch(cover: Cover): void {
  const { gate } = cover

  const through = async (...args: Parameters<typeof fetch>): Promise<Response> => {
    if (gate.isOpen && !gate.way && !cover.concerns?.(urlOf(args[0]))) return nativeFetch(...args)
    let request: Request
    try {
      // Made now: what a page passes in may change while it waits.
      request = new Request(...args)
    } catch {
      return nativeFetch(...args)
    }
    const { url, signal, keepalive } = request
    const way = gate.isOpen ? gate.way : await gate.pass(isConcerned(cover, url))
    if (way) return way(request) ?? nativeFetch(request)
    const settled = (args[0] instanceof Request || args[1]?.signal) && !keepalive && cover.mayMark(url) && cover.track((...header) => request.headers.set(...header))
    const answer = nativeFetch(request)
    if (!settled) return answer
    signal.addEventListener('abort', () => settled(true))
    return answer.finally(() => settled(false))
  }

  window.fetch = inPlaceOf(natives.fetch, function fetch(...args: Parameters<typeof globalThis.fetch>) {
    return through(...args)
  })
}

const urlOf = (input: RequestInfo | URL): string => (input instanceof Request ? input.url : new URL(input, document.baseURI).href)
