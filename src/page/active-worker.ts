import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'

/** How long a worker that comes is waited for: where there is none yet, and where one is there that may be busy for longer. */
const FIRST_MS = 30_000
const NEXT_MS = 2_000

/** ms after which it is looked whether a worker that comes still can come. */
const LOOK_MS = 500

/** The active worker; the one that is about to take over, if it does so soon. Rejects with `worker-unavailable`. */
export async function activeOf(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const coming = registration.installing ?? registration.waiting
  const limitMs = registration.active?.state === 'activated' ? NEXT_MS : FIRST_MS
  const isStuck = coming !== null && !(await comes(coming, registration, limitMs))
  if (registration.active && !isStuck) return registration.active
  throw new BearerWorkerError({ code: 'worker-unavailable', message: 'The worker is not active: see its console.' })
}

/**
 * Waits until a worker is active, or has failed, or the limit is over. Resolves with false when it never will be: Firefox leaves one
 * that is unregistered while it is being activated in that state, and its page without an answer.
 */
async function comes(worker: ServiceWorker, { scope }: ServiceWorkerRegistration, limitMs: number): Promise<boolean> {
  const settled = new AbortController()
  const isThere = reaches(worker, ['activated', 'redundant'], settled).then(() => true)
  try {
    for (let waitedMs = 0; waitedMs < limitMs; waitedMs += LOOK_MS) {
      if (await within(LOOK_MS, isThere).catch(() => false)) return true
      if (worker.state === 'activating' && (await navigator.serviceWorker.getRegistration(scope))?.scope !== scope)
        return false
    }
    return true
  } finally {
    settled.abort()
  }
}

/** Resolves when the worker that is being installed is there, or has failed; unless `isCovered`, when it is active. */
export async function installed(registration: ServiceWorkerRegistration, isCovered: boolean): Promise<void> {
  const coming = registration.installing ?? registration.waiting
  if (!coming) return
  await within(FIRST_MS, reaches(coming, [isCovered ? 'installed' : 'activated', 'activated', 'redundant'])).catch(
    () => {},
  )
}

/** Resolves when a worker is in one of these states; looks no more once the signal is aborted. */
export function reaches(
  worker: ServiceWorker,
  states: readonly ServiceWorkerState[],
  options?: { readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    const look = () => states.includes(worker.state) && resolve()
    worker.addEventListener('statechange', look, options)
    look()
  })
}
