import { reaches } from './active-worker.ts'
import type { Places } from './places.ts'
import { isOurs } from './whose-worker.ts'

/** What a page does about a worker under another name in its folder. */
interface Precautions {
  /** It is being installed, or waits: it may take over at any moment. */
  readonly prepare: () => void
  /** It has failed, or has taken over. */
  readonly restore: () => void
}

/** One that was unregistered, and registered again, is another object. */
const watched = new WeakSet<ServiceWorkerRegistration>()

/**
 * Watches for a worker under another name in the folder of this page. From its activation on the browser sends it the requests of
 * this page, before any event says so: the page has to know as soon as it is being installed.
 * @see https://w3c.github.io/ServiceWorker/#activation-algorithm
 */
export async function watchForOthers(places: Places, { prepare, restore }: Precautions): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(location.href)
  if (!registration || watched.has(registration)) return
  watched.add(registration)
  const watch = async () => {
    const worker = registration.installing ?? registration.waiting
    if (!worker || isOurs(worker, places)) return
    prepare()
    await reaches(worker, ['activated', 'redundant'])
    restore()
  }
  registration.addEventListener('updatefound', () => void watch())
  void watch()
}
