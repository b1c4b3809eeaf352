import { onAccountChange, tabAccount } from '../tab-account.ts'
import { globals } from '../realm.ts'
import type { AccountAnswer, AccountQuestion } from '../worker-account.ts'

const { addEventListener } = globalThis.EventTarget.prototype

/** A dedicated worker that has the page script asks who it goes as. The question comes by its messages, and no listener of the page sees it. */
export function tellWorkersTheAccount(): void {
  const { Worker } = globals
  if (!Worker) return
  Worker.prototype.constructor = globalThis.Worker = new Proxy(Worker, {
    construct(target, args, newTarget) {
      const worker = Reflect.construct(target, args, newTarget) as Worker
      addEventListener.call(worker, 'message', answer as EventListener)
      return worker
    },
  })
}

function answer(event: MessageEvent<unknown>): void {
  const { bearerWorker, ask } = Object(event.data) as Partial<AccountQuestion>
  const [port] = event.ports
  if (bearerWorker !== 1 || ask !== 'account' || !port) return
  event.stopImmediatePropagation()
  const tell = () => port.postMessage({ account: tabAccount() ?? null } satisfies AccountAnswer)
  onAccountChange(tell)
  tell()
}
