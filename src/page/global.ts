import { BearerWorker } from './bearer-worker.ts'
import { globals } from './realm.ts'

/**
 * The page API of this page, or of this worker: made by the script tag, or by the module that asks first. An element with
 * `id="bearerWorker"` has that name too, and is not believed.
 * @see https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object
 */
export function bearerWorkerOfPage(): BearerWorker {
  const found = (globalThis as { bearerWorker?: BearerWorker }).bearerWorker
  if (
    found instanceof EventTarget &&
    !(globals.Node && found instanceof Node) &&
    typeof found.start === 'function' &&
    typeof found.explain === 'function'
  ) {
    return found
  }
  const value = new BearerWorker()
  Object.defineProperty(globalThis, 'bearerWorker', { value, writable: true, configurable: true, enumerable: true })
  return value
}
