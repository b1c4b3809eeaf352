import { type Chosen, UNKNOWN } from '../policy/navigation-account.ts'
import type { Engine } from '../engine/engine.ts'
import type { Match } from '../engine/matcher.ts'
import { MARK_HEADER } from '../protocol.ts'
import { resumed } from './event-streams.ts'
import { track } from './given-up.ts'
import { accountOf, noteWorker } from './whose-account.ts'

declare const self: ServiceWorkerGlobalScope

/** Answers a `fetch` event that matches; returns whether it did. */
export function respondTo(event: FetchEvent, engine: Engine): boolean {
  const { request } = event
  if (!engine.inForce) {
    if (!mayMatch(request)) return false
    event.respondWith(engine.boot().then(() => respondOrPass(event, engine)))
    return true
  }
  noteWorker(event, engine)
  const isReturn = request.mode === 'navigate' && engine.mayFinishSignIn(request)
  const match = matchOf(request, engine)
  const account = match && accountOf(event, engine, match)
  const isTaken = match && !(isName(account) && engine.isIdle(as(account, match)))
  if (!isReturn && !isTaken && !isMarked(request)) return false
  event.respondWith(isReturn ? respondOrPass(event, engine) : respond(event, engine, { match, account }))
  return true
}

/** Whether a request may match, while the configuration is not known yet. One that turns out not to match is passed on. */
const mayMatch = ({ url }: Request): boolean => url.startsWith('http')

const isMarked = ({ headers }: Request): boolean => headers.has(MARK_HEADER)

const matchOf = (request: Request, engine: Engine): Match | undefined =>
  engine.match(request, (name) => request.headers.get(name))

const isName = (account: Chosen | Promise<Chosen>): account is string | undefined =>
  account === undefined || typeof account === 'string'

const as = (account: string | undefined, match: Match): Match => (account === undefined ? match : { ...match, account })

async function respondOrPass(event: FetchEvent, engine: Engine): Promise<Response> {
  noteWorker(event, engine)
  if (event.request.mode === 'navigate') {
    // The user is back from an authorization server: the code comes into no page, and into no history.
    const next = await engine.finishSignIn(event.request)
    if (next !== undefined) return Response.redirect(next, 303)
  }
  return respond(event, engine)
}

/** How a request matches now, and as whom it goes. */
interface Matched {
  readonly match: Match | undefined
  readonly account: Chosen | Promise<Chosen>
}

/** Answers a request, or passes it on. */
async function respond(event: FetchEvent, engine: Engine, matched?: Matched): Promise<Response> {
  const { request, signal, endTracking } = track(event)
  const match = matched?.match ?? matchOf(request, engine)
  try {
    if (!match) return await self.fetch(request)
    const account = await (matched?.match ? matched.account : accountOf(event, engine, match))
    // A sign-in whose answer nobody reads would bring its tokens into the page.
    if (account === UNKNOWN) return match.capture === undefined ? await self.fetch(request) : Response.error()
    const keepAlive = (work: Promise<unknown>) => event.waitUntil(work.catch(() => {}))
    return await engine.respond(resumed(event.clientId, request), as(account, match), { signal, keepAlive })
  } finally {
    endTracking()
    // A refresh that this request began, or a stopped worker left behind, serves other requests, too.
    const refreshing = engine.refreshing()
    if (refreshing) event.waitUntil(refreshing)
  }
}
