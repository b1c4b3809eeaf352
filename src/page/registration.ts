import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import { activeOf, installed } from './active-worker.ts'
import { askWorker } from './ask.ts'

/** Absolute URLs of the scripts and of the configuration, and the folder whose pages are covered. */
export interface Places {
  readonly worker: URL
  readonly pagePart: URL
  readonly oauthPart: URL
  readonly config: URL
  readonly scope: string
}

/** A claim misses a tab that navigates at that very moment; a second one includes it. */
const CLAIMS = 10
const CLAIM_MS = 500

export const isOurs = (worker: ServiceWorker | null | undefined, { worker: script }: Places): boolean =>
  !!worker && new URL(worker.scriptURL).pathname === script.pathname

/** Registers the worker, and waits until a good configuration is in force and it controls this page. */
export async function takeControl(
  places: Places,
): Promise<{ readonly registration: ServiceWorkerRegistration; readonly hello: Hello }> {
  const registration = await register(places, await newestRevision(places))
  const hello = await withParts(await greetSameVersion(registration), registration, places)
  await claim(registration, places)
  if (hello.revision !== undefined) register(places, hello.revision).catch(() => {})
  return { registration, hello }
}

async function greet(registration: ServiceWorkerRegistration): Promise<Hello> {
  await activeOf(registration)
  return askWorker(registration, 'hello', {})
}

/** Greets the worker; one of another version is looked for anew once, since the other file may be on its way. */
async function greetSameVersion(registration: ServiceWorkerRegistration): Promise<Hello> {
  const first = await greet(registration)
  if (first.version === version) return first
  await registration.update().catch(() => {})
  const hello = await greet(registration)
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
  const { lacksPart, revision, ...next } = await greet(registration)
  if (!lacksPart) return { ...next, revision }
  if (next.sessions.length > 0) return next
  throw new BearerWorkerError(lacksPart)
}

function warnStale(hello: Hello): void {
  console.warn(
    `Bearer Worker: worker-stale: page script ${version}, worker ${hello.version}: one of them may come from a cache. Deploy both of one version, with "Cache-Control: no-cache".`,
  )
}

export function register(
  { worker, config, scope }: Places,
  revision: string | undefined,
): Promise<ServiceWorkerRegistration> {
  const url = new URL(worker)
  url.searchParams.set('config', config.href.slice(config.origin.length))
  if (revision !== undefined) url.searchParams.set('revision', revision)
  return navigator.serviceWorker.register(url, { updateViaCache: 'none', scope })
}

/** The revision that the newest worker was registered with, so that no worker is installed without need. */
async function newestRevision(places: Places): Promise<string | undefined> {
  const registration = await navigator.serviceWorker.getRegistration(places.scope)
  return revisionOf(registration?.installing ?? registration?.waiting ?? registration?.active, places) ?? undefined
}

/** The revision of the static routes that a worker of ours was installed with; undefined for any other worker. */
export function revisionOf(worker: ServiceWorker | null | undefined, places: Places): string | null | undefined {
  return worker && isOurs(worker, places) ? new URL(worker.scriptURL).searchParams.get('revision') : undefined
}

/** Asks the worker to control this page until it does. */
async function claim(registration: ServiceWorkerRegistration, places: Places): Promise<void> {
  const { serviceWorker } = navigator
  // No claim reaches a page outside the folder, or one with a worker of its own in a folder below.
  const nearest = await serviceWorker.getRegistration(location.href).catch(() => registration)
  for (let i = 0; i < CLAIMS && nearest?.scope === registration.scope; i++) {
    if (isOurs(serviceWorker.controller, places)) return
    const change = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
    await activeOf(registration)
    await askWorker(registration, 'claim', {}, CLAIM_MS * 4).catch(() => {})
    await within(CLAIM_MS, change).catch(() => {})
  }
  throw new BearerWorkerError({
    code: 'scope-too-narrow',
    message: `The worker covers ${registration.scope}, not this page. Move its script up, or send it with Service-Worker-Allowed and name the folder in data-scope.`,
  })
}
