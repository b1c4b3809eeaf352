/** One browser of the fleet: a request every ten seconds, and the refreshes that its policy makes of them. */
import { classify, type RefreshContext, type AnswerOutcome } from '../../src/policy/classify.ts'
import { readConfiguration } from '../../src/policy/configuration.ts'
import { servesUntil } from '../../src/policy/lifetime.ts'
import { blank, ended } from '../../src/policy/record.ts'
import { LONGEST_HOLD_MS } from '../../src/policy/schedule.ts'
import type { AccessToken, ActiveRecord, EndedRecord, RefreshToken } from '../../src/policy/vocabulary.ts'
import type { Random } from '../../scripts/random.ts'
import type { Policy } from './policies.ts'
import type { Tally } from './tally.ts'
import { accessTokenOf, LIFETIME_SECONDS, type At, type Family, type TokenEndpoint } from './servers.ts'

export const REQUEST_EVERY_MS = 10_000

/** The default configuration of a session, as a site would write it. */
const read = readConfiguration({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/token' } } } })
if (read.kind !== 'good') throw new Error('The configuration of the simulation is not valid.')
const [config] = read.configuration.sessions

/** What surrounds the browsers of a scene. */
export interface World {
  readonly policy: Policy
  readonly tally: Tally
  readonly random: Random
  readonly endpointAt: (at: At) => TokenEndpoint
  /** At this moment the resource server stops accepting every access token that was issued before. */
  readonly revokedAt?: At
  /** When the disturbance is over. */
  readonly overAt: At
  readonly until: At
}

/** A refresh whose end is known and lies ahead. */
interface UnderWay {
  readonly endsAt: At
  readonly after: ActiveRecord | EndedRecord
  readonly succeeded: boolean
}

export class Browser {
  readonly #policy: Policy
  readonly #world: World
  readonly #tally: Tally
  readonly #random: Random
  readonly #family: Family = { current: 0, rotatedAt: -Infinity, ended: false }
  #record: ActiveRecord
  #hasEnded = false
  #issuedAt: At
  #refused: string | undefined
  #underWay: UnderWay | undefined
  #hasRecovered = false

  /** Signs in, and lives on from there. */
  constructor(world: World, at: At) {
    const { policy, tally, random } = world
    this.#world = world
    this.#policy = policy
    this.#tally = tally
    this.#random = random
    const tokens = {
      accessToken: accessTokenOf(at) as AccessToken,
      refreshToken: 'r0' as RefreshToken,
      expiresIn: LIFETIME_SECONDS,
    }
    this.#record = policy.signedIn(blank, tokens, { sentAt: at, now: at, random: random.next() })
    this.#issuedAt = at
    tally.call(at)
  }

  /** As after many lifetimes: its token is somewhere between its issue and the next refresh. */
  settled(): this {
    const sentAt = this.#record.sentAt!
    const age = this.#random.next() * (this.#policy.quietUntil(this.#record) - sentAt)
    this.#issuedAt -= age
    this.#record = { ...this.#record, sentAt: sentAt - age }
    return this
  }

  live(): void {
    const { until, overAt } = this.#world
    const begin = this.#record.storedAt! + this.#random.next() * REQUEST_EVERY_MS
    for (let at = begin; at < until; at = this.#nextRequest(at)) {
      this.#settle(at)
      if (!this.#hasRecovered && at >= overAt && this.#accepted(overAt)) this.#recovered(overAt)
      if (this.#hasEnded) {
        this.#tally.lost()
        return
      }
      if (!this.#ask(at)) this.#tally.unserved()
    }
  }

  /** Requests that are certain to be sent with a good token and to be accepted change nothing: they are passed over. */
  #nextRequest(at: At): At {
    const next = at + REQUEST_EVERY_MS
    if (this.#underWay || this.#record.pause) return next
    const { revokedAt = Infinity } = this.#world
    const quietUntil = Math.min(this.#policy.quietUntil(this.#record), at < revokedAt ? revokedAt : Infinity)
    const isRefused = !this.#accepted(next)
    return isRefused ? next : next + Math.max(0, Math.ceil((quietUntil - next) / REQUEST_EVERY_MS)) * REQUEST_EVERY_MS
  }

  /** Whether the request is answered in the end, as the page sees it. */
  #ask(at: At): boolean {
    switch (this.#policy.decide(this.#record, at)) {
      case 'untouched':
        return false
      case 'hold':
        return this.#waits(at)
      case 'send-and-refresh':
        this.#refresh(at)
        return this.#sends(at)
      case 'send':
        return this.#sends(at)
    }
  }

  #sends(at: At): boolean {
    if (this.#accepted(at)) return true
    this.#refused = this.#record.accessToken
    return this.#waits(at)
  }

  #waits(at: At): boolean {
    const refresh = this.#refresh(at)
    return refresh?.succeeded === true && refresh.endsAt - at <= LONGEST_HOLD_MS
  }

  #accepted(at: At): boolean {
    const { revokedAt = Infinity } = this.#world
    const isRevoked = at >= revokedAt && this.#issuedAt < revokedAt
    return !isRevoked && at < this.#issuedAt + LIFETIME_SECONDS * 1000
  }

  /** Joins the one refresh, or begins it. */
  #refresh(at: At): UnderWay | undefined {
    if (!this.#underWay && this.#policy.mayRefresh(this.#record, this.#refused, at)) this.#underWay = this.#tries(at)
    return this.#underWay
  }

  #tries(begin: At): UnderWay {
    const record = this.#record
    const waiting = servesUntil(record, this.#refused, begin) === 0
    let ambiguousBefore = false
    for (let attempt = 0, at = begin; ; attempt++) {
      this.#tally.call(at)
      const { answer, tookMs } = this.#world.endpointAt(at)({
        at,
        token: Number(record.refreshToken?.slice(1)),
        family: this.#family,
        random: this.#random,
      })
      const endsAt = at + tookMs
      const outcome = classify(answer, { ...context, now: endsAt })
      if (outcome.kind !== 'for-now') return this.#end(outcome, at, endsAt)
      const next = this.#policy.nextTry(outcome, {
        attempt,
        ambiguousBefore,
        pause: record.pause,
        waiting,
        random: this.#random.next(),
      })
      if (next.kind === 'stop') return this.#end(outcome, at, endsAt)
      ambiguousBefore ||= outcome.ambiguous
      at = endsAt + next.afterMs
    }
  }

  #end(outcome: AnswerOutcome, sentAt: At, endsAt: At): UnderWay {
    const [record, random] = [this.#record, this.#random.next()]
    switch (outcome.kind) {
      case 'success': {
        const after = this.#policy.refreshed(record, outcome.tokens, { sentAt, now: endsAt, random })
        return { endsAt, after, succeeded: true }
      }
      case 'ended':
        return { endsAt, after: ended(record, outcome.reason), succeeded: false }
      default: {
        const after = this.#policy.failed(record, outcome, { refused: this.#refused, now: endsAt, random })
        return { endsAt, after, succeeded: false }
      }
    }
  }

  /** What has ended by now takes effect. */
  #settle(at: At): void {
    const done = this.#underWay
    if (!done || done.endsAt > at) return
    this.#underWay = undefined
    if (done.after.state === 'ended') {
      this.#hasEnded = true
      return
    }
    this.#record = done.after
    if (!done.succeeded) return
    this.#issuedAt = done.after.sentAt!
    if (!this.#hasRecovered && done.endsAt >= this.#world.overAt) this.#recovered(done.endsAt)
  }

  #recovered(at: At): void {
    this.#hasRecovered = true
    this.#tally.recovered(at - this.#world.overAt)
  }
}

const context: Omit<RefreshContext, 'now'> = { config: config!, dpop: false }
