import { reaches } from './active-worker.ts'
import { within } from '../io/deadline.ts'
import type { Places } from './places.ts'
import { isOurs } from './whose-worker.ts'

/** ms in which a worker that does not wait takes over once it is installed. */
const TAKEOVER_MS = 1_000

/** What a page does while a worker under another name comes. */
interface Precautions {
  readonly prepare: () => void
  /** It waits, or has failed. */
  readonly restore: () => void
}

/**
 * Watches for a worker under another name in the folder of this page. From its activation on the browser sends it the requests of
 * this page, before any event says so: the page has to know as soon as it is being installed.
 * @see https://w3c.github.io/ServiceWorker/#activation-algorithm
 */
export async function watchForOthers(places: Places, { prepare, restore }: Precautions): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(location.href)
  const watch = async () => {
    const worker = registration?.installing
    if (!worker || isOurs(worker, places)) return
    prepare()
    await reaches(worker, ['installed', 'activating', 'activated', 'redundant'])
    const settled = reaches(worker, ['activating', 'activated', 'redundant'])
    const waits = await within(TAKEOVER_MS, settled).catch(() => true)
    if (waits) {
      // It may do so for long.
      restore()
      await settled
      prepare()
    }
    if (worker.state === 'redundant') restore()
  }
  registration?.addEventListener('updatefound', () => void watch())
  void watch()
}
