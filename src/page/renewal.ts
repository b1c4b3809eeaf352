import { version } from '../version.ts'
import { type Connection, sendBesideWorker } from './connection.ts'
import type { CoveredRequests } from './covered-requests.ts'
import { type Places, revisionOf } from './registration.ts'

/** How a newer configuration, or a newer worker, reaches a page that is open. */
export class Renewal {
  readonly #places: Places
  readonly #requests: CoveredRequests
  /** Revision of the static routes that this page was loaded with; undefined while no worker of ours is known. */
  #routes: string | null | undefined
  /** The static routes of this page are those of an older configuration. */
  #isOutdated = false

  constructor(places: Places, requests: CoveredRequests) {
    this.#places = places
    this.#requests = requests
    this.#routes = this.#controllingRevision()
  }

  /** Watches for another worker from the first connection on. */
  async begin({ hello }: Connection): Promise<void> {
    this.#routes ??= this.#controllingRevision()
    // A worker that took over while this page was being loaded controls it from the beginning, but its static routes do not.
    const tookOverLate = this.#requests.wasControlled && (hello.usedSince ?? 0) > performance.timeOrigin
    this.#isOutdated = this.#hasOtherRoutes() || tookOverLate
    navigator.serviceWorker?.addEventListener('controllerchange', () => this.#onControllerChange())
    if (this.#isOutdated) await this.#reconnect()
  }

  /** A newer configuration is in force, and this page has the static routes of the older one. */
  renew(): void {
    this.#isOutdated = true
    this.#reconnect().catch(() => {})
  }

  /** Another worker has taken over: for a newer configuration, or one of this page's version. */
  #onControllerChange(): void {
    if (this.#requests.connection?.by !== 'worker') return
    this.#isOutdated ||= this.#hasOtherRoutes()
    if (this.#isOutdated || this.#requests.connection?.hello.version !== version) this.#reconnect().catch(() => {})
  }

  async #reconnect(): Promise<void> {
    const hello = await this.#requests.ask('hello', {})
    const { connection } = this.#requests
    if (!connection) return
    const sendHere =
      this.#isOutdated && connection.by === 'worker' ? await sendBesideWorker(this.#places) : connection.sendHere
    this.#requests.connect({ ...connection, hello, sendHere })
  }

  #controllingRevision(): string | null | undefined {
    return revisionOf(navigator.serviceWorker?.controller, this.#places)
  }

  #hasOtherRoutes(): boolean {
    return (this.#controllingRevision() ?? this.#routes) !== this.#routes
  }
}
