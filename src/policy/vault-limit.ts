/** Refreshes that one app may cause in `WINDOW_MS` though the access token is good: by `refresh()`, or since a server refused it. */
const MOST = 10
/** ms */
const WINDOW_MS = 60_000

/** A refresh that an app asks for beyond what the age of the token wants. */
export type Provoked =
  | { readonly kind: 'allowed'; readonly times: readonly number[] }
  | { readonly kind: 'refused'; readonly retryAfterMs: number }

/**
 * Whether an app may cause one more refresh, so that none can make the vault hammer the authorization server.
 * @param stored ms since epoch of those that it has caused; unknown until it is checked
 */
export function provoke(stored: unknown, now: number): Provoked {
  const isRecent = (time: unknown): time is number => typeof time === 'number' && time <= now && now - time < WINDOW_MS
  const times = Array.isArray(stored) ? stored.filter(isRecent) : []
  const [first] = times.slice(-MOST)
  if (times.length < MOST || first === undefined) return { kind: 'allowed', times: [...times, now] }
  return { kind: 'refused', retryAfterMs: first + WINDOW_MS - now }
}
