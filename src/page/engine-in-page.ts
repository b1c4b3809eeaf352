import type { Engine } from '../engine/engine.ts'
import type { answer as answerCall, startEngine as start } from '../engine/start.ts'
import { BearerWorkerError, toErrorData } from '../errors.ts'
import type { Notice } from '../protocol.ts'
import type { Ask } from './ask.ts'
import type { Places } from './registration.ts'

const KEY = Symbol.for('bearer-worker.engine')
type Offered = { readonly startEngine: typeof start; readonly answer: typeof answerCall }

/** The worker's own file, loaded as a script: the same engine, in this page. */
export async function engineInPage({ worker, config }: Places, fetch: typeof globalThis.fetch, hear: (notice: Notice) => void): Promise<{ engine: Engine; ask: Ask }> {
  const offered = () => (globalThis as { [KEY]?: Offered })[KEY]
  if (!offered()) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement('script'), { src: worker.href, onload: resolve, onerror: reject })
      document.head.append(script)
    }).catch((cause: unknown) => {
      throw new BearerWorkerError({ code: 'worker-unavailable', message: `No service worker can run here, and ${worker.href} could not be loaded to do its work in the page. Serve it beside the page script.` }, cause)
    })
  }
  const { startEngine, answer } = offered()!
  const engine = startEngine({ fetch, configuration: config.href, hear })
  const ask: Ask = (name, call) =>
    (answer(engine, name as never, call as never) as Promise<never>).catch((error: unknown) => {
      throw new BearerWorkerError(toErrorData(error), error)
    })
  return { engine, ask }
}
