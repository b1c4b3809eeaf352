/** An answer that waits for the test, not for the clock. */
export interface Gate {
  /** Resolves when as many requests as asked for (one, by default) wait behind it. */
  arrived(count?: number): Promise<void>
  /** Lets through those who wait and those who come. */
  release(): void
}

export class HeldGate implements Gate {
  readonly #opened: Promise<void>
  #open: () => void = () => {}
  #waiting = 0
  #watchers: (() => void)[] = []

  constructor() {
    this.#opened = new Promise((resolve) => {
      this.#open = resolve
    })
  }

  async pass(): Promise<void> {
    this.#waiting++
    for (const look of this.#watchers) look()
    await this.#opened
  }

  arrived(count = 1): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#waiting >= count) resolve()
      }
      this.#watchers.push(look)
      look()
    })
  }

  release(): void {
    this.#open()
  }
}
