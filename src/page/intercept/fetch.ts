import { type Cover, isConcerned } from './cover.ts'
import type { Way } from './gate.ts'
import { inPlaceOf, nativeFetch, natives } from './natives.ts'

/**
 * `fetch` waits at the gate, and tells the worker what was aborted. Whatever needs neither is handed on as it came, and its
 * promise handed back: a page may count the microtasks.
 */
export function interceptFetch(cover: Cover): void {
  const { gate } = cover

  const send = (request: Request, mayGiveUp: boolean, way: Way): Promise<Response> => {
    if (way) return way(request) ?? nativeFetch(request)
    const { url, signal, keepalive } = request
    const settled =
      mayGiveUp && !keepalive && cover.mayMark(url) && cover.track((...header) => request.headers.set(...header))
    const answer = nativeFetch(request)
    if (settled) {
      signal.addEventListener('abort', () => settled(true))
      const over = () => settled(false)
      answer.then(over, over)
    }
    return answer
  }

  window.fetch = inPlaceOf(
    natives.fetch,
    function fetch(...args: Parameters<typeof globalThis.fetch>): Promise<Response> {
      try {
        const [input, init] = args
        const mayGiveUp = input instanceof Request || !!init?.signal
        if (!gate.isOpen || gate.way || ((mayGiveUp || init?.keepalive) && cover.mayMark(urlOf(input)))) {
          // Made now: what a page passes in may change while it waits. And Firefox asks a worker for a keepalive request only if it came as one.
          const request = new Request(...args)
          if (request.signal.aborted) return nativeFetch(request)
          return gate.isOpen
            ? send(request, mayGiveUp, gate.way)
            : gate.pass(isConcerned(cover, request.url)).then((way) => send(request, mayGiveUp, way))
        }
      } catch {
        // The browser says itself what is wrong with it.
      }
      return nativeFetch(...args)
    },
  )
}

const urlOf = (input: RequestInfo | URL): string =>
  input instanceof Request ? input.url : new URL(input, document.baseURI).href
