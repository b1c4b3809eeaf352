/** Holds responses until the test releases them, instead of a delay. */
export interface Gate {
  /** Resolves once this many requests wait. Default: one. */
  arrived(count?: number): Promise<void>
  /** Lets waiting and later requests through. */
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
