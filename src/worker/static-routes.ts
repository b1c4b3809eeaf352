import type { Engine } from '../engine/engine.ts'
import { forUrlPattern } from '../policy/patterns.ts'
import type { Hello } from '../protocol.ts'

/** @see https://w3c.github.io/ServiceWorker/#service-worker-static-routing */
interface RouterRule {
  readonly condition: {
    readonly urlPattern?: URLPattern
    readonly requestMode?: string
    readonly requestDestination?: string
  }
  readonly source: 'network' | 'fetch-event'
}
type RoutedInstall = ExtendableEvent & { addRoutes?(rules: readonly RouterRule[]): Promise<void> }

declare const self: ServiceWorkerGlobalScope

const NEVER_OURS = ['script', 'style', 'font', 'worker', 'sharedworker', 'manifest']
const key = () => `routes ${self.registration.scope}`
/** The configuration that this worker's routes are made for; kept once it is asked, and so in use: until then another one may be. */
let madeNow: string | undefined
/** When that was, in this worker's life: a page that began to load before may go by the routes of the one before. */
let since: number | undefined

/** What cannot match bypasses the worker: it costs nothing, not even its start. */
export async function staticRoutes(event: RoutedInstall, engine: Engine): Promise<void> {
  const { inForce } = engine
  if (!event.addRoutes || !inForce) return
  const { compiled } = inForce.matcher
  const network = NEVER_OURS.map(
    (requestDestination): RouterRule => ({ condition: { requestDestination }, source: 'network' }),
  )
  const waysBack = compiled.flatMap(({ config }) =>
    config.authorizationServer ? [wayBack(new URL(config.authorizationServer.redirectUri, engine.platform.base))] : [],
  )
  if (!compiled.some(({ config }) => config.navigations))
    network.push({ condition: { requestMode: 'navigate' }, source: 'network' })
  const ours = compiled
    .flatMap(({ config: { resources, capture } }) => [...resources, ...capture.map(({ url }) => url)])
    .map(
      (pattern): RouterRule => ({
        condition: { urlPattern: new URLPattern(forUrlPattern(pattern), engine.platform.base) },
        source: 'fetch-event',
      }),
    )
  try {
    await event.addRoutes([
      ...waysBack,
      ...network,
      ...ours,
      { condition: { urlPattern: new URLPattern({}) }, source: 'network' },
    ])
  } catch {
    // A pattern with a regexp group, or too many: every request asks the worker, as in other browsers.
  }
  madeNow = inForce.text
}

/** Where users come back from an authorization server, whatever the query. */
function wayBack({ protocol, hostname, port, pathname }: URL): RouterRule {
  const literal = pathname.replace(/[\\*+?:(){}]/g, '\\$&')
  return {
    condition: { urlPattern: new URLPattern({ protocol: protocol.slice(0, -1), hostname, port, pathname: literal }) },
    source: 'fetch-event',
  }
}

/** What to register with when the routes were made for another configuration; they can only be set while installing. */
export async function routesRevision(engine: Engine): Promise<Pick<Hello, 'revision' | 'since'>> {
  const { InstallEvent } = globalThis as { InstallEvent?: { prototype: object } }
  if (!InstallEvent || !('addRoutes' in InstallEvent.prototype)) return {}
  const { text } = engine.inForce!
  if (madeNow) since = Date.now()
  const made = await engine.platform.store.swap(key(), () => madeNow).catch(() => text)
  madeNow = undefined
  return { since, revision: made === text ? undefined : hash(text) }
}

/** FNV-1a, 32 bit: only to tell one configuration from another. */
function hash(text: string): string {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return (value >>> 0).toString(36)
}
