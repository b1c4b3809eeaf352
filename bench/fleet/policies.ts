/** Whose rules a fleet follows: those of src/policy, those that it had before, and what people write themselves. */
import type { AnswerOutcome } from '../../src/policy/classify.ts'
import { decide, type Decision } from '../../src/policy/decide.ts'
import { expiresAtOf, marksOf, servesUntil } from '../../src/policy/lifetime.ts'
import { refreshed, signedIn, withRefresh, type Receipt } from '../../src/policy/record.ts'
import { nextTry, pauseAfter, pauseOver, type TryFacts } from '../../src/policy/schedule.ts'
import type { ActiveRecord, SignedOutRecord, TokenResponse } from '../../src/policy/vocabulary.ts'

export type PolicyName = 'ours' | 'before' | 'interceptor'
type Failure = Exclude<AnswerOutcome, { kind: 'success' } | { kind: 'ended' }>
type ForNow = Extract<AnswerOutcome, { kind: 'for-now' }>

export interface Policy {
  readonly name: PolicyName
  readonly label: string
  /** ms since epoch; before it, `decide` answers `send`. */
  quietUntil(record: ActiveRecord): number
  /** Before a request is sent. */
  decide(record: ActiveRecord, now: number): Decision['kind']
  /** Whether a refresh may start now. `refused` is the last access token that the resource server refused. */
  mayRefresh(record: ActiveRecord, refused: string | undefined, now: number): boolean
  nextTry(outcome: ForNow, facts: TryFacts): ReturnType<typeof nextTry>
  failed(record: ActiveRecord, outcome: Failure, facts: FailureFacts): ActiveRecord
  signedIn(old: SignedOutRecord, tokens: TokenResponse, receipt: Receipt): ActiveRecord
  refreshed(record: ActiveRecord, tokens: TokenResponse, receipt: Receipt): ActiveRecord
}

interface FailureFacts {
  readonly refused: string | undefined
  readonly now: number
  readonly random: number
}

/** The pure functions as the engine calls them. */
const ours: Policy = {
  name: 'ours',
  label: 'Bearer Worker',
  quietUntil: (record) => expiresAtOf(record)! - marksOf(record.lifetime!, record.softShare).softMs,
  decide: (record, now) => decide(record, 'refresh-token', now).kind,
  mayRefresh: (record, refused, now) => pauseOver(record.pause, now, record.accessToken === refused),
  nextTry,
  failed: (record, outcome, { refused, now, random }) =>
    withRefresh(
      record,
      undefined,
      pauseAfter(outcome, { before: record.pause, servesUntil: servesUntil(record, refused, now), now, random }),
    ),
  signedIn,
  refreshed,
}

/** As it was first: a mark at 20 % for all, three tries in every refresh, pauses of at most 60 s that differ by a tenth at most. */
const before: Policy = {
  ...ours,
  name: 'before',
  label: 'fixed mark, three tries, short pauses',
  nextTry: (outcome, facts) => nextTry(outcome, { ...facts, waiting: true, pause: undefined }),
  failed(record, outcome, { now, random }) {
    const pause = pauseAfter(outcome, { before: record.pause, servesUntil: 0, now, random: 0 })
    const asked = outcome.kind === 'for-now' ? outcome.retryAfterMs : undefined
    const ms = asked || Math.min(60_000, 5_000 * 2 ** (pause.failures - 1) * (1 + random / 10))
    return withRefresh(record, undefined, { ...pause, retryAt: now + ms })
  },
  signedIn: (old, tokens, receipt) => ({ ...signedIn(old, tokens, receipt), softShare: 0.2 }),
  refreshed: (record, tokens, receipt) => ({ ...refreshed(record, tokens, receipt), softShare: 0.2 }),
}

/** A response interceptor that joins refreshes, and is otherwise what most applications have: it knows no clock and no pause. */
const interceptor: Policy = {
  name: 'interceptor',
  label: 'interceptor, refresh at each 401',
  quietUntil: (record) => expiresAtOf(record)!,
  decide: () => 'send',
  mayRefresh: () => true,
  nextTry: () => ({ kind: 'stop' }),
  failed: (record) => record,
  signedIn,
  refreshed,
}

export const POLICIES: readonly Policy[] = [ours, before, interceptor]
