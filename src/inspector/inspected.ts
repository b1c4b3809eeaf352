import type { BearerWorker } from '../page/index.ts'

/** What the inspector uses of the page API. */
export type Inspected = Pick<
  BearerWorker,
  | 'ready'
  | 'workerProblem'
  | 'session'
  | 'sessions'
  | 'snapshot'
  | 'refresh'
  | 'explain'
  | 'history'
  | 'subscribe'
  | 'addEventListener'
  | 'removeEventListener'
>

/** Names of all sessions, the default one first. */
export async function sessionNames(inspected: Inspected): Promise<readonly string[]> {
  return (await inspected.sessions()).map(({ name }) => name)
}
