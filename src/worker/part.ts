import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { startEngine } from '../engine/start.ts'
import { answerMessage } from './answer-message.ts'
import { askPages, readCookies } from './ask-pages.ts'
import { respondTo } from './respond-to.ts'
import { staticRoutes } from './static-routes.ts'

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
  /**
   * What sessions with `authorizationServer` need.
   * @example
   * import { authorizationServers } from 'bearer-worker/worker/authorization-servers'
   * bearerWorkerPart({ config: '/bearer-worker.json', authorizationServers })
   */
  readonly authorizationServers?: AuthorizationServers | (() => AuthorizationServers)
}

/**
 * Makes the part. Throws a `BearerWorkerError` with `configuration-invalid` for a configuration on another origin.
 * @example
 * const part = bearerWorkerPart({ config: '/bearer-worker.json' })
 * addEventListener('fetch', (event) => void part.fetch(event))
 */
export function bearerWorkerPart({ config, routes = false, authorizationServers }: PartOptions): BearerWorkerPart {
  const engine = startEngine({
    fetch: self.fetch.bind(self),
    configuration: ownUrl(config),
    script: self.location.href,
    home: self.registration.scope,
    parts: { authorizationServers: async () => provided(authorizationServers) },
    askPages,
    readCookies,
  })
  return {
    install(event) {
      event.waitUntil(engine.reload().then(() => (routes ? staticRoutes(event, engine) : undefined)))
    },
    fetch: (event) => respondTo(event, engine),
    message: (event) => answerMessage(event, engine, routes),
  }
}

/** The absolute URL of the configuration. A page can name it, and must not name another origin's. */
function ownUrl(config: string): string {
  const { origin, href } = new URL(config, self.location.href)
  if (origin === self.location.origin) return href
  throw new BearerWorkerError({
    code: 'configuration-invalid',
    message: `The configuration has to be on the worker's own origin ${self.location.origin}, not ${origin}.`,
    issues: [],
  })
}

function provided(authorizationServers: PartOptions['authorizationServers']): AuthorizationServers {
  if (typeof authorizationServers === 'function') return authorizationServers()
  if (authorizationServers) return authorizationServers
  throw new BearerWorkerError({
    code: 'part-unavailable',
    message:
      "A session of the configuration has authorizationServer, and this worker lacks what it needs: import { authorizationServers } from 'bearer-worker/worker/authorization-servers', and pass it to bearerWorkerPart().",
  })
}
