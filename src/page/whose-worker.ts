import { messageSW } from 'workbox-window'
import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { Places } from './registration.ts'

/** ms in which a worker of ours answers `ping`, however busy it is. One that was stopped has to start first. */
const ANSWER_MS = 1_500

export const isOurs = (worker: ServiceWorker | null | undefined, { worker: script }: Places): boolean =>
  !!worker && new URL(worker.scriptURL).pathname === script.pathname

/**
 * Whether a worker is Bearer Worker, or has it as a part, whatever its URL. Any reply of ours says so: a worker of
 * another version may refuse the call. Another worker is silent.
 */
export async function answers(worker: ServiceWorker): Promise<boolean> {
  const asked = messageSW(worker, { bearerWorker: 1, name: 'ping', with: {} }) as Promise<unknown>
  const reply = await within(ANSWER_MS, asked).catch(() => undefined)
  return typeof (Object(reply) as { readonly ok?: unknown }).ok === 'boolean'
}

/** The error of a page whose folder belongs to another worker. */
export function otherWorker({ scriptURL }: ServiceWorker, { scope }: Pick<Places, 'scope'>): BearerWorkerError {
  return new BearerWorkerError({
    code: 'other-worker',
    message: `The folder ${scope} belongs to another service worker, ${scriptURL}, and a folder has one. Take bearerWorkerPart() of bearer-worker/worker into that worker, and name it in data-worker; or give the two different folders; or, if nobody needs it, unregister it. See docs/living-with-other-workers.md.`,
  })
}

/** The error of a page whose controlling worker answers nothing. */
export function silentWorker(worker: ServiceWorker, places: Places): BearerWorkerError {
  if (!isOurs(worker, places)) return otherWorker(worker, places)
  const message = `The worker ${worker.scriptURL} answers nothing: it is no Bearer Worker any more, or it hangs. Reload the page.`
  return new BearerWorkerError({ code: 'worker-unavailable', message })
}
