import { toErrorData } from '../errors.ts'
import type { Engine } from '../engine/engine.ts'
import { answerCall } from '../engine/start.ts'
import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import { nextRevision } from './revision.ts'
import { routesRevision } from './static-routes.ts'
import type { WorkerParts } from './worker-parts.ts'

/** What a worker was made with that only another installation can change. */
export interface Greeting {
  readonly parts: WorkerParts
  /** Whether it sets static routes. */
  readonly routes: boolean
}

/** The reply to `hello`, with the revision of the worker that has to be installed for the newest configuration. */
export async function greet(engine: Engine, { parts, routes }: Greeting, account: string | undefined): Promise<Hello> {
  const hello = await answerCall(engine, 'hello', { call: {}, account }).catch((error: unknown): Hello => {
    if (needsNewWorker() && !engine.inForce) return { version, sessions: [], rules: [] }
    throw error
  })
  if (needsNewWorker()) {
    return { ...(hello as Hello), revision: nextRevision(), lacksPart: toErrorData(engine.problem) }
  }
  return routes ? { ...(hello as Hello), ...(await routesRevision(engine)) } : (hello as Hello)

  function needsNewWorker(): boolean {
    return engine.lacksPart && parts.needNewWorker()
  }
}
