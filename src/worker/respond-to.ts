import type { Engine } from '../engine/engine.ts'
import { mayBeData, type Match } from '../engine/matcher.ts'
import { MARK } from '../protocol.ts'
import { track } from './abort-marks.ts'
import { resumed } from './event-streams.ts'

declare const self: ServiceWorkerGlobalScope

/** Answers a `fetch` event that matches; returns whether it did. */
export function respondTo(event: FetchEvent, engine: Engine): boolean {
  const { request } = event
  if (!engine.inForce) {
    if (!mayMatch(request)) return false
    event.respondWith(engine.boot().then(() => respondOrPass(event, engine)))
    return true
  }
  const isReturn = request.mode === 'navigate' && engine.mayFinishSignIn(request)
  const match = matchOf(request, engine)
  const isTaken = match && !engine.isIdle(match)
  if (!isReturn && !isTaken && !request.headers.has(MARK)) return false
  event.respondWith(respondOrPass(event, engine))
  return true
}

/** Whether a request may match, while the configuration is not known yet. One that turns out not to match is passed on. */
function mayMatch(request: Request): boolean {
  if (!request.url.startsWith('http')) return false
  return request.mode === 'navigate' || mayBeData(request) || request.headers.has(MARK)
}

const matchOf = (request: Request, engine: Engine): Match | undefined =>
  engine.match(request, (name) => request.headers.get(name))

async function respondOrPass(event: FetchEvent, engine: Engine): Promise<Response> {
  if (event.request.mode === 'navigate') {
    // The user is back from an authorization server: the code comes into no page, and into no history.
    const next = await engine.finishSignIn(event.request)
    if (next !== undefined) return Response.redirect(next, 303)
  }
  const { request, signal, endTracking } = track(event)
  const match = matchOf(request, engine)
  try {
    if (!match) return await self.fetch(request)
    const keepAlive = (work: Promise<unknown>) => event.waitUntil(work.catch(() => {}))
    return await engine.respond(resumed(event.clientId, request), match, { signal, keepAlive })
  } finally {
    endTracking()
    // A refresh that this request began, or a stopped worker left behind, serves other requests, too.
    const refreshing = engine.refreshing()
    if (refreshing) event.waitUntil(refreshing)
  }
}
