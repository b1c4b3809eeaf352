/** What becomes of a request that may go: the browser's own way (`undefined`), or the engine in this page. */
export type Way = ((request: Request) => Promise<Response> | undefined) | undefined

export const LIMIT_MS = 15_000

/** Holds requests to protected resources until somebody is there to authorize them. */
export class Gate {
  /** The way of a gate that is open. */
  way: Way
  isOpen = false
  #opened!: () => void
  readonly #passage = new Promise<void>((resolve) => (this.#opened = resolve))

  /** Once more when the way is another one from now on. */
  open(way: Way): void {
    this.isOpen = true
    this.way = way
    this.#opened()
  }

  /** Resolves when a request may go on; those that wait leave in order. What turns out not to concern us waits no longer than that. */
  async pass(concerned: Promise<boolean>): Promise<Way> {
    const limit = new Promise<undefined>((resolve) => setTimeout(resolve, LIMIT_MS))
    const ours = await Promise.race([concerned, this.#passage.then(() => true), limit])
    if (!ours) return undefined
    await Promise.race([this.#passage, limit])
    return this.way
  }
}
