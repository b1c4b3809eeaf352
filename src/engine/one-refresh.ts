import type { Refreshed } from './refresh-job.ts'

/** The one refresh of an access token that may be under way in this realm. */
export class OneRefresh {
  #running: Promise<Refreshed> | undefined
  readonly #onChange: () => void

  /** @param onChange called when a refresh begins, and when it has ended */
  constructor(onChange: () => void) {
    this.#onChange = onChange
  }

  /** The refresh that is under way. */
  get running(): Promise<Refreshed> | undefined {
    return this.#running
  }

  /** Joins the refresh that is under way, or begins it. */
  join(begin: () => Promise<Refreshed>): Promise<Refreshed> {
    if (this.#running) return this.#running
    const running = begin().finally(() => {
      if (this.#running === running) this.#running = undefined
      this.#onChange()
    })
    this.#running = running
    this.#onChange()
    return running
  }

  /** What is under way is for a user who has left: nobody joins it any more. */
  forget(): void {
    this.#running = undefined
  }
}
