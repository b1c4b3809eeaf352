import { fetchEventSource } from './fetch-event-source.ts'

type Stream = Pick<EventSource, 'readyState' | 'close'>

/**
 * Goes on with an `EventSource` whose worker was lost: the browser would connect it again without a token. From now on it
 * is read by the page's own `fetch`, which is covered.
 */
export function continueEventSource(source: EventSource, lastEventId: string): void {
  const { url, withCredentials, CLOSED } = source
  source.close()
  const send = (request: Request) => globalThis.fetch(request)
  let stream: Stream = fetchEventSource({ source, url, withCredentials, lastEventId, send })
  Object.defineProperty(source, 'readyState', { get: () => stream.readyState, configurable: true })
  source.close = () => {
    stream.close()
    stream = { readyState: CLOSED, close: () => {} }
  }
}
