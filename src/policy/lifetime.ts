import { claimsOf } from './claims.ts'
import { secondsOf } from './tokens.ts'
import type { ActiveRecord, TokenResponse } from './vocabulary.ts'

/** Browsers blur clocks by up to 100 ms, and each context by its own amount; time servers step them by less than this. */
export const CLOCK_TOLERANCE_MS = 1000

export type Freshness = 'fresh' | 'ageing' | 'expired' | 'unknown'
type Times = Pick<ActiveRecord, 'sentAt' | 'storedAt' | 'lifetime' | 'softShare'>

/**
 * The soft mark of each token is chosen at random, in percent of its lifetime: browsers that refreshed together must not
 * refresh together again.
 */
export const SOFT_LEAST_PERCENT = 20
export const SOFT_MOST_PERCENT = 40
/**
 * The most after a refresh that did not happen at the soft mark (after an outage, a refusal or an absence): many
 * browsers may have refreshed at the same moment, so the next marks are spread further.
 */
export const SOFT_MOST_OUT_OF_TURN_PERCENT = 60

/**
 * Seconds an access token lives: `expires_in` or `exp - iat`, the smaller where both are there, else the
 * configuration's. Never `exp` against the local clock.
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
 */
export function lifetimeOf(tokens: TokenResponse, lifetimeSeconds?: number): number | undefined {
  const { exp, iat } = claimsOf(tokens.accessToken) ?? {}
  const stated = [tokens.expiresIn, secondsOf(Number(exp) - Number(iat))].flatMap((seconds) => seconds ?? [])
  // One server's "expires" is milliseconds.
  return stated.length ? Math.min(...stated) : lifetimeSeconds
}

/**
 * Whether a token response is the same JWT once more, out of a cache, and does not say how long it still lives: its
 * lifetime has begun before. With a refresh token it is no such answer.
 */
export function isRepeated(tokens: TokenResponse, known: string | undefined): boolean {
  const { accessToken, refreshToken, expiresIn } = tokens
  return accessToken === known && !refreshToken && expiresIn === undefined && lifetimeOf(tokens) !== undefined
}

/** The share of the lifetime for a new token's soft mark. `random` is 0 to 1. */
export function softShareOf(random: number, outOfTurn: boolean): number {
  const most = outOfTurn ? SOFT_MOST_OUT_OF_TURN_PERCENT : SOFT_MOST_PERCENT
  return (SOFT_LEAST_PERCENT + random * (most - SOFT_LEAST_PERCENT)) / 100
}

/** ms before the expiry at which a refresh starts in the background, and at which requests wait for it. */
export function marksOf(
  lifetimeSeconds: number,
  softShare = SOFT_LEAST_PERCENT / 100,
): { softMs: number; hardMs: number } {
  const ms = lifetimeSeconds * 1000
  return { softMs: ms * softShare, hardMs: Math.min(10_000, ms * 0.05) }
}

/** ms since epoch, on this device's clock. */
export function expiresAtOf({ sentAt, lifetime }: Pick<Times, 'sentAt' | 'lifetime'>): number | undefined {
  return sentAt === undefined || lifetime === undefined ? undefined : sentAt + lifetime * 1000
}

/** How an access token stands; expired too when the clock was set back behind the time of storing by more than a second. */
export function freshnessOf(record: Times, now: number): Freshness {
  const expiresAt = expiresAtOf(record)
  if (expiresAt === undefined) return 'unknown'
  const left = expiresAt - now
  const { softMs, hardMs } = marksOf(record.lifetime as number, record.softShare)
  if (left < hardMs || now + CLOCK_TOLERANCE_MS < (record.storedAt ?? 0)) return 'expired'
  return left > softMs ? 'fresh' : 'ageing'
}

/**
 * ms since epoch until which requests go on with this access token: 0 when they wait for another, Infinity when its
 * lifetime is unknown.
 */
export function servesUntil(
  record: Times & Pick<ActiveRecord, 'accessToken'>,
  refused: string | undefined,
  now: number,
): number {
  if (!record.accessToken || record.accessToken === refused || freshnessOf(record, now) === 'expired') return 0
  const expiresAt = expiresAtOf(record)
  return expiresAt === undefined ? Infinity : expiresAt - marksOf(record.lifetime as number).hardMs
}
