import type { SendHere } from './gate.ts'
import { fetchDirectly } from '../direct/fetch.ts'
import { addressed } from './address.ts'
import { type Interception, isListed } from './interception.ts'
import { inPlaceOf, nativeFetch, natives } from './natives.ts'
import { ownClasses } from './own-classes.ts'

/** What `window.fetch` is before a script of the page wraps it. */
export let coveredFetch: typeof fetch

/**
 * `fetch` waits at the gate, and tells the worker which requests were aborted. A request that needs neither is passed
 * on unchanged, and the browser's own promise is returned: a page may count the microtasks.
 */
export function interceptFetch(interception: Interception): void {
  const { gate, direct } = interception

  const send = (request: Request, mayGiveUp: boolean, sendHere: SendHere | undefined): Promise<Response> => {
    if (sendHere) return sendHere(request) ?? nativeFetch(request)
    const isTracked =
      mayGiveUp && !request.keepalive && !request.headers.has('authorization') && interception.mayTrack(request.url)
    return isTracked ? sendTracked(request, interception) : nativeFetch(request)
  }

  const sendByWorker = (...args: Parameters<typeof fetch>): Promise<Response> => {
    try {
      const [input, init] = args
      const mayGiveUp = input instanceof Request || !!init?.signal
      const mayBeTracked = mayGiveUp && interception.mayTrack(addressed(args).url)
      const isKeptAlive = init?.keepalive && interception.matcher?.sessionOf(addressed(args).url) !== undefined
      if (!gate.isOpen || gate.sendHere || mayBeTracked || isKeptAlive || interception.isLeft()) {
        // Made now: what a page passes in may change while it waits. And Firefox asks a worker for a keepalive request only if it came as one.
        const request = new ownClasses.Request(...args)
        if (request.signal.aborted) return nativeFetch(request)
        const go = (sendHere: SendHere | undefined) =>
          interception.mustNotLeave(request)
            ? Promise.reject(new TypeError('Failed to fetch'))
            : send(request, mayGiveUp, sendHere)
        if (gate.isOpen) return go(gate.sendHere)
        return gate.pass(isListed(interception, request.url)).then(go)
      }
    } catch {
      // The browser says itself what is wrong with it.
    }
    return nativeFetch(...args)
  }

  globalThis.fetch = coveredFetch = inPlaceOf(
    natives.fetch,
    function fetch(...args: Parameters<typeof globalThis.fetch>): Promise<Response> {
      if (direct.isOn) {
        try {
          const answer = fetchDirectly(direct, args, sendByWorker)
          if (answer) return answer
        } catch {
          // The browser says itself what is wrong with it.
        }
      }
      return sendByWorker(...args)
    },
  )
}

/** Sends a request whose end is told to the worker. */
function sendTracked(request: Request, { track }: Interception): Promise<Response> {
  const endTracking = track(request.method, request.url, (...header) => request.headers.set(...header))
  const answer = nativeFetch(request)
  request.signal.addEventListener('abort', () => endTracking(true))
  const onSettled = () => endTracking(false)
  answer.then(onSettled, onSettled)
  return answer
}
