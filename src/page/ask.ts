import { messageSW } from 'workbox-window'
import { BearerWorkerError } from '../errors.ts'
import { within } from '../io/deadline.ts'
import type { CallName, Calls, Reply } from '../protocol.ts'
import { activeOf, reaches } from './active-worker.ts'

/** Longer than all tries of one refresh take with the default limits. */
const LIMIT_MS = 45_000

/** Asks whoever answers: the worker, or the engine in this page. */
export type Ask = <Name extends CallName>(name: Name, call: Calls[Name]['call']) => Promise<Calls[Name]['reply']>

/** Calls the active worker. One that is replaced drops what it has not yet heard: then its successor is asked. Silence is an error with a name. */
export async function askWorker<Name extends CallName>(
  registration: ServiceWorkerRegistration,
  name: Name,
  call: Calls[Name]['call'],
  limitMs = LIMIT_MS,
): Promise<Calls[Name]['reply']> {
  const worker = registration.active ?? (await activeOf(registration))
  const reply = within(limitMs, messageSW(worker, { bearerWorker: 1, name, with: call })).then(
    (data) => unwrap<Calls[Name]['reply']>(data as Reply),
    (cause: unknown) => {
      throw new BearerWorkerError(
        { code: 'timeout', message: `No answer to "${name}" in ${limitMs / 1000} s: try again.` },
        cause,
      )
    },
  )
  const answered = new AbortController()
  const replaced = reaches(worker, ['redundant'], answered).then(async () =>
    (await activeOf(registration)) === worker ? reply : askWorker(registration, name, call, limitMs),
  )
  return Promise.race([reply, replaced]).finally(() => answered.abort())
}

/** What a call was answered with; an error came as data. */
export function unwrap<T>(reply: Reply): T {
  if (!reply.ok) throw new BearerWorkerError(reply.error)
  return reply.value as T
}
