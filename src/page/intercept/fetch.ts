import type { SendHere } from './gate.ts'
import { type Interception, isListed } from './interception.ts'
import { inPlaceOf, nativeFetch, pageNatives } from './natives.ts'

/** More than a page preloads. */
const MOST_PRELOADS = 100

/**
 * `fetch` waits at the gate, and tells the worker which requests were aborted. A request that needs neither is passed
 * on as it came, and the browser's own promise is returned: a page may count the microtasks.
 */
export function interceptFetch(interception: Interception): void {
  const { gate } = interception
  const askedFor = new Set<string>()
  const mayBePreloaded = !navigator.serviceWorker?.controller

  /**
   * Whether the browser may answer with a preload that left before any worker was there: it does so only for a request without
   * headers, so the first one of each URL is marked. @see https://fetch.spec.whatwg.org/#consume-a-preloaded-resource
   */
  const isPreloaded = (url: string): boolean => {
    if (!mayBePreloaded || askedFor.size > MOST_PRELOADS || askedFor.has(url)) return false
    askedFor.add(url)
    return true
  }

  const send = (request: Request, isToBeMarked: boolean, sendHere: SendHere | undefined): Promise<Response> => {
    if (sendHere) return sendHere(request) ?? nativeFetch(request)
    const isMarked = isToBeMarked && !request.keepalive && interception.mayMark(request.url)
    return isMarked ? sendMarked(request, interception) : nativeFetch(request)
  }

  window.fetch = inPlaceOf(
    pageNatives.fetch,
    function fetch(...args: Parameters<typeof globalThis.fetch>): Promise<Response> {
      try {
        const [input, init] = args
        const url = urlOf(input)
        const isToBeMarked = input instanceof Request || !!init?.signal || isPreloaded(url)
        const mayBeMarked = isToBeMarked && interception.mayMark(url)
        const isKeptAlive = init?.keepalive && interception.matcher?.sessionOf(url) !== undefined
        if (!gate.isOpen || gate.sendHere || mayBeMarked || isKeptAlive) {
          // Made now: what a page passes in may change while it waits. And Firefox asks a worker for a keepalive request only if it came as one.
          const request = new Request(...args)
          if (request.signal.aborted) return nativeFetch(request)
          if (gate.isOpen) return send(request, isToBeMarked, gate.sendHere)
          return gate
            .pass(isListed(interception, request.url))
            .then((sendHere) => send(request, isToBeMarked, sendHere))
        }
      } catch {
        // The browser says itself what is wrong with it.
      }
      return nativeFetch(...args)
    },
  )
}

function sendMarked(request: Request, { track }: Interception): Promise<Response> {
  const endTracking = track((...header) => request.headers.set(...header))
  const answer = nativeFetch(request)
  request.signal.addEventListener('abort', () => endTracking(true))
  const onSettled = () => endTracking(false)
  answer.then(onSettled, onSettled)
  return answer
}

const urlOf = (input: RequestInfo | URL): string =>
  input instanceof Request ? input.url : new URL(input, document.baseURI).href
