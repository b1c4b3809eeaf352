import { seenBy, withApiToken } from '../policy/api-tokens.ts'
import { ended, isSameGrant, isSameState, withRefresh } from '../policy/record.ts'
import type { Journal, Reason, SessionRecord } from '../policy/vocabulary.ts'
import type { RefreshedRecord } from './refresh-job.ts'
import type { StoredRecord } from './stored-record.ts'

/** The record of a session as one of its APIs sees it. Every change is a change of the session's record, in one transaction. */
export class StoredApi implements RefreshedRecord {
  readonly #whole: StoredRecord
  readonly #api: string

  constructor(whole: StoredRecord, api: string) {
    this.#whole = whole
    this.#api = api
  }

  get key(): string {
    return this.#whole.key
  }

  get current(): SessionRecord {
    return seenBy(this.#whole.current, this.#api)
  }

  get cached(): SessionRecord | undefined {
    const { cached } = this.#whole
    return cached && seenBy(cached, this.#api)
  }

  async read(): Promise<SessionRecord> {
    return seenBy(await this.#whole.read(), this.#api)
  }

  async reread(): Promise<SessionRecord> {
    return seenBy(await this.#whole.reread(), this.#api)
  }

  /**
   * Writes `next` unless the API has another token than in `seen`. What ends the session is written only where it was said of
   * the newest refresh token.
   */
  async change(seen: SessionRecord, next: SessionRecord): Promise<SessionRecord> {
    const changed = await this.#whole.write((stored) => {
      const view = seenBy(stored, this.#api)
      if (stored.state !== 'active' || !isSameState(view, seen)) return undefined
      if (next.state === 'active') return withApiToken(stored, this.#api, seen, next)
      return isSameGrant(view, seen) ? ended(stored, next.reason as Reason) : undefined
    })
    return seenBy(changed, this.#api)
  }

  /** Writes the journal, which is one for the session, unless another context has begun meanwhile. */
  async begin(seen: SessionRecord, journal: Journal): Promise<SessionRecord> {
    const isUnbegun = (view: SessionRecord) => isSameGrant(view, seen) && view.journal?.since === seen.journal?.since
    const begun = await this.#whole.write((stored) =>
      isUnbegun(seenBy(stored, this.#api)) ? withRefresh(stored, journal, stored.pause) : undefined,
    )
    return seenBy(begun, this.#api)
  }
}
