import { MARK } from '../protocol.ts'

/** Requests whose pages may give them up before the response headers are here. */
const controllers = new Map<string, AbortController>()
/** How long a request may come after the word that it was given up. */
const LATE_MS = 5_000

/** The request without the page's mark, and the signal of that word; most have neither. */
export function track({ clientId, request }: FetchEvent): {
  readonly request: Request
  readonly signal?: AbortSignal | undefined
  readonly settled: () => void
} {
  const mark = request.headers.get(MARK)
  if (mark === null) return { request, settled: () => {} }
  const unmarked = new Request(request)
  unmarked.headers.delete(MARK)
  const key = `${clientId} ${mark}`
  return { request: unmarked, signal: controllerOf(key).signal, settled: () => controllers.delete(key) }
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
