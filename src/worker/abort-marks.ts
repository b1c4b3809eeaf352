import { MARK } from '../protocol.ts'

/** Requests whose pages may give them up before the response headers have arrived. */
const controllers = new Map<string, AbortController>()
/** ms for which a request may come after the message that it was given up. */
const LATE_MS = 5_000

interface Tracked {
  /** Without the page's mark. */
  readonly request: Request
  /** Aborted when the page gives the request up; most requests have none. */
  readonly signal?: AbortSignal | undefined
  readonly endTracking: () => void
}

export function track({ clientId, request }: FetchEvent): Tracked {
  const mark = request.headers.get(MARK)
  if (mark === null) return { request, endTracking: () => {} }
  const unmarked = new Request(request)
  unmarked.headers.delete(MARK)
  const key = `${clientId} ${mark}`
  return { request: unmarked, signal: controllerOf(key).signal, endTracking: () => controllers.delete(key) }
}

export function abort(client: string, mark: string): void {
  const key = `${client} ${mark}`
  controllerOf(key).abort()
  setTimeout(() => controllers.delete(key), LATE_MS)
}

function controllerOf(key: string): AbortController {
  const controller = controllers.get(key) ?? new AbortController()
  controllers.set(key, controller)
  return controller
}
