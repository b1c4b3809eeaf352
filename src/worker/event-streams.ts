import type { Calls } from '../protocol.ts'
import { invalidCall } from './invalid-call.ts'

/** More than a page has: what a page tells must not grow without end. */
const MOST = 100
/** Where the event streams of pages stood, as these told; those that will connect first come first. */
const ids = new Map<string, Map<number, string>>()

const keyOf = (client: string, url: string): string => `${client} ${url}`

/** A stream of a page broke off and will be connected again; or, without an id, it was closed meanwhile. */
export function willResume(client: string, { url, source, id }: Calls['lastEventId']['call']): void {
  if (
    typeof url !== 'string' ||
    typeof source !== 'number' ||
    (id !== undefined && (typeof id !== 'string' || /[\0\r\n]/.test(id)))
  )
    throw invalidCall()
  const key = keyOf(client, url)
  const waiting = ids.get(key) ?? new Map<number, string>()
  waiting.delete(source)
  if (id !== undefined && waiting.size < MOST) waiting.set(source, id)
  if (waiting.size && ids.size < MOST) ids.set(key, waiting)
  else ids.delete(key)
}

/**
 * The request with the `Last-Event-ID` that Chromium does not send through a worker, and without the `Cache-Control` that WebKit shows
 * to one: CORS has to allow that header when a script sets it, and not when the browser adds it.
 */
export function resumed(client: string, request: Request): Request {
  if (!request.headers.get('accept')?.includes('text/event-stream')) return request
  const resumed = new Request(request)
  const { headers, cache } = resumed
  if (cache === 'no-store') headers.delete('cache-control')
  const waiting = ids.get(keyOf(client, request.url))
  const [first] = waiting ?? []
  if (!first) return resumed
  const [source, id] = first
  willResume(client, { url: request.url, source })
  // It is sent as UTF-8, and `Headers` takes one character for each byte.
  // https://html.spec.whatwg.org/multipage/server-sent-events.html#the-eventsource-interface
  if (!headers.has('last-event-id')) headers.set('last-event-id', String.fromCharCode(...new TextEncoder().encode(id)))
  return resumed
}
