import { BearerWorkerError } from '../errors.ts'
import { asRecord, blank, isSameGrant, withRefresh } from '../policy/record.ts'
import type { Journal, SessionRecord } from '../policy/vocabulary.ts'
import type { SessionStore } from '../io/session-store.ts'

/** Age in ms from which the copy in memory is read again from the store, in the background. */
const COPY_AGE_MS = 1_000

interface Options {
  readonly key: string
  /** The session's name, for messages. */
  readonly name: string
  readonly store: SessionStore
  readonly now: () => number
  /** Called after a read that found another generation than the one in memory. */
  readonly onMoved: () => void
}

type Change = (stored: SessionRecord) => SessionRecord | undefined

/** One session's record: a copy in memory over the store. Every change is a compare-and-swap in one transaction. */
export class StoredRecord {
  readonly key: string
  #record: SessionRecord | undefined
  #readAt = 0
  /** Another context may have written the store, or the database was lost: the copy serves only while the store cannot be read. */
  #isStale = false
  /** The store failed: the copy holds what it does not. */
  #isUnsaved = false
  readonly #options: Options

  constructor(options: Options) {
    this.key = options.key
    this.#options = options
  }

  /** The copy in memory, however old; blank before the first read. */
  get current(): SessionRecord {
    return this.#record ?? blank
  }

  /** The copy in memory; undefined before the first read, and after the store may have changed. */
  get cached(): SessionRecord | undefined {
    if (this.#isStale) return undefined
    const now = this.#options.now()
    if (this.#record && Math.abs(now - this.#readAt) > COPY_AGE_MS) {
      this.#readAt = now
      this.reread().catch(() => {})
    }
    return this.#record
  }

  async read(): Promise<SessionRecord> {
    return this.cached ?? this.reread()
  }

  /**
   * Reads the store; while that fails, the copy serves. Rejects with `store-failed` when there is no copy either:
   * then it is unknown whether somebody is signed in.
   */
  async reread(): Promise<SessionRecord> {
    if (this.#isUnsaved) return this.#save(this.current)
    const before = this.#record
    try {
      const record = this.#keep(asRecord((await this.#options.store.readAll()).get(this.key)))
      if (before && before.generation !== record.generation) this.#options.onMoved()
      return record
    } catch (error) {
      if (this.#record) return this.#keep(this.#record)
      if (isDenied(error)) return this.#keep(blank)
      throw storeFailed(this.#options.name, error)
    }
  }

  /** Uses what a starting worker has read of everything in one transaction. */
  restore(stored: unknown): void {
    if (!this.#record) this.#keep(asRecord(stored))
  }

  /** The store was closed, emptied or deleted, or another context wrote it. */
  invalidate(): void {
    if (!this.#isUnsaved) this.#isStale = true
  }

  /**
   * Writes `next` unless another state than `seen` stands in the store. The access tokens of APIs stay as they are there.
   * Resolves with what stands there then.
   */
  change(seen: SessionRecord, next: SessionRecord): Promise<SessionRecord> {
    return this.write((stored) => (isSameGrant(stored, seen) ? withApisOf(stored, next) : undefined))
  }

  /** Writes the journal, unless another context has begun meanwhile. Resolves with what stands in the store then. */
  begin(seen: SessionRecord, journal: Journal): Promise<SessionRecord> {
    const isUnbegun = (stored: SessionRecord) =>
      isSameGrant(stored, seen) && stored.journal?.since === seen.journal?.since
    return this.write((stored) => (isUnbegun(stored) ? withRefresh(stored, journal, stored.pause) : undefined))
  }

  /** Puts a record into memory at once; the caller writes it to the store. */
  replaceCopy(record: SessionRecord): void {
    this.#record = record
  }

  /** One transaction: writes what `next` returns, or leaves the store when that is undefined. Resolves with what stands there then. */
  async write(next: Change): Promise<SessionRecord> {
    if (this.#isUnsaved) await this.#save(this.current)
    if (!this.#isUnsaved) {
      try {
        const swap = (stored: unknown) => next(asRecord(stored))
        return this.#keep(asRecord(await this.#options.store.swap(this.key, swap)))
      } catch {
        this.#isUnsaved = true
      }
    }
    // The store is unreadable: use the time as epoch, so that this record outranks whatever it holds.
    const record = this.#record ?? { ...blank, epoch: this.#options.now() }
    return this.#keep(next(record) ?? record)
  }

  /** Writes what only memory holds, unless the store has something newer by now. */
  async #save(record: SessionRecord): Promise<SessionRecord> {
    try {
      const swap = (stored: unknown) => (isNewer(asRecord(stored), record) ? undefined : record)
      const saved = await this.#options.store.swap(this.key, swap)
      this.#isUnsaved = false
      return this.#keep(asRecord(saved))
    } catch {
      return this.#keep(record)
    }
  }

  #keep(record: SessionRecord): SessionRecord {
    this.#readAt = this.#options.now()
    this.#isStale = false
    this.#record = record
    return record
  }
}

function withApisOf(stored: SessionRecord, next: SessionRecord): SessionRecord {
  const apis = stored.state === 'active' ? stored.apis : undefined
  return apis && next.state === 'active' ? { ...next, apis } : next
}

/** Whether the user or the browser allows no storage at all: then memory is all there is. */
function isDenied(error: unknown): boolean {
  const { name, message } = error as Error
  return /^(Security|Reference)Error$/.test(name) || /denied/.test(message)
}

function isNewer(a: SessionRecord, b: SessionRecord): boolean {
  return a.epoch > b.epoch || (a.epoch === b.epoch && a.generation > b.generation)
}

function storeFailed(name: string, cause: unknown): BearerWorkerError {
  const message = `The browser's storage cannot be read, so it is unknown whether session "${name}" has tokens. Try again, or sign in again.`
  return new BearerWorkerError({ code: 'store-failed', message }, cause)
}
