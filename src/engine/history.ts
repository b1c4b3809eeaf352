import { wait } from '../io/deadline.ts'
import type { Entry, Notice } from '../protocol.ts'

const KEPT = 200
/**
 * Entries are told together: a message to all tabs is the most expensive thing that a worker does for a request (`npm run bench
 * -- --profile`).
 */
const TOGETHER_MS = 200

/** The last requests and refreshes, for `history()` and the events of the page. */
export class History {
  readonly entries: Entry[] = []
  #untold: Entry[] = []
  readonly #tell: (notice: Notice) => void

  constructor(tell: (notice: Notice) => void) {
    this.#tell = tell
  }

  add(entry: Entry): void {
    if (this.entries.push(entry) > KEPT) this.entries.shift()
    if (this.#untold.push(entry) === 1) void wait(TOGETHER_MS).then(() => this.tellNow())
  }

  /** Entries that everybody has been told of. They are told together, so some may have ended before the last one here. */
  keep(entries: readonly Entry[]): void {
    this.entries.push(...entries)
    this.entries.sort((one, other) => endOf(one) - endOf(other))
    this.entries.splice(0, Math.max(0, this.entries.length - KEPT))
  }

  tellNow(): void {
    if (this.#untold.length) this.#tell({ kind: 'entries', entries: this.#untold.splice(0) })
  }
}

const endOf = ({ at, durationMs }: Entry): number => at + durationMs
