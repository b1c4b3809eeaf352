import { BearerWorkerError, type BearerWorkerErrorCode } from '../errors.ts'
import { within } from '../io/deadline.ts'
import { messageWorker } from './message-worker.ts'
import type { Places } from './places.ts'

/** ms in which a worker of ours answers `ping`, however busy it is. One that was stopped has to start first. */
const ANSWER_MS = 1_500

export const isOurs = (worker: ServiceWorker | null | undefined, { worker: script }: Places): boolean =>
  !!worker && new URL(worker.scriptURL).pathname === script.pathname

/**
 * Whether a worker is Bearer Worker, or has it as a part, whatever its URL. Any reply of ours says so: a worker of
 * another version may refuse the call. Another worker is silent, or answers every message in its own way, which may have a code too.
 */
export async function answers(worker: ServiceWorker): Promise<boolean> {
  const asked = messageWorker(worker, { bearerWorker: 1, name: 'ping', with: {} })
  return isReplyToPing(Object(await within(ANSWER_MS, asked).catch(() => undefined)))
}

/** A property whose value is undefined is there on the other side of a message as well. */
function isReplyToPing(reply: Partial<Record<'ok' | 'value' | 'error', unknown>>): boolean {
  if (reply.ok === true) return 'value' in reply && reply.value === undefined
  const { code } = Object(reply.error) as { readonly code?: unknown }
  return reply.ok === false && code === ('invalid-call' satisfies BearerWorkerErrorCode)
}

/** The error of a page whose folder belongs to another worker. */
export const otherWorker = ({ scriptURL }: ServiceWorker, { scope }: Pick<Places, 'scope'>): BearerWorkerError =>
  new BearerWorkerError({
    code: 'other-worker',
    message: `The folder ${scope} belongs to another service worker, ${scriptURL}.`,
  })

/** The error of a page whose worker answers nothing, or in another way: it is another program, or hangs. */
export function silentWorker(worker: ServiceWorker, places: Places): BearerWorkerError {
  if (!isOurs(worker, places)) return otherWorker(worker, places)
  const message = `${worker.scriptURL} does not answer as Bearer Worker does: it hangs, or it is another worker, without our part.`
  return new BearerWorkerError({ code: 'worker-unavailable', message })
}

/** The error of a page outside the folder of its worker. */
export const scopeTooNarrow = ({ scope }: Places): BearerWorkerError =>
  new BearerWorkerError({
    code: 'scope-too-narrow',
    message: `The worker covers ${scope}, not ${location.origin}${location.pathname}.`,
  })
