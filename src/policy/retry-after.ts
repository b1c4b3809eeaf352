/** The longest one that is followed: a user comes back sooner. */
export const LONGEST_RETRY_AFTER_MS = 3_600_000

/** `Retry-After` in ms from now, seconds or any of the three HTTP dates. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  const text = header?.trim() ?? ''
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : msUntil(text, now)
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(ms, 0), LONGEST_RETRY_AFTER_MS)
}

/** NaN for what is no HTTP date. @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7 */
function msUntil(date: string, now: number): number {
  if (!/^[a-z]{3,9},? .*\d\d:\d\d:\d\d/i.test(date)) return NaN
  return Date.parse(/GMT$/i.test(date) ? date : `${date} GMT`) - now
}
