import { baseUrl } from '../own-origin.ts'
import type { Gate } from './gate.ts'
import { addHandlers, relay } from './imitation.ts'
import { inPlaceOf } from './natives.ts'
import { replace } from './replace.ts'

/** Starts the browser's own worker, unless it is over before. */
type Started<Kind> = Promise<Kind | undefined>

/** A worker for the page, and whether it was terminated. */
interface Imitation<Kind> {
  readonly worker: Kind
  readonly isOver: () => boolean
}

/**
 * A worker that a page makes before a service worker controls the page would send its first requests past it, and a blob
 * worker all of them: it starts when the gate is open. @see https://w3c.github.io/ServiceWorker/#clients-claim
 */
export function interceptWorkers(gate: Gate): void {
  const { Worker, SharedWorker } = window as Partial<Pick<typeof globalThis, 'Worker' | 'SharedWorker'>>
  const { revokeObjectURL } = URL
  /** URLs of workers that start later: a page may revoke that of a blob as soon as the worker is made. */
  const needed = new Map<string, Promise<unknown>>()
  const holding = <Kind extends EventTarget>(
    Native: new (...args: never[]) => Kind,
    imitate: (started: Started<Kind>, prototype: object) => Imitation<Kind>,
  ) =>
    new Proxy(Native, {
      construct(target, args: [string | URL], newTarget: { readonly prototype: object }) {
        const url = URL.canParse(args[0], baseUrl()) ? new URL(args[0], baseUrl()) : undefined
        if (gate.isOpen || url?.origin !== location.origin)
          return Reflect.construct(target, args, newTarget as never) as Kind
        const started: Started<Kind> = gate
          .pass(Promise.resolve(true))
          .then(() => (isOver() ? undefined : (Reflect.construct(Native, args) as Kind)))
        const { worker, isOver } = imitate(started, newTarget.prototype)
        needed.set(url.href, started)
        started.catch(() => worker.dispatchEvent(new Event('error')))
        return worker
      },
    })
  const ends = [
    Worker && replace(window, 'Worker', holding(Worker, imitateWorker) as typeof Worker),
    SharedWorker && replace(window, 'SharedWorker', holding(SharedWorker, imitateSharedWorker) as typeof SharedWorker),
    replace(
      URL,
      'revokeObjectURL',
      inPlaceOf(revokeObjectURL, (url: string) => {
        const started = needed.get(url)
        const revoke = () => revokeObjectURL.call(URL, url)
        if (started) started.then(revoke, revoke)
        else revoke()
      }),
    ),
  ]
  void gate.pass(Promise.resolve(true)).then(() => ends.forEach((end) => void end?.()))
}

/** An object for the page in place of a worker that starts later: the events of that one are its own. */
function imitation<Kind extends EventTarget>(
  started: Started<Kind>,
  { prototype, types }: { readonly prototype: object; readonly types: readonly string[] },
): Kind {
  const worker = Object.setPrototypeOf(new EventTarget(), prototype) as Kind
  addHandlers(worker, types)
  started.then(
    (real) => types.forEach((type) => void real?.addEventListener(type, (event) => relay(event, worker))),
    () => {},
  )
  return worker
}

function imitateWorker(started: Started<Worker>, prototype: object): Imitation<Worker> {
  const worker = imitation(started, { prototype, types: ['message', 'messageerror', 'error'] })
  let real: Worker | undefined
  let isOver = false
  worker.postMessage = (data: unknown, options?: Transferable[] | StructuredSerializeOptions) => {
    const transfer = [...((Array.isArray(options) ? options : options?.transfer) ?? [])]
    if (real) return real.postMessage(data, transfer)
    // What is transferred is gone at once, as the page expects it.
    const message = structuredClone([data, transfer] as const, { transfer })
    started.then(
      (later) => later?.postMessage(...message),
      () => {},
    )
  }
  worker.terminate = () => {
    isOver = true
    real?.terminate()
  }
  started.then(
    (later) => (real = later),
    () => {},
  )
  return { worker, isOver: () => isOver }
}

function imitateSharedWorker(started: Started<SharedWorker>, prototype: object): Imitation<SharedWorker> {
  const worker = imitation(started, { prototype, types: ['error'] })
  const { port1, port2 } = new MessageChannel()
  Object.defineProperty(worker, 'port', { value: port1 })
  const connect = (from: MessagePort, to: MessagePort) => {
    from.onmessage = ({ data, ports }) => to.postMessage(data, [...ports])
  }
  started.then(
    (real) => {
      if (!real) return
      connect(real.port, port2)
      connect(port2, real.port)
    },
    () => {},
  )
  return { worker, isOver: () => false }
}
