import { serviceWorkers } from './realm.ts'
import type { Places } from './registration.ts'
import { answers, isOurs } from './whose-worker.ts'

/**
 * The worker that controls this page. An unregistered worker goes on until its page is closed (Chromium, Firefox and
 * WebKit); where site data was cleared, Chromium takes it away at once.
 */
export class Control {
  /** Known to be ours. */
  #trusted: ServiceWorker | undefined
  readonly #places: Places

  constructor(places: Places) {
    this.#places = places
    if (isOurs(this.worker, places)) this.trust()
  }

  get worker(): ServiceWorker | undefined {
    const { controller } = serviceWorkers() ?? {}
    return controller && controller.state !== 'redundant' ? controller : undefined
  }

  /** Whether a worker that is known to be ours controls this page now. No event tells it in time: ask before each use. */
  get isHeld(): boolean {
    return !!this.#trusted && this.worker === this.#trusted
  }

  trust(): void {
    this.#trusted = this.worker
  }

  isByName(): boolean {
    return isOurs(this.worker, this.#places)
  }

  /** Asks the controlling worker whether it is ours; trusts it then. */
  async verify(): Promise<boolean> {
    const { worker } = this
    if (!worker || !(await answers(worker)) || this.worker !== worker) return false
    this.#trusted = worker
    return true
  }
}
