import type { PageStep, PassingHeaders } from '../protocol.ts'
import { messageOf, postTo } from './intercept/natives.ts'
import { getFrom, OwnMessageChannel, setIn } from './intercept/own-classes.ts'

type Headers = Readonly<Record<string, string>>
type Step = Exclude<PageStep, { kind: 'elsewhere' }> | PassingHeaders

const hidden = new WeakMap<object, Headers>()

/** The headers to send a request with. */
export const headersOf = (step: Step): Headers =>
  getFrom(hidden, step) ?? ('headers' in step ? step.headers : undefined) ?? {}

/**
 * Sends a message to a worker. Resolves with its reply. The headers of a step are kept aside for `headersOf`: a script that
 * has replaced `then` of promises, or added one to all objects, sees what a promise brings.
 */
export function messageWorker(worker: ServiceWorker, message: unknown): Promise<unknown> {
  const { port1, port2 } = new OwnMessageChannel()
  return new Promise((resolve) => {
    port1.onmessage = (event) => {
      const reply = messageOf(event)
      hideHeaders(reply as { value?: { headers?: Headers } } | undefined)
      resolve(reply)
    }
    postTo(worker, message, [port2])
  })
}

function hideHeaders(reply: { value?: { headers?: Headers } } | undefined): void {
  const step = reply?.value
  if (!step?.headers) return
  keepHeaders(step, step.headers)
  delete step.headers
}

/** Keeps the headers of a step aside for `headersOf`. */
export function keepHeaders<T extends object>(step: T, headers: Headers): T {
  setIn(hidden, step, headers)
  return step
}
