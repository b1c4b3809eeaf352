import type { InForce } from '../engine/configuration-in-force.ts'
import type { Engine } from '../engine/engine.ts'
import type { Configuration } from '../policy/configuration.ts'
import { forUrlPattern } from '../policy/patterns.ts'
import { DIRECT_FRAGMENT, type Hello } from '../protocol.ts'
import { hash } from './revision.ts'

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

/** Destinations that are ours only where a session lists them. A CSS module has that of a style sheet, and is always data. */
const SELDOM_OURS = ['script', 'font', 'worker', 'sharedworker', 'manifest']
const key = () => `routes ${self.registration.scope}`
/** The source of this worker's routes, until it is stored at the first `hello`: before that, another worker may be in use. */
let madeNow: string | undefined
/** ms since epoch of the first `hello`. */
let usedSince: number | undefined

/** A request that cannot match bypasses the worker: it costs nothing, not even the worker's start. */
export async function staticRoutes(event: RoutedInstall, engine: Engine): Promise<void> {
  const { inForce } = engine
  if (!event.addRoutes || !inForce) return
  try {
    await event.addRoutes(rulesOf(inForce.configuration, engine.platform.base))
  } catch {
    // A pattern with a regexp group, or too many: every request asks the worker, as in other browsers.
  }
  madeNow = sourceOf(inForce)
}

/** The first rule that applies decides. */
function rulesOf({ sessions }: Configuration, base: string): RouterRule[] {
  const returns = sessions.flatMap(({ authorizationServer }) =>
    authorizationServer ? [toWorker(patternOf(new URL(authorizationServer.redirectUri, base)))] : [],
  )
  const isOurs = (destination: string) =>
    sessions.some(({ destinations }) => destinations.some((each) => each === destination.replace('shared', '')))
  const passing = SELDOM_OURS.filter((each) => !isOurs(each)).map(
    (requestDestination): RouterRule => toNetwork({ requestDestination }),
  )
  // First: what is listed goes to the worker otherwise.
  if (sessions.some(({ direct }) => direct))
    passing.unshift(toNetwork({ urlPattern: new URLPattern({ hash: `*${DIRECT_FRAGMENT}` }) }))
  if (!sessions.some(({ navigations }) => navigations)) passing.push(toNetwork({ requestMode: 'navigate' }))
  if (hasMemory(sessions)) return [...returns, ...passing]
  const listed = sessions.flatMap(({ resources, capture }) => [...resources, ...capture].map(({ url }) => url))
  return [
    ...returns,
    ...passing,
    ...listed.map((pattern) => toWorker(new URLPattern(forUrlPattern(pattern), base))),
    toNetwork({ urlPattern: new URLPattern({}) }),
  ]
}

/**
 * Whether tokens are in the memory of this worker. Then it must see every request: only it can authorize what a newer
 * configuration lists, for pages that keep the older routes. Another worker, installed with newer routes, would have no
 * token.
 */
const hasMemory = (sessions: Configuration['sessions']): boolean => sessions.some(({ storage }) => storage === 'memory')

/** What the routes were made for. When it changes, new routes are needed. */
function sourceOf({ text, configuration: { sessions } }: InForce): string {
  if (!hasMemory(sessions)) return text
  return JSON.stringify(
    sessions.map(({ navigations, destinations, authorizationServer }) => [
      navigations,
      destinations,
      authorizationServer?.redirectUri,
    ]),
  )
}

const toWorker = (urlPattern: URLPattern): RouterRule => ({ condition: { urlPattern }, source: 'fetch-event' })
const toNetwork = (condition: RouterRule['condition']): RouterRule => ({ condition, source: 'network' })

/** A pattern of one URL, whatever its query. */
function patternOf({ protocol, hostname, port, pathname }: URL): URLPattern {
  const literal = pathname.replace(/[\\*+?:(){}]/g, '\\$&')
  return new URLPattern({ protocol: protocol.slice(0, -1), hostname, port, pathname: literal })
}

/**
 * What the page has to register with when the routes were made for another configuration: they can be set only while a
 * worker is installed.
 */
export async function routesRevision(engine: Engine): Promise<Pick<Hello, 'revision' | 'usedSince' | 'hasRoutes'>> {
  const { InstallEvent } = globalThis as { InstallEvent?: { prototype: object } }
  if (!InstallEvent || !('addRoutes' in InstallEvent.prototype)) return {}
  const source = sourceOf(engine.inForce!)
  if (madeNow) usedSince = Date.now()
  const made = await engine.platform.store.swap(key(), () => madeNow).catch(() => source)
  madeNow = undefined
  return { hasRoutes: true, usedSince, revision: made === source ? undefined : hash(source) }
}
