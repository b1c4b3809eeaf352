import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import { activeOf, installed } from './active-worker.ts'
import { askWorker } from './ask.ts'
import type { Places } from './places.ts'
import { staleMessage, understood } from './stale.ts'
import { trusted } from '../io/trusted-script.ts'
import { answers, isOurs, otherWorker, scopeTooNarrow, silentWorker } from './whose-worker.ts'

export type { Places } from './places.ts'

/** A claim misses a tab that navigates at that very moment; a second one includes it. */
const CLAIMS = 10
const CLAIM_MS = 500
/** An app may unregister every worker as it starts. */
const REGISTRATIONS = 3

/** Registers the worker, and waits until a good configuration is in force and it controls this page. */
export async function takeControl(places: Places): Promise<Hello> {
  for (let tries = 1; ; tries++) {
    try {
      const registration = await registered(places)
      const hello = await withParts(await greetSameVersion(registration, places), registration, places)
      await claim(registration, places)
      return hello
    } catch (error) {
      // Refused by the browser: it would be again.
      const isRefused = /^(Security|Type)Error$/.test((error as Error).name)
      if (isRefused || tries === REGISTRATIONS || (await registrationOf(places))) throw error
    }
  }
}

/** The registration of exactly our folder. */
async function registrationOf({ scope }: Places): Promise<ServiceWorkerRegistration | undefined> {
  const nearest = await navigator.serviceWorker.getRegistration(scope)
  return nearest?.scope === scope ? nearest : undefined
}

const newestOf = (registration: ServiceWorkerRegistration | undefined): ServiceWorker | null | undefined =>
  registration?.installing ?? registration?.waiting ?? registration?.active

/**
 * Registers the worker, unless its folder belongs to another one: two that register over each other would do so at each
 * load, for ever. Rejects with `other-worker`.
 */
async function registered(places: Places): Promise<ServiceWorkerRegistration> {
  const before = await registrationOf(places)
  const newest = newestOf(before)
  if (before && newest && !isOurs(newest, places)) {
    const isPart = await answers(newest)
    // The other one waits, and ours serves until it takes over.
    if (!isPart && isOurs(before.active, places)) return before
    if (!isPart) throw otherWorker(newest, places)
    if (!places.isNamed) return before
  }
  // The site may register its own worker too, with options of its own: registered once more, it would be fetched at each load.
  if (before && places.isNamed && newest?.scriptURL === scriptUrl(places, undefined).href) return before
  // The revision that the newest worker was registered with, so that no worker is installed without need.
  return register(places, revisionOf(newest, places) ?? undefined)
}

async function greet(registration: ServiceWorkerRegistration, places: Places): Promise<Hello> {
  const worker = await activeOf(registration)
  if (!isOurs(worker, places) && !(await answers(worker))) throw otherWorker(worker, places)
  try {
    return understood(await askWorker(worker, 'hello', {}))
  } catch (error) {
    // One that is replaced drops what it has not yet heard.
    if (registration.active && registration.active !== worker) return greet(registration, places)
    // One that has our name may be another program, which answers every message in its own way.
    const isKnown = (error as { code?: unknown }).code === 'worker-unavailable' || (await answers(worker))
    throw isKnown ? error : silentWorker(worker, places)
  }
}

/** Greets the worker; one of another version is looked for once more, since the other file may be on its way. */
async function greetSameVersion(registration: ServiceWorkerRegistration, places: Places): Promise<Hello> {
  const first = await greet(registration, places)
  if (first.version === version) return first
  await registration.update().catch(() => {})
  const hello = await greet(registration, places)
  // One that waits for a busy one is no mistake: it takes over later.
  const isComing = registration.installing ?? registration.waiting
  if (hello.version !== version && !isComing) warnStale(hello)
  return hello
}

/**
 * A worker that lacks a part cannot import it any more: another one is installed for the newest configuration. Rejects with
 * `part-unavailable` when that one could not import it either, and no configuration is in force.
 */
async function withParts(hello: Hello, registration: ServiceWorkerRegistration, places: Places): Promise<Hello> {
  if (!hello.lacksPart) return hello
  const inForce = hello.sessions.length > 0
  await register(places, hello.revision).catch(() => {})
  await installed(registration, inForce)
  const { lacksPart, revision, ...next } = await greet(registration, places)
  if (!lacksPart) return { ...next, revision }
  if (next.sessions.length > 0) return next
  throw new BearerWorkerError(lacksPart)
}

/**
 * Installs the worker of a revision that the worker in use asks for, unless another worker is about to take the folder: that
 * one would be lost.
 */
export async function installRevision(places: Places, revision: string | undefined): Promise<void> {
  if (revision === undefined || !isOurs(newestOf(await registrationOf(places)), places)) return
  await register(places, revision)
}

/**
 * Replaces a worker that lacks a part for what it was asked, as soon as it is not busy any more. Resolves with the active worker:
 * the same one where the part cannot be had.
 */
export async function withMissingPart(places: Places): Promise<ServiceWorker> {
  const registration = await registered(places)
  await withParts(await greet(registration, places), registration, places)
  await installed(registration, false)
  return activeOf(registration)
}

function warnStale(hello: Hello): void {
  console.warn(`Bearer Worker: worker-stale: ${staleMessage(hello)}`)
}

/** Registers the worker of this page, whatever is registered for its folder. */
export function register(places: Places, revision: string | undefined): Promise<ServiceWorkerRegistration> {
  const { scope, type } = places
  return navigator.serviceWorker.register(trusted(scriptUrl(places, revision)), { updateViaCache: 'none', scope, type })
}

/**
 * The URL that the worker is registered with. A worker that the site names keeps its URL, since the site may register it too, and
 * each of two URLs would replace the other at each load. It finds the configuration beside its script; another place is a parameter.
 */
function scriptUrl({ worker, config, isNamed }: Places, revision: string | undefined): URL {
  const query = new URLSearchParams()
  const isKnown =
    isNamed && (worker.searchParams.has('config') || config.href === new URL('bearer-worker.json', worker).href)
  if (!isKnown) query.set('config', config.href.slice(config.origin.length))
  if (revision !== undefined) query.set('revision', revision)
  const url = new URL(worker)
  // What stands there stays as it is: a development server may look at its very text.
  if (`${query}`) url.search += `${url.search && '&'}${query}`
  return url
}

/** The revision of the static routes that a worker of ours was installed with; undefined for any other worker. */
export function revisionOf(worker: ServiceWorker | null | undefined, places: Places): string | null | undefined {
  return worker && isOurs(worker, places) ? new URL(worker.scriptURL).searchParams.get('revision') : undefined
}

/** Asks the worker to control this page until it does. Rejects with `scope-too-narrow`, or with `other-worker`. */
async function claim(registration: ServiceWorkerRegistration, places: Places): Promise<void> {
  const { serviceWorker } = navigator
  // No claim reaches a page outside the folder, or one with a worker of its own in a folder below.
  const nearest = await serviceWorker.getRegistration(location.href).catch(() => registration)
  if (nearest?.scope !== registration.scope) {
    const { controller } = serviceWorker
    if (controller && (await answers(controller))) return
    throw nearest?.active ? otherWorker(nearest.active, nearest) : scopeTooNarrow(places)
  }
  for (let i = 0; i < CLAIMS; i++) {
    const active = await activeOf(registration)
    if (serviceWorker.controller && isSameScript(serviceWorker.controller, active)) return
    const change = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
    await askWorker(active, 'claim', {}, CLAIM_MS * 4).catch(() => {})
    await within(CLAIM_MS, change).catch(() => {})
  }
  throw new BearerWorkerError({
    code: 'worker-unavailable',
    message: `The worker ${places.worker.href} does not take control of this page.`,
  })
}

const isSameScript = (one: ServiceWorker, other: ServiceWorker): boolean =>
  new URL(one.scriptURL).pathname === new URL(other.scriptURL).pathname
