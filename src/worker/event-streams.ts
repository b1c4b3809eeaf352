import type { Calls } from '../protocol.ts'

/** Where the event streams of pages stood, as these told; those that will connect first come first. */
const ids = new Map<string, Map<number, string>>()

const keyOf = (client: string, url: string): string => `${client} ${url}`

/** A stream of a page broke off and will be connected again; or, without an id, it was closed meanwhile. */
export function willResume(client: string, { url, source, id }: Calls['lastEventId']['call']): void {
  const key = keyOf(client, url)
  const waiting = ids.get(key) ?? new Map<number, string>()
  waiting.delete(source)
  if (id !== undefined) waiting.set(source, String(id))
  if (waiting.size) ids.set(key, waiting)
  else ids.delete(key)
}

/** The request with the `Last-Event-ID` that Chromium does not send through a worker. */
export function resumed({ clientId, request }: FetchEvent): Request {
  if (!request.headers.get('accept')?.includes('text/event-stream')) return request
  const waiting = ids.get(keyOf(clientId, request.url))
  const [first] = waiting ?? []
  if (!first) return request
  const [source, id] = first
  willResume(clientId, { url: request.url, source })
  if (request.headers.has('last-event-id')) return request
  const resumed = new Request(request)
  resumed.headers.set('last-event-id', id)
  return resumed
}
