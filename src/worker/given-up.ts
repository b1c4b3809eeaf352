import { MARK_HEADER, type Calls } from '../protocol.ts'

/** Where client hints exist, only a request that the page has marked may be given up: it has to be sent without them. */
const hasClientHints = 'userAgentData' in navigator

/** Requests before their response headers, in the order in which they came, by page, method and URL. */
const underWay = new Map<string, AbortController[]>()
/** Requests that were given up before they came here. */
const early = new Map<string, Which[]>()
/** ms for which such a request may come. */
const LATE_MS = 5_000

type Which = Pick<Calls['abort']['call'], 'index' | 'of'>

interface Tracked {
  /** Without the page's mark. */
  readonly request: Request
  /** Aborted when the page gives the request up. */
  readonly signal?: AbortSignal | undefined
  readonly endTracking: () => void
}

const keyOf = (client: string, method: string, url: string): string => `${client} ${method.toUpperCase()} ${url}`

export function track({ clientId, request }: FetchEvent): Tracked {
  const isMarked = request.headers.has(MARK_HEADER)
  if (!isMarked && (hasClientHints || !mayBeTracked(request))) return { request, endTracking: () => {} }
  const key = keyOf(clientId, request.method, request.url)
  const controller = new AbortController()
  const all = underWay.get(key) ?? []
  all.push(controller)
  underWay.set(key, all)
  const which = early.get(key)?.find(({ of }) => of === all.length)
  if (which) giveUp(key, which)
  return {
    request: isMarked ? withoutMark(request) : request,
    signal: controller.signal,
    endTracking: () => forget(key, controller),
  }
}

/** Requests of scripts; WebKit allows no signal for those that may outlive their page. */
const mayBeTracked = ({ destination, mode, keepalive }: Request): boolean =>
  destination === '' && mode !== 'no-cors' && !keepalive

function withoutMark(request: Request): Request {
  const copy = new Request(request)
  copy.headers.delete(MARK_HEADER)
  return copy
}

/** A page gave up one of its requests. Where it counts others than this worker, it is not known which one it was. */
export function abort(client: string, { method, url, ...which }: Calls['abort']['call']): void {
  const key = keyOf(client, String(method), String(url))
  const isLate = (underWay.get(key)?.length ?? 0) < which.of
  if (!isLate) return giveUp(key, which)
  const waiting = early.get(key) ?? []
  waiting.push(which)
  early.set(key, waiting)
  setTimeout(() => early.delete(key), LATE_MS)
}

function giveUp(key: string, { index, of }: Which): void {
  const all = underWay.get(key)
  const controller = all?.length === of ? all[index] : undefined
  if (!controller) return
  forget(key, controller)
  controller.abort()
}

function forget(key: string, controller: AbortController): void {
  const left = underWay.get(key)?.filter((each) => each !== controller)
  if (left?.length) underWay.set(key, left)
  else underWay.delete(key)
}
