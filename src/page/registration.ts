import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import { activeOf } from './active-worker.ts'
import { askWorker } from './ask.ts'

/** Absolute URLs: of the worker's script, of the configuration, and of the folder whose pages are covered. */
export interface Places {
  readonly worker: URL
  readonly config: URL
  readonly scope: string
}

/** A claim misses a tab that navigates at that very moment; asking again cures it. */
const CLAIMS = 10
const CLAIM_MS = 500

export const isOurs = (worker: ServiceWorker | null | undefined, { worker: script }: Places): boolean =>
  !!worker && new URL(worker.scriptURL).pathname === script.pathname

/** Registers the worker, waits until a good configuration is in force, and until it controls this page. */
export async function takeCover(places: Places): Promise<{ registration: ServiceWorkerRegistration; hello: Hello }> {
  const registration = await register(places, await newestRevision(places))
  const greet = async () => {
    await activeOf(registration)
    return askWorker(registration, 'hello', { version })
  }
  let hello = await greet()
  if (hello.version !== version) {
    // The other file may be on its way: the browser looks for a newer worker at each registration.
    await registration.update().catch(() => {})
    hello = await greet()
    // One that waits for a busy one is no mistake: it takes over later.
    if (hello.version !== version && !(registration.installing ?? registration.waiting))
      console.warn(
        `Bearer Worker: worker-stale: page script ${version}, worker ${hello.version}. Deploy both of one version, with "Cache-Control: no-cache": one of them may come from a cache.`,
      )
  }
  await claimed(registration, places)
  if (hello.revision !== undefined) register(places, hello.revision).catch(() => {})
  return { registration, hello }
}

function register({ worker, config, scope }: Places, revision: string | undefined): Promise<ServiceWorkerRegistration> {
  const url = new URL(worker)
  url.searchParams.set('config', config.href.slice(config.origin.length))
  if (revision !== undefined) url.searchParams.set('revision', revision)
  return navigator.serviceWorker.register(url, { updateViaCache: 'none', scope })
}

/** The revision that the newest worker was registered with, so that nothing is installed anew without need. */
async function newestRevision(places: Places): Promise<string | undefined> {
  const registration = await navigator.serviceWorker.getRegistration(places.scope)
  return revisionOf(registration?.installing ?? registration?.waiting ?? registration?.active, places) ?? undefined
}

/** The revision of the static routes that a worker of ours was installed with. */
export const revisionOf = (worker: ServiceWorker | null | undefined, places: Places): string | null | undefined =>
  isOurs(worker, places) ? new URL(worker!.scriptURL).searchParams.get('revision') : undefined

async function claimed(registration: ServiceWorkerRegistration, places: Places): Promise<void> {
  const { serviceWorker } = navigator
  // No claim reaches a page outside the folder, or one with a worker of its own that is nearer to it.
  const nearest = await serviceWorker.getRegistration(location.href).catch(() => registration)
  for (let i = 0; i < CLAIMS && nearest?.scope === registration.scope; i++) {
    if (isOurs(serviceWorker.controller, places)) return
    const change = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
    await activeOf(registration)
    await askWorker(registration, 'claim', {}, CLAIM_MS * 4).catch(() => {})
    await within(CLAIM_MS, change).catch(() => {})
  }
  throw new BearerWorkerError({
    code: 'worker-unavailable',
    message: `The worker covers ${registration.scope}, not this page. Move its script up, or send it with Service-Worker-Allowed and name the folder in data-scope.`,
  })
}
