import { hasAccessToken } from '../policy/decide.ts'
import { isIneffective } from '../policy/effectiveness.ts'
import { LONGEST_HOLD_MS } from '../policy/schedule.ts'
import type { AuthorizedRecord, Generation, SessionRecord } from '../policy/vocabulary.ts'
import { within } from '../io/deadline.ts'
import type { Refreshed } from './refresh-job.ts'

/** One replay of a young token, whose answer decides for every request that was refused with it. */
interface Probe {
  readonly generation: Generation
  readonly accepted: Promise<boolean>
  readonly settle: (accepted: boolean) => void
}

/** What resource servers refused of one session, in this life of the realm. */
export class Refusals {
  /** The last access token that was refused: a refresh that brings it again brings nothing. */
  token: string | undefined
  #probe: Probe | undefined

  /** A token was refused. Returns whether it has just become known that refreshing is ineffective. */
  add(record: AuthorizedRecord, now: number): boolean {
    const isNew = this.token !== record.accessToken
    this.token = record.accessToken
    return isNew && this.areInVain(record, now)
  }

  /** Whether the token of a record was refused, and a refusal starts no refresh for now. */
  areInVain(record: SessionRecord, now: number): boolean {
    return hasAccessToken(record, this.token) && isIneffective(record as AuthorizedRecord, now)
  }

  /** A refresh may have brought the refused token itself, renewed under the same text. */
  refreshed(refreshed: Refreshed): Refreshed {
    if (refreshed.kind === 'success' && refreshed.record.accessToken === this.token) this.token = undefined
    return refreshed
  }

  /** Begins the probe of a young token. Returns false when one is under way, or has ended. */
  beginProbe(generation: Generation): boolean {
    if (this.#probe?.generation === generation) return false
    let settle!: (accepted: boolean) => void
    const accepted = new Promise<boolean>((resolve) => (settle = resolve))
    this.#probe = { generation, accepted, settle }
    return true
  }

  /** Whether the token was accepted by the probe; false when that is unknown for too long: the page that sent it may be closed. */
  async probed(generation: Generation): Promise<boolean> {
    if (this.#probe?.generation !== generation) return false
    return within(LONGEST_HOLD_MS / 3, this.#probe.accepted).catch(() => false)
  }

  endProbe(generation: Generation, accepted: boolean): void {
    if (this.#probe?.generation === generation) this.#probe.settle(accepted)
  }
}
