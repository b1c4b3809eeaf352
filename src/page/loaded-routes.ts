import type { Hello } from '../protocol.ts'
import { serviceWorkers } from './realm.ts'
import { type Places, revisionOf } from './registration.ts'

/**
 * The static routes that this page was loaded with. Chromium keeps them, whatever worker takes over: what a newer
 * configuration lists would pass by every worker, so this page has to authorize its requests itself.
 * @see https://w3c.github.io/ServiceWorker/#service-worker-static-routing
 */
export class LoadedRoutes {
  readonly #places: Places
  /** Whether a worker of ours controlled this page from its beginning. */
  readonly #wasControlled: boolean
  /** Revision of the worker whose routes they are; undefined while no worker of ours is known. */
  #revision: string | undefined
  #isFirst = true
  #areOutdated = false

  constructor(places: Places, wasControlled: boolean) {
    this.#places = places
    this.#wasControlled = wasControlled
    this.#revision = this.#controllingRevision()
  }

  /** Whether they are known to be of an older configuration. They stay so until the page is loaded again. */
  get areOutdated(): boolean {
    return this.#areOutdated
  }

  /** Whether a worker with other routes controls this page by now. */
  get areOfAnother(): boolean {
    return (this.#controllingRevision() ?? this.#revision) !== this.#revision
  }

  /** A newer configuration is in force. */
  outdate(): void {
    this.#areOutdated = true
  }

  /** Learns from what a worker says of its own routes. Returns whether those of this page are outdated. */
  compare({ revision, lacksPart, usedSince, hasRoutes }: Hello): boolean {
    this.#revision ??= this.#controllingRevision()
    // A worker that took over while this page was being loaded controls it from the beginning, but its static routes do not.
    const tookOverLate = this.#isFirst && this.#wasControlled && (usedSince ?? 0) > performance.timeOrigin
    this.#isFirst = false
    const needsOthers = revision !== undefined && !lacksPart
    this.#areOutdated ||= needsOthers || tookOverLate || (hasRoutes === true && this.areOfAnother)
    return this.#areOutdated
  }

  /** An empty one is that of a worker which was registered without; undefined where no worker of ours controls this page. */
  #controllingRevision(): string | undefined {
    const revision = revisionOf(serviceWorkers()?.controller, this.#places)
    return revision === null ? '' : revision
  }
}
