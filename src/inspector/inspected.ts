import type { BearerWorker, BearerWorkerError } from '../page/index.ts'

/** What the inspector uses of the page API. */
export type Inspected = Pick<
  BearerWorker,
  | 'ready'
  | 'workerProblem'
  | 'session'
  | 'snapshot'
  | 'refresh'
  | 'explain'
  | 'history'
  | 'subscribe'
  | 'addEventListener'
  | 'removeEventListener'
>

/**
 * All sessions, the default one first. The API has no list of them, but names them when it refuses a name that none
 * can have.
 */
export async function sessionNames(inspected: Inspected): Promise<readonly string[]> {
  const { name } = await inspected.session()
  const refusal = await inspected.session('?').then(
    () => undefined,
    (error: BearerWorkerError) => error,
  )
  const named =
    refusal?.code === 'unknown-session' ? [...refusal.message.matchAll(/"([\w-]+)"/g)].map(([, each]) => each!) : []
  return [...new Set([name, ...named])]
}
