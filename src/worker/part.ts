import { BearerWorkerError, toErrorData } from '../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { answer, isEngineCall, startEngine } from '../engine/start.ts'
import type { Hello, Reply } from '../protocol.ts'
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
    throw new BearerWorkerError({ code: 'configuration-invalid', message: `The configuration has to be on the worker's own origin ${self.location.origin}, not ${configuration.origin}.`, issues: [] })
  }
  const engine = startEngine({ fetch: self.fetch.bind(self), configuration: configuration.href })
  void engine.boot()

  return {
    install(event) {
      event.waitUntil(engine.reload().then(() => (routes ? staticRoutes(event, engine) : undefined)))
    },

    fetch(event) {
      const { request } = event
      const { inForce } = engine
      const keepAlive = (work: Promise<unknown>) => event.waitUntil(work.catch(() => {}))
      if (!inForce) {
        if (!mayBeOurs(request)) return false
        event.respondWith(started(engine, request, keepAlive))
        return true
      }
      const match = inForce.matcher.match(request)
      if (!match || request.headers.has(inForce.headers.get(match.session)!) || engine.isIdle(match)) return false
      event.respondWith(engine.respond(request, match, keepAlive))
      return true
    },

    message(event) {
      const { bearerWorker, name, with: call } = Object(event.data) as Partial<{ bearerWorker: unknown; name: unknown; with: unknown }>
      if (bearerWorker !== 1) return false
      event.waitUntil(
        reply(engine, name, call, routes).then(
          (value) => post(event, { ok: true, value }),
          (error: unknown) => post(event, { ok: false, error: toErrorData(error) }),
        ),
      )
      return true
    },
  }
}

function post(event: ExtendableMessageEvent, reply: Reply): void {
  event.ports[0]?.postMessage(reply)
}

async function reply(engine: Engine, name: unknown, call: unknown, routes: boolean): Promise<unknown> {
  if (typeof call !== 'object' || call === null) throw notACall(name)
  if (name === 'claim') return self.clients.claim()
  if (!isEngineCall(name)) throw notACall(name)
  const value = await answer(engine, name, call as never)
  return name === 'hello' && routes ? { ...(value as Hello), ...(await routesRevision(engine)) } : value
}

export function notACall(name: unknown): BearerWorkerError {
  return new BearerWorkerError({ code: 'worker-unavailable', message: `${JSON.stringify(name) ?? 'This message'} is no call that this worker answers. Use the functions of bearerWorker, from the same version.` })
}

/** Where it is not known yet which requests match: those that could. What is answered then without a match is passed on. */
function mayBeOurs({ url, mode, destination, headers }: Request): boolean {
  return url.startsWith('http') && !headers.has('authorization') && (mode === 'navigate' || ['', 'image', 'audio', 'video', 'track'].includes(destination))
}

async function started(engine: Engine, request: Request, keepAlive: (work: Promise<unknown>) => void): Promise<Response> {
  await engine.boot()
  const { inForce } = engine
  const match = inForce?.matcher.match(request)
  return match && !request.headers.has(inForce!.headers.get(match.session)!) ? engine.respond(request, match, keepAlive) : self.fetch(request)
}
