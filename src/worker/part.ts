import { BearerWorkerError, toErrorData } from '../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { answer, isEngineCall, startEngine } from '../engine/start.ts'
import { mayBeData, type Match } from '../engine/match.ts'
import { MARK, type Calls, type Hello, type Reply } from '../protocol.ts'
import { resumed, willResume } from './event-streams.ts'
import { abort, track } from './in-flight.ts'
import { notACall } from './not-a-call.ts'
import { staticRoutes, routesRevision } from './static-routes.ts'

declare const self: ServiceWorkerGlobalScope

/** The worker as a part of a site's own service worker. Each handler says whether it has taken the event. */
export interface BearerWorkerPart {
  /** Reads the configuration, and sets static routes where `routes` allows it. Extends the event. */
  install(event: ExtendableEvent): void
  /** Answers requests to protected resources and captured sign-ins; leaves the rest alone. */
  fetch(event: FetchEvent): boolean
  /** Answers the calls of the page script; leaves other messages alone. */
  message(event: ExtendableMessageEvent): boolean
}

export interface PartOptions {
  /** URL of the configuration, on the worker's own origin; relative to the worker's script. */
  readonly config: string
  /** Whether everything else may bypass the worker (`InstallEvent.addRoutes`). Only if it handles nothing else. */
  readonly routes?: boolean
}

export function bearerWorkerPart({ config, routes = false }: PartOptions): BearerWorkerPart {
  const configuration = new URL(config, self.location.href)
  if (configuration.origin !== self.location.origin) {
    throw new BearerWorkerError({
      code: 'configuration-invalid',
      message: `The configuration has to be on the worker's own origin ${self.location.origin}, not ${configuration.origin}.`,
      issues: [],
    })
  }
  const engine = startEngine({
    fetch: self.fetch.bind(self),
    configuration: configuration.href,
    home: self.registration.scope,
  })

  return {
    install(event) {
      event.waitUntil(engine.reload().then(() => (routes ? staticRoutes(event, engine) : undefined)))
    },

    fetch(event) {
      const { request } = event
      const { inForce } = engine
      if (!inForce) {
        if (!mayBeOurs(request)) return false
        event.respondWith(started(engine, event))
        return true
      }
      if (request.mode === 'navigate' && engine.endsSignIn(request)) {
        event.respondWith(signedIn(engine, request))
        return true
      }
      const match = inForce.matcher.match(request)
      const ours = match && !request.headers.has(inForce.headers.get(match.session)!) && !engine.isIdle(match)
      if (!ours && !request.headers.has(MARK)) return false
      event.respondWith(handled(engine, event, ours ? match : undefined))
      return true
    },

    message(event) {
      const {
        bearerWorker,
        name,
        with: call,
      } = Object(event.data) as Partial<{ bearerWorker: unknown; name: unknown; with: unknown }>
      if (bearerWorker !== 1) return false
      event.waitUntil(
        reply(engine, event, name, call, routes)
          .then(
            (value) => post(event, { ok: true, value }),
            (error: unknown) => post(event, { ok: false, error: toErrorData(error) }),
          )
          .then(() => engine.settled()),
      )
      return true
    },
  }
}

function post(event: ExtendableMessageEvent, reply: Reply): void {
  event.ports[0]?.postMessage(reply)
}

async function reply(
  engine: Engine,
  event: ExtendableMessageEvent,
  name: unknown,
  call: unknown,
  routes: boolean,
): Promise<unknown> {
  if (typeof call !== 'object' || call === null) throw notACall()
  switch (name) {
    case 'claim':
      return self.clients.claim()
    case 'abort':
      return abort((event.source as Client | null)?.id ?? '', String((call as Calls['abort']['call']).mark))
    case 'lastEventId':
      return willResume((event.source as Client | null)?.id ?? '', call as Calls['lastEventId']['call'])
  }
  if (!isEngineCall(name)) throw notACall()
  if (
    (name === 'explain' || name === 'authorize') &&
    typeof Object((call as { request?: unknown }).request).url !== 'string'
  )
    throw notACall()
  const value = await answer(engine, name, call as never)
  return name === 'hello' && routes ? { ...(value as Hello), ...(await routesRevision(engine)) } : value
}

/** Where it is not known yet which requests match: those that could. What is answered then without a match is passed on. */
function mayBeOurs(request: Request): boolean {
  return (
    request.url.startsWith('http') &&
    !request.headers.has('authorization') &&
    (request.mode === 'navigate' || mayBeData(request))
  )
}

async function started(engine: Engine, event: FetchEvent): Promise<Response> {
  await engine.boot()
  const { inForce } = engine
  const { request } = event
  if (request.mode === 'navigate' && engine.endsSignIn(request)) return signedIn(engine, request)
  const match = inForce?.matcher.match(request)
  return handled(engine, event, match && !request.headers.has(inForce!.headers.get(match.session)!) ? match : undefined)
}

async function handled(engine: Engine, event: FetchEvent, match: Match | undefined): Promise<Response> {
  const { request, signal, settled } = track(event)
  try {
    if (!match) return await self.fetch(request)
    return await engine.respond(resumed(event.clientId, request), match, {
      signal,
      keepAlive: (work) => event.waitUntil(work.catch(() => {})),
    })
  } finally {
    settled()
    // A refresh that this request began, or a stopped worker left behind, is not this request's alone.
    const refreshing = engine.settled()
    if (refreshing) event.waitUntil(refreshing)
  }
}

/** The user is back from an authorization server: what the URL brought is in no page, and in no history. */
async function signedIn(engine: Engine, { url }: Request): Promise<Response> {
  return Response.redirect(await engine.finishSignIn(url), 303)
}
