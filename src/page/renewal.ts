import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import type { PageAnswers } from './answer-questions.ts'
import { type Connection, sendBesideWorker } from './connection.ts'
import type { CoveredRequests } from './covered-requests.ts'
import { serviceWorkers } from './realm.ts'
import { type Places, revisionOf } from './registration.ts'

/** How a newer configuration, or a newer worker, reaches a page that is open. */
export class Renewal {
  readonly #places: Places
  readonly #requests: CoveredRequests
  readonly #answers: PageAnswers
  /** Revision of the worker that this page was loaded with, and whose static routes it has; undefined while no worker of ours is known. */
  #revision: string | null | undefined
  /** The static routes of this page are those of an older configuration. */
  #isOutdated = false

  constructor(places: Places, requests: CoveredRequests, answers: PageAnswers) {
    this.#answers = answers
    this.#places = places
    this.#requests = requests
    this.#revision = this.#controllingRevision()
  }

  /** Watches for another worker from the first connection on. */
  async begin({ hello }: Connection): Promise<void> {
    this.#revision ??= this.#controllingRevision()
    // A worker that took over while this page was being loaded controls it from the beginning, but its static routes do not.
    const tookOverLate = this.#requests.wasControlled && (hello.usedSince ?? 0) > performance.timeOrigin
    this.#isOutdated = this.#hasOtherRoutes(hello) || tookOverLate
    serviceWorkers()?.addEventListener('controllerchange', () => this.#onControllerChange())
    if (this.#isOutdated) await this.#reconnect()
  }

  /** A newer configuration is in force. @param hasOtherRoutes whether this page has the static routes of the older one */
  renew(hasOtherRoutes: boolean): void {
    this.#isOutdated ||= hasOtherRoutes
    this.#reconnect().catch(() => {})
  }

  /** Another worker has taken over: for a newer configuration, or one of this page's version. */
  #onControllerChange(): void {
    if (this.#requests.connection?.by !== 'worker') return
    if (this.#hasOtherRevision() || this.#isOutdated || this.#requests.connection.hello.version !== version)
      this.#reconnect().catch(() => {})
  }

  async #reconnect(): Promise<void> {
    const hello = await this.#requests.ask('hello', {})
    const { connection } = this.#requests
    if (!connection) return
    // A revision: the worker itself has the static routes of the older configuration.
    this.#isOutdated ||= this.#hasOtherRoutes(hello) || hello.revision !== undefined
    const isBesideWorker = this.#isOutdated && connection.by === 'worker'
    const sendHere = isBesideWorker ? await sendBesideWorker(this.#places, this.#answers) : connection.sendHere
    this.#requests.connect({ ...connection, hello, sendHere })
  }

  #controllingRevision(): string | null | undefined {
    return revisionOf(serviceWorkers()?.controller, this.#places)
  }

  #hasOtherRevision(): boolean {
    return (this.#controllingRevision() ?? this.#revision) !== this.#revision
  }

  #hasOtherRoutes({ hasRoutes }: Hello): boolean {
    return hasRoutes === true && this.#hasOtherRevision()
  }
}
