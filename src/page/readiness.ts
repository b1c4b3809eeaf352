import { notStarted } from './misuse.ts'
import { afterLoad } from './page-events.ts'
import { isBrowser } from './realm.ts'

type CoveredBy = 'worker' | 'page'

/** Whether this page is covered, and by whom: what `ready` promises. */
export class Readiness {
  /** It always settles. It is another promise once who covers the page has changed. */
  ready: Promise<CoveredBy>
  #settle!: (covered: Promise<CoveredBy>) => void
  #isStarted = false
  #isOverdue = false
  #by: CoveredBy | undefined

  constructor() {
    this.ready = new Promise((resolve) => (this.#settle = resolve))
    // A framework that renders on a server starts nothing.
    if (isBrowser) afterLoad(() => this.#demandStart())
  }

  /** Starts covering the page; only the first call does. */
  begin(cover: () => Promise<CoveredBy>): void {
    if (this.#isStarted) return
    this.#isStarted = true
    const begun = cover().then((by) => (this.#by = by))
    begun.catch(console.error)
    this.#settle(begun)
    if (this.#isOverdue) this.ready = begun
  }

  /** Another one covers the page from now on. */
  change(by: CoveredBy): void {
    if (this.#by && this.#by !== by) this.ready = Promise.resolve(by)
    this.#by &&= by
  }

  /** Runs once the page is covered. Returns how to undo that, or to prevent it. */
  whenReady(run: () => (() => void) | undefined): () => void {
    let undo: (() => void) | undefined
    let isUndone = false
    void this.ready.then(
      () => {
        if (!isUndone) undo = run()
      },
      () => {},
    )
    return () => {
      isUndone = true
      undo?.()
    }
  }

  /** A module imports this, and the script tag is missing, or its file is: whoever waits for `ready` would wait for ever. */
  #demandStart(): void {
    if (this.#isStarted) return
    this.#isOverdue = true
    const error = notStarted()
    console.error(error)
    const rejected = Promise.reject(error)
    rejected.catch(() => {})
    this.#settle(rejected)
  }
}
