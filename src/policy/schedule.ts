import { CLOCK_TOLERANCE_MS } from './lifetime.ts'
import { LONGEST_RETRY_AFTER_MS } from './retry-after.ts'
import type { RefreshOutcome } from './classify.ts'
import type { Pause } from './vocabulary.ts'

/** Tries inside one refresh: enough for a deployment's blink, few enough for a server in need. */
export const TRIES = 3
/** A held request waits no longer: people reload after about that. */
export const LONGEST_HOLD_MS = 15_000
/** A tab may be frozen with the lock in its hand. */
export const LOCK_WAIT_MS = 5_000
/** A token younger than this may be refused because the resource server's clock is behind. */
export const YOUNG_TOKEN_MS = 2_000
export const YOUNG_TOKEN_WAIT_MS = 1_000
/** Counted while reading: a compressed bomb is small on the wire. */
export const MAX_TOKEN_RESPONSE_BYTES = 1_048_576
/** A held request can wait for a `Retry-After` this long; a longer one becomes the pause. */
const SHORT_RETRY_AFTER_MS = 1_000

type ForNow = Extract<RefreshOutcome, { kind: 'for-now' }>

/** ms before a try, counted from 0: 100 to 300 before the first repeat, which must fall into a server's grace window; full jitter up to 1600 before the second. */
export function tryDelayMs(attempt: number, random: number): number {
  return attempt < 1 ? 0 : attempt < 2 ? 100 + random * 200 : random * 1600
}

/** ms of rest after a refresh that failed for now: 5 s doubling to 60 s, up to a tenth more so that tabs of many people part. */
export function pauseMs(failures: number, random: number): number {
  return Math.min(60_000, 5_000 * 2 ** Math.max(failures - 1, 0) * (1 + random / 10))
}

/** Whether to try again inside this refresh. `attempt` counts from 0 and is the one that failed; after an ambiguous failure there is one repeat, and what it brings is believed. */
export function nextTry(
  outcome: ForNow,
  attempt: number,
  ambiguousBefore: boolean,
  random: number,
): { kind: 'again'; afterMs: number } | { kind: 'stop' } {
  const { ambiguous, retryAfterMs = 0 } = outcome
  if (attempt + 1 >= TRIES || ambiguousBefore || retryAfterMs > SHORT_RETRY_AFTER_MS) return { kind: 'stop' }
  return { kind: 'again', afterMs: Math.max(retryAfterMs, tryDelayMs(ambiguous ? 1 : attempt + 1, random)) }
}

/** The pause after a refresh that did not end the session; without an end where only people can help. */
export function pauseAfter(
  outcome: Exclude<RefreshOutcome, { kind: 'success' } | { kind: 'ended' }>,
  before: Pause | undefined,
  now: number,
  random: number,
): Pause {
  const { kind, reason } = outcome
  const failures = (before?.failures ?? 0) + 1
  if (kind !== 'for-now') return { kind, since: now, failures, retryAt: Infinity, reason, answered: true }
  return {
    kind,
    since: now,
    failures,
    retryAt: now + (outcome.retryAfterMs || pauseMs(failures, random)),
    reason,
    answered: outcome.answered,
  }
}

/** Whether a refresh may be tried; when the clock was set back, nobody knows how long a pause still is. */
export function pauseOver(pause: Pause | undefined, now: number): boolean {
  const left = (pause?.retryAt ?? 0) - now
  if (left === Infinity) return false
  return left <= 0 || left > LONGEST_RETRY_AFTER_MS + 60_000 || now + CLOCK_TOLERANCE_MS < (pause?.since ?? 0)
}
