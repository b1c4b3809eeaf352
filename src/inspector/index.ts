/** The entry of `bearer-worker.inspector.js`: defines `<bearer-worker-inspector>`, once. */
import { BearerWorkerInspector } from './element.ts'

if (globalThis.customElements && !customElements.get('bearer-worker-inspector'))
  customElements.define('bearer-worker-inspector', BearerWorkerInspector)

export type { BearerWorkerInspector }

declare global {
  interface HTMLElementTagNameMap {
    'bearer-worker-inspector': BearerWorkerInspector
  }
}
