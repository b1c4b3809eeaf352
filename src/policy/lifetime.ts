import { claimsOf } from './claims.ts'
import { secondsOf } from './tokens.ts'
import type { ActiveRecord, TokenResponse } from './vocabulary.ts'

/** Browsers blur clocks by up to 100 ms, and each context by its own amount; time servers step them by less than this. */
export const CLOCK_TOLERANCE_MS = 1000

export type Freshness = 'fresh' | 'ageing' | 'expired' | 'unknown'
type Times = Pick<ActiveRecord, 'sentAt' | 'storedAt' | 'lifetime'>

/** Seconds an access token lives: `expires_in` or `exp - iat`, the smaller where both are there, else the configuration's. Never `exp` against the local clock. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export function lifetimeOf(tokens: TokenResponse, lifetimeSeconds?: number): number | undefined {
  const { exp, iat } = claimsOf(tokens.accessToken) ?? {}
  const stated = [tokens.expiresIn, secondsOf(Number(exp) - Number(iat))].flatMap((seconds) => seconds ?? [])
  // One server's "expires" is milliseconds.
  return stated.length ? Math.min(...stated) : lifetimeSeconds
}

/** ms before the expiry at which a refresh starts in the background, and at which requests wait for it. */
export function marksOf(lifetimeSeconds: number): { softMs: number; hardMs: number } {
  const ms = lifetimeSeconds * 1000
  return { softMs: Math.min(Math.max(ms * 0.2, 60_000), ms * 0.25), hardMs: Math.min(10_000, ms * 0.05) }
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
  const { softMs, hardMs } = marksOf(record.lifetime as number)
  if (left < hardMs || now + CLOCK_TOLERANCE_MS < (record.storedAt ?? 0)) return 'expired'
  return left > softMs ? 'fresh' : 'ageing'
}
