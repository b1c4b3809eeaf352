import { within } from '../io/deadline.ts'
import type { CallName, Calls, Reply } from '../protocol.ts'

/** Longer than all tries of one refresh take with the default limits. */
const LIMIT_MS = 45_000

/** Calls a worker from this realm: a reply may hold a token, and no function of the page sees it on its way. Rejects when there is none. */
export async function askWorker<Name extends CallName>(
  worker: ServiceWorker | null | undefined,
  name: Name,
  call: Calls[Name]['call'],
): Promise<Calls[Name]['reply']> {
  const { port1, port2 } = new MessageChannel()
  const reply = new Promise<Reply>((resolve) => (port1.onmessage = ({ data }) => resolve(data as Reply)))
  Reflect.apply(ServiceWorker.prototype.postMessage, worker, [{ bearerWorker: 1, name, with: call }, [port2]])
  const { ok, ...rest } = await within(LIMIT_MS, reply)
  if (!ok) throw new Error(`The worker refused "${name}".`)
  return (rest as { readonly value: unknown }).value as Calls[Name]['reply']
}
