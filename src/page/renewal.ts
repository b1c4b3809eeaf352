import { wait } from '../io/deadline.ts'
import { version } from '../version.ts'
import { connectToWorker, type PageToCover } from './connection.ts'
import type { CoveredRequests } from './covered-requests.ts'
import { serviceWorkers } from './realm.ts'

/** ms until a worker that did not answer is asked again; each pause is twice as long as the one before. */
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 60_000

/** How a newer configuration, or a newer worker, reaches a page that is open. */
export class Renewal {
  readonly #page: PageToCover
  readonly #requests: CoveredRequests

  constructor(page: PageToCover, requests: CoveredRequests) {
    this.#page = page
    this.#requests = requests
  }

  /** Watches for another worker from the first connection on. */
  begin(): void {
    serviceWorkers()?.addEventListener('controllerchange', () => this.#onControllerChange())
    const { areOutdated, areOfAnother } = this.#page.routes
    // It may have come since the connection was made.
    if (areOfAnother && !areOutdated) void this.#reconnect()
  }

  /** A newer configuration is in force. @param hasOtherRoutes whether this page has the static routes of the older one */
  renew(hasOtherRoutes: boolean): void {
    if (hasOtherRoutes) this.#page.routes.outdate()
    void this.#reconnect()
  }

  /** Another worker has taken over: for a newer configuration, or one of this page's version. */
  #onControllerChange(): void {
    const { connection } = this.#requests
    if (connection?.by !== 'worker') return
    const { areOutdated, areOfAnother } = this.#page.routes
    if (areOutdated || areOfAnother || connection.hello.version !== version) void this.#reconnect()
  }

  /** A worker that is being replaced, or has to start on a busy machine, may not answer at once. */
  async #reconnect(): Promise<void> {
    for (let pause = FIRST_PAUSE_MS; pause < LONGEST_PAUSE_MS; pause *= 2) {
      if (await this.#connect().catch(() => false)) return
      await wait(pause)
    }
  }

  /** Resolves with whether there is nothing left to do. */
  async #connect(): Promise<boolean> {
    const { connection, ask } = this.#requests
    if (!connection) return true
    const hello = await ask('hello', {})
    const next = connection.by === 'worker' ? await connectToWorker(this.#page, hello) : { ...connection, hello }
    // Another one was made meanwhile, and may know less.
    if (this.#requests.connection !== connection) return this.#connect()
    this.#requests.connect(next)
    return true
  }
}
