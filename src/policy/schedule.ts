import { CLOCK_TOLERANCE_MS } from './lifetime.ts'
import { LONGEST_RETRY_AFTER_MS } from './retry-after.ts'
import type { RefreshOutcome } from './classify.ts'
import type { Pause } from './vocabulary.ts'

/** Attempts per refresh while a request waits; one if nothing waits or the previous refresh failed. */
export const TRIES = 3
/** The first pause after a refresh that failed for now, while requests wait for a token; each further failure doubles it. */
export const PAUSE_MS = 5_000
export const LONGEST_PAUSE_MS = 130_000
/** First pause (ms) while the access token is still valid: no request waits, so the token endpoint gets more rest. */
export const CALM_PAUSE_MS = 15_000
export const LONGEST_CALM_PAUSE_MS = 240_000
/** Up to this part of a `Retry-After` is added at random: a date is the same moment for all browsers. */
export const RETRY_AFTER_SPREAD_PERCENT = 20
/** Longest time (ms) to hold a request; users reload after about that. */
export const LONGEST_HOLD_MS = 15_000
/** Longest wait (ms) for the lock: a frozen tab may hold it. */
export const LOCK_WAIT_MS = 5_000
/** A token younger than this may be refused because the resource server's clock is behind. */
export const YOUNG_TOKEN_MS = 2_000
export const YOUNG_TOKEN_WAIT_MS = 1_000
/** Counted while reading: a compressed answer of some kB can be huge. */
export const MAX_TOKEN_RESPONSE_BYTES = 1_048_576
/** A held request can wait for a `Retry-After` this long; a longer one becomes the pause. */
const SHORT_RETRY_AFTER_MS = 1_000

type ForNow = Extract<RefreshOutcome, { kind: 'for-now' }>

/**
 * ms before a try, counted from 0: 100 to 300 before the first repeat, which must fall into a server's grace window;
 * full jitter up to 1600 before the second.
 */
export function tryDelayMs(attempt: number, random: number): number {
  if (attempt < 1) return 0
  return attempt < 2 ? 100 + random * 200 : random * 1600
}

/**
 * ms of rest after a refresh that failed for now: each is multiplied by 0.5 to 1.5 at random, the longest by 0.8 to 1,
 * so that browsers that failed together do not come back together.
 */
export function pauseMs(failures: number, random: number, calm: boolean): number {
  if (failures < 1) return 0
  const [first, longest] = calm ? [CALM_PAUSE_MS, LONGEST_CALM_PAUSE_MS] : [PAUSE_MS, LONGEST_PAUSE_MS]
  return Math.min(first * 2 ** (failures - 1) * (0.5 + random), longest * (0.8 + random / 5))
}

export interface TryFacts {
  /** Counts from 0, and is the one that failed. */
  readonly attempt: number
  /** An earlier try may have reached the server, which may have rotated the refresh token. */
  readonly ambiguousBefore: boolean
  /** The pause in which the refresh before ended, if it failed. */
  readonly pause: Pause | undefined
  /** Requests, or the app itself, wait for the new token. */
  readonly waiting: boolean
  /** 0 to 1. */
  readonly random: number
}

/** Whether a retry can still fall into the server's grace period for the rotated refresh token; after a timeout it usually cannot. */
const mayBeInGrace = ({ ambiguous, reason }: ForNow): boolean => ambiguous && reason !== 'timeout'

/** Whether to try again inside this refresh. After an ambiguous failure, retry once and trust the result. */
export function nextTry(outcome: ForNow, facts: TryFacts): { kind: 'again'; afterMs: number } | { kind: 'stop' } {
  const { attempt, ambiguousBefore, pause, waiting, random } = facts
  const { ambiguous, retryAfterMs = 0 } = outcome
  const failing = pause?.kind === 'for-now'
  const tries = mayBeInGrace(outcome) || (!failing && (waiting || ambiguous)) ? TRIES : 1
  if (outcome.again === false || attempt + 1 >= tries || ambiguousBefore || retryAfterMs > SHORT_RETRY_AFTER_MS)
    return { kind: 'stop' }
  return { kind: 'again', afterMs: Math.max(retryAfterMs, tryDelayMs(ambiguous ? 1 : attempt + 1, random)) }
}

export interface PauseFacts {
  readonly before: Pause | undefined
  /** ms since epoch until which requests go on with the old token; 0 when they wait for a new one. */
  readonly servesUntil: number
  readonly now: number
  /** 0 to 1. */
  readonly random: number
}

/** The pause after a refresh that did not end the session; without an end where only people can help. */
export function pauseAfter(
  outcome: Exclude<RefreshOutcome, { kind: 'success' | 'ended' | 'signed-out' }>,
  { before, servesUntil, now, random }: PauseFacts,
): Pause {
  const { kind, reason } = outcome
  const failures = (before?.failures ?? 0) + 1
  if (kind !== 'for-now') return { kind, since: now, failures, retryAt: Infinity, reason, answered: true }
  const { retryAfterMs: asked = 0, answered } = outcome
  // The first pause is what the server asked for. After further failures it is at least the pause of a server that asked for nothing.
  const least = (calm: boolean) => now + Math.max(asked, pauseMs(asked ? failures - 1 : failures, random, calm))
  const retryAtIfRefused = least(false)
  const calmUntil = Math.min(least(true), Math.max(servesUntil, retryAtIfRefused))
  const retryAt = failures === 1 && mayBeInGrace(outcome) ? retryAtIfRefused : calmUntil
  return {
    kind,
    since: now,
    failures,
    retryAt,
    ...(retryAtIfRefused < retryAt && { retryAtIfRefused }),
    ...(asked && { spreadMs: (random * asked * RETRY_AFTER_SPREAD_PERCENT) / 100 }),
    reason,
    answered,
  }
}

/**
 * Whether a refresh may be tried; when the clock was set back, nobody knows how long a pause still is. `refused`: a
 * server has refused the access token.
 */
export function pauseOver(pause: Pause | undefined, now: number, refused: boolean): boolean {
  if (!pause) return true
  const { retryAt, retryAtIfRefused = retryAt, spreadMs = 0, since = 0 } = pause
  const left = (refused ? retryAtIfRefused : retryAt) + spreadMs - now
  if (left === Infinity) return false
  return left <= 0 || left > LONGEST_PAUSE_AT_ALL_MS || now + CLOCK_TOLERANCE_MS < since
}

/** No pause is longer: one that seems to be was made by another clock. */
const LONGEST_PAUSE_AT_ALL_MS = LONGEST_RETRY_AFTER_MS * (1 + RETRY_AFTER_SPREAD_PERCENT / 100) + 60_000
