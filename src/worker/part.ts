import { BearerWorkerError } from '../errors.ts'
import { startEngine } from '../engine/start.ts'
import { authorized } from './authorized.ts'
import { answerMessage } from './answer-message.ts'
import { askPages, readCookies } from './ask-pages.ts'
import type { GivenPart } from './given-part.ts'
import { respondTo } from './respond-to.ts'
import { staticRoutes } from './static-routes.ts'
import { WorkerParts } from './worker-parts.ts'

declare const self: ServiceWorkerGlobalScope

/** The worker as a part of a site's own service worker. Each handler says whether it has taken the event. */
export interface BearerWorkerPart {
  /** Reads the configuration, loads the parts that it needs, and sets static routes where `routes` allows it. Extends the event. */
  install(event: ExtendableEvent): void
  /** Answers requests to protected resources and captured sign-ins; leaves the rest alone. */
  fetch(event: FetchEvent): boolean
  /** Answers the calls of the page script; leaves other messages alone. */
  message(event: ExtendableMessageEvent): boolean
  /**
   * Sends a request of the site's own worker (push, background sync, precaching) as it would send one of a page: with the
   * token, refreshed before and sent again where it has to be. A request that the configuration does not list is sent as it
   * is. Rejects as `fetch` does, with a `TypeError` where the network fails or there is no token in time; and with
   * `configuration-invalid` or `configuration-unreachable` while no configuration is in force, with `invalid-call` for an
   * account that is no name. Keep the event alive with it.
   * @example
   * addEventListener('push', (event) => event.waitUntil(part.authorized(new Request('/api/news')).then(show)))
   */
  authorized(request: Request, options?: AuthorizedOptions): Promise<Response>
}

export interface AuthorizedOptions {
  /** The account to send it as, by the name that `use()` takes; without it, the session of no account. */
  readonly account?: string
}

export interface PartOptions {
  /**
   * URL of the configuration, on the worker's own origin; relative to the worker's script. By default what the parameter `config` of
   * the script's URL says, else `bearer-worker.json` beside the script.
   */
  readonly config?: string
  /** Whether everything else may bypass the worker (`InstallEvent.addRoutes`). Only if it handles nothing else. */
  readonly routes?: boolean
  /**
   * What sessions with `authorizationServer` need; without it, a configuration that has one is refused with `part-unavailable`.
   * A function is called only where the configuration needs it, and may call `importScripts`.
   * @example
   * import { authorizationServers } from 'bearer-worker/worker/authorization-servers'
   * bearerWorkerPart({ authorizationServers })
   */
  readonly authorizationServers?: GivenPart
}

/**
 * Makes the part. Throws a `BearerWorkerError` with `configuration-invalid` for a configuration on another origin.
 * @example
 * const part = bearerWorkerPart()
 * addEventListener('fetch', (event) => void part.fetch(event))
 */
export function bearerWorkerPart({
  config = configurationOfUrl(),
  routes = false,
  authorizationServers,
}: PartOptions = {}): BearerWorkerPart {
  const parts = new WorkerParts(authorizationServers)
  const engine = startEngine({
    fetch: self.fetch.bind(self),
    configuration: ownUrl(config),
    script: self.location.href,
    home: self.registration.scope,
    parts,
    askPages,
    readCookies,
  })
  self.addEventListener('activate', () => engine.beginUse())
  return {
    install(event) {
      event.waitUntil(parts.install(engine).then(() => (routes ? staticRoutes(event, engine) : undefined)))
    },
    fetch: (event) => respondTo(event, engine),
    message: (event) => answerMessage(event, engine, { parts, routes }),
    authorized: (request, { account } = {}) => authorized(request, engine, account),
  }
}

/** What the page script has registered the worker with, where the configuration does not lie beside it. */
const configurationOfUrl = (): string => new URL(self.location.href).searchParams.get('config') ?? 'bearer-worker.json'

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
