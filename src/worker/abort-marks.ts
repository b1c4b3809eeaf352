import { MARK_FRAGMENT, MARK_HEADER, type Calls } from '../protocol.ts'

/** Requests whose pages may give them up before the response headers have arrived. */
const controllers = new Map<string, AbortController>()
/** The same for those without a mark: by method and URL, as long as only one such request is under way. */
const unmarked = new Map<string, Set<AbortController>>()
/** ms for which a request may come after the message that it was given up. */
const LATE_MS = 5_000

interface Tracked {
  /** Without the header that a page of an older version marks it with. */
  readonly request: Request
  /** Aborted when the page gives the request up; most requests have none. */
  readonly signal?: AbortSignal | undefined
  readonly endTracking: () => void
}

export function track({ clientId, request }: FetchEvent): Tracked {
  const ofOlderPage = request.headers.get(MARK_HEADER)
  const [, mark = ofOlderPage] = request.url.split(MARK_FRAGMENT)
  if (mark === null) return trackUnmarked(clientId, request)
  const key = `${clientId} ${mark}`
  return {
    request: ofOlderPage === null ? request : withoutMark(request),
    signal: controllerOf(key).signal,
    endTracking: () => controllers.delete(key),
  }
}

/** A `Request` of the page that has a body: its URL cannot be changed without losing something of it. */
function trackUnmarked(client: string, request: Request): Tracked {
  const { method, url } = request
  if (method === 'GET' || method === 'HEAD') return { request, endTracking: () => {} }
  const key = `${client} ${method} ${url}`
  const controller = new AbortController()
  const same = unmarked.get(key) ?? new Set()
  unmarked.set(key, same.add(controller))
  const endTracking = () => {
    same.delete(controller)
    if (same.size === 0 && unmarked.get(key) === same) unmarked.delete(key)
  }
  return { request, signal: controller.signal, endTracking }
}

function withoutMark(request: Request): Request {
  const copy = new Request(request)
  copy.headers.delete(MARK_HEADER)
  return copy
}

/** A page gave a request up. Of several that are alike and have no mark nobody knows which one. */
export function abort(client: string, { mark, method, url }: Calls['abort']['call']): void {
  if (mark === undefined) {
    const [only, another] = unmarked.get(`${client} ${method} ${url}`) ?? []
    if (!another) only?.abort()
    return
  }
  const key = `${client} ${mark}`
  controllerOf(key).abort()
  setTimeout(() => controllers.delete(key), LATE_MS)
}

function controllerOf(key: string): AbortController {
  const controller = controllers.get(key) ?? new AbortController()
  controllers.set(key, controller)
  return controller
}
