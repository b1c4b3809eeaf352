import { BearerWorkerError } from '../errors.ts'
import { wait, within } from '../io/deadline.ts'
import { tabAccount } from './tab-account.ts'
import type { CallName, Calls, Reply } from '../protocol.ts'
import { reaches } from './active-worker.ts'
import { messageWorker } from './message-worker.ts'
import { answers } from './whose-worker.ts'

/** Longer than all tries of one refresh take with the default limits. */
const LIMIT_MS = 45_000
/** ms without a reply after which the worker is asked whether it is there at all. */
const PATIENCE_MS = 1_500

/** Asks whoever answers: the worker, or the engine in this page. */
export type Ask = <Name extends CallName>(name: Name, call: Calls[Name]['call']) => Promise<Calls[Name]['reply']>

/**
 * Calls a worker. Rejects with `worker-unavailable` when it is replaced or answers nothing at all: it may have dropped the
 * call unheard. A call that takes too long rejects with `timeout`.
 */
export async function askWorker<Name extends CallName>(
  worker: ServiceWorker,
  name: Name,
  call: Calls[Name]['call'],
  limitMs = LIMIT_MS,
): Promise<Calls[Name]['reply']> {
  const answered = new AbortController()
  const reply = within(
    limitMs,
    messageWorker(worker, { bearerWorker: 1, name, with: call, account: tabAccount() }),
  ).then(
    (data) => unwrap<Calls[Name]['reply']>(data as Reply),
    (cause: unknown) => {
      throw new BearerWorkerError(
        { code: 'timeout', message: `No answer to "${name}" in ${limitMs / 1000} s: try again.` },
        cause,
      )
    },
  )
  const lost = Promise.race([reaches(worker, ['redundant'], answered), isSilent(worker, answered.signal)]).then(
    (): never => {
      const message = `The worker ${worker.scriptURL} was replaced, or does not answer.`
      throw new BearerWorkerError({ code: 'worker-unavailable', message })
    },
  )
  return Promise.race([reply, lost]).finally(() => answered.abort())
}

/** Checks under way whether a worker is there at all: one for all calls that wait. */
const checks = new WeakMap<ServiceWorker, Promise<boolean>>()

/** Resolves once a worker answers no call at all; one that works on a long call still answers others. */
async function isSilent(worker: ServiceWorker, signal: AbortSignal): Promise<void> {
  do await wait(PATIENCE_MS)
  while (!signal.aborted && (await isThere(worker)))
}

function isThere(worker: ServiceWorker): Promise<boolean> {
  const checking = checks.get(worker) ?? answers(worker).finally(() => checks.delete(worker))
  checks.set(worker, checking)
  return checking
}

/** What a call was answered with; an error came as data. */
export function unwrap<T>(reply: Reply): T {
  if (!reply.ok) throw new BearerWorkerError(reply.error)
  return reply.value as T
}
