import { effective, isIneffective, refreshWasted, type Effectiveness } from '../policy/effectiveness.ts'
import { LONGEST_HOLD_MS } from '../policy/schedule.ts'
import type { Generation } from '../policy/vocabulary.ts'
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
  #effectiveness: Effectiveness = effective
  /** The generation that the last refresh after a refusal brought. */
  #broughtByRefusal: Generation | undefined
  /** Counted once, however many requests carried the token. */
  #counted: Generation | undefined
  #probe: Probe | undefined
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Whether new tokens were refused so often that a refusal starts no refresh for a while. */
  get isIneffective(): boolean {
    return isIneffective(this.#effectiveness, this.#now())
  }

  /** A token was refused. Returns whether refreshing has just become ineffective. */
  add(accessToken: string, generation: Generation): boolean {
    this.token = accessToken
    if (generation !== this.#broughtByRefusal || generation === this.#counted) return false
    this.#counted = generation
    this.#effectiveness = refreshWasted(this.#effectiveness, this.#now())
    return this.isIneffective
  }

  /** A refresh after a refusal has ended. The new token may have the same text as the refused one: the server has renewed it. */
  answered(refreshed: Refreshed): Refreshed {
    if (refreshed.kind !== 'success') return refreshed
    const { generation, accessToken } = refreshed.record
    this.#broughtByRefusal = generation
    if (this.token === accessToken) this.token = undefined
    return refreshed
  }

  /** Somebody signed in. */
  reset(): void {
    this.#effectiveness = effective
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
