/** Which of the identical requests in flight a page gave up: the worker only acts when it counts as many as the page. */
export interface GivenUp {
  readonly method: string
  readonly url: string
  readonly index: number
  readonly of: number
}

/**
 * The requests of this page whose response headers are not here yet. No engine tells a worker that a page aborted one,
 * so the page does. @see https://github.com/w3c/ServiceWorker/issues/1544
 */
export class InFlight {
  readonly #lists = new Map<string, object[]>()
  readonly #tell: (givenUp: GivenUp) => void

  constructor(tell: (givenUp: GivenUp) => void) {
    this.#tell = tell
  }

  /** Returns what to call, once, when the headers are here or the page gave the request up. */
  track(method: string, url: string): (gaveUp: boolean) => void {
    const key = `${method} ${url}`
    const list = this.#lists.get(key) ?? []
    const mark = {}
    this.#lists.set(key, list)
    list.push(mark)
    return (gaveUp) => {
      const index = list.indexOf(mark)
      if (index < 0) return
      if (gaveUp) this.#tell({ method, url, index, of: list.length })
      list.splice(index, 1)
      if (!list.length) this.#lists.delete(key)
    }
  }
}
