import type { Gate } from './gate.ts'
import { nativeFetch, natives } from './natives.ts'

type Message = [data: unknown, transfer: Transferable[]]

/**
 * A dedicated worker that a page makes before any service worker controls it would send its first requests past every one,
 * and a blob worker all of them: it starts when the gate is open. @see https://w3c.github.io/ServiceWorker/#clients-claim
 */
export function interceptWorker(gate: Gate): void {
  const Native = natives.Worker
  Native.prototype.constructor = window.Worker = new Proxy(Native, {
    construct(target, args: ConstructorParameters<typeof Worker>, newTarget: typeof Worker) {
      const { href } = URL.canParse(args[0], document.baseURI) ? new URL(args[0], document.baseURI) : { href: '' }
      const isHeld = !gate.isOpen && new URL(href || 'data:').origin === location.origin
      return isHeld ? held(gate, href, args, newTarget) : (Reflect.construct(target, args, newTarget) as Worker)
    },
  })
}

/** A `Worker` that starts when the gate is open, and replaces the real one for the page. */
function held(gate: Gate, url: string, args: ConstructorParameters<typeof Worker>, newTarget: typeof Worker): Worker {
  const worker = Object.setPrototypeOf(new EventTarget(), newTarget.prototype) as Worker
  const waiting: Message[] = []
  let real: Worker | undefined
  let isOver = false
  worker.postMessage = (data: unknown, options?: Transferable[] | StructuredSerializeOptions) => {
    const transfer = [...((Array.isArray(options) ? options : options?.transfer) ?? [])]
    if (real) real.postMessage(data, transfer)
    // What is transferred is gone at once, as the page expects it.
    else waiting.push(structuredClone<Message>([data, transfer], { transfer }))
  }
  worker.terminate = () => {
    isOver = true
    real?.terminate()
  }
  for (const type of ['message', 'messageerror', 'error']) {
    let handler: EventListener | null = null
    worker.addEventListener(type, (event) => handler?.call(worker, event))
    Object.defineProperty(worker, `on${type}`, {
      get: () => handler,
      set: (value: EventListener | null) => (handler = value),
      configurable: true,
    })
  }
  const start = (from: string | URL) => {
    if (isOver) return
    real = Reflect.construct(natives.Worker, [from, ...args.slice(1)]) as Worker
    for (const type of ['message', 'messageerror', 'error']) {
      real.addEventListener(type, (event) => {
        const Kind = type === 'error' ? ErrorEvent : MessageEvent
        if (!worker.dispatchEvent(new Kind(type, event as object))) event.preventDefault()
      })
    }
    for (const message of waiting.splice(0)) real.postMessage(...message)
  }
  // A page may revoke the URL of a blob as soon as the worker is made.
  const isBlob = typeof args[0] === 'string' && url.startsWith('blob:')
  const kept = isBlob
    ? nativeFetch(url)
        .then((response) => response.blob())
        .then(URL.createObjectURL)
    : Promise.reject()
  const source = kept.catch(() => args[0])
  void gate.pass(Promise.resolve(true)).then(async () => start(await source))
  return worker
}
