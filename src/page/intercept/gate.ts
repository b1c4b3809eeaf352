/** Sends a request by the engine in this page; undefined for one that it has nothing to do with. */
export type SendHere = (request: Request) => Promise<Response> | undefined

export const LIMIT_MS = 15_000

/** Holds requests to protected resources until there is something that authorizes them. */
export class Gate {
  /** How requests are sent once the gate is open; undefined where the browser sends them, and a worker answers. */
  sendHere: SendHere | undefined
  #isOpen = false
  #waiting = 0
  #opened!: () => void
  #passage = this.#newPassage()
  readonly #isCovered: () => boolean

  /** @param isCovered asked before each request whether what opened the gate is still there; closes the gate when it is not */
  constructor(isCovered: () => boolean) {
    this.#isCovered = isCovered
  }

  get isOpen(): boolean {
    return this.#isOpen && this.#isCovered()
  }

  /** Whether a request waits. */
  get isAwaited(): boolean {
    return this.#waiting > 0
  }

  /** Also called once more when requests are sent in another way from now on. */
  open(sendHere: SendHere | undefined): void {
    this.#isOpen = true
    this.sendHere = sendHere
    this.#opened()
  }

  /** What authorized the requests was lost: they wait again. */
  close(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#passage = this.#newPassage()
  }

  /** Resolves when a request may go on; those that wait leave in order. A request that turns out not to be listed waits no longer than that. */
  async pass(listed: Promise<boolean>): Promise<SendHere | undefined> {
    const limit = new Promise<undefined>((resolve) => setTimeout(resolve, LIMIT_MS))
    const mustWait = await Promise.race([listed, this.#passage.then(() => true), limit])
    if (!mustWait) return undefined
    this.#waiting++
    await Promise.race([this.#passage, limit])
    this.#waiting--
    return this.sendHere
  }

  #newPassage(): Promise<void> {
    return new Promise((resolve) => (this.#opened = resolve))
  }
}
