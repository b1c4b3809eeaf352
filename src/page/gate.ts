/** What becomes of a request that was held: the browser's own way (`undefined`), or the engine in this page. */
export type Way = ((request: Request) => Promise<Response> | undefined) | undefined

const LIMIT_MS = 15_000

/** Holds requests to protected resources until somebody is there to authorize them. */
export class Gate {
  #way: Way
  #open = false
  #opened!: (way: Way) => void
  readonly #passage = new Promise<Way>((resolve) => (this.#opened = resolve))
  /** Which requests are held; all, while the configuration is not known. */
  #concerns: (url: string) => boolean = () => true
  #known: Promise<void> = Promise.resolve()

  get isOpen(): boolean {
    return this.#open
  }

  /** The way of a gate that is open. */
  get way(): Way {
    return this.#way
  }

  /** Requests that turn out not to concern us go on as soon as that is known. */
  expect(concerns: Promise<(url: string) => boolean>): void {
    this.#known = concerns.then((known) => void (this.#concerns = known))
  }

  open(way: Way): void {
    this.#open = true
    this.#way = way
    this.#opened(way)
  }

  /** Resolves when the request may go on; those that wait leave in order. */
  async pass(url: string): Promise<Way> {
    if (this.#open) return this.#way
    const limit = new Promise<undefined>((resolve) => setTimeout(resolve, LIMIT_MS))
    await Promise.race([this.#known, this.#passage, limit])
    if (!this.#concerns(url)) return undefined
    return Promise.race([this.#passage, limit])
  }
}
