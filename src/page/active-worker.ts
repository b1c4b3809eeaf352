import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'

/** How long a worker that comes is waited for: where there is none yet, and where one is there that may be busy for longer. */
const FIRST_MS = 30_000
const NEXT_MS = 2_000

/** The active worker; the one that is about to take over, if it does so soon. Rejects with `worker-unavailable`. */
export async function activeOf(registration: ServiceWorkerRegistration): Promise<ServiceWorker> {
  const coming = registration.installing ?? registration.waiting
  if (coming)
    await within(
      registration.active?.state === 'activated' ? NEXT_MS : FIRST_MS,
      reaches(coming, ['activated', 'redundant']),
    ).catch(() => {})
  if (registration.active) return registration.active
  throw new BearerWorkerError({ code: 'worker-unavailable', message: 'The worker is not active: see its console.' })
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
