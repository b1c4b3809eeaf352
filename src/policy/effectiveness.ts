import type { ActiveRecord } from './vocabulary.ts'

const WINDOW_MS = 60_000
/** Refreshes within the window that no refusal may follow by another one. */
export const MOST_WASTED = 5

/** What a stored token says of the refreshes after refusals that have led to it. */
type Refreshes = Pick<ActiveRecord, 'afterRefusals' | 'storedAt'>

/** The same once a refresh after a refusal has brought a new token. They are stored: realms of one origin count together. */
export function countedRefreshes({ afterRefusals = [] }: Refreshes, now: number): readonly number[] {
  return [...afterRefusals, now].slice(-MOST_WASTED)
}

/**
 * Whether a refusal of this token starts no refresh for now: five refreshes within 60 s, the one that brought it among them, have
 * followed refusals. So the resource server and the authorization server disagree. It lasts 60 s.
 */
export function isIneffective({ afterRefusals = [], storedAt }: Refreshes, now: number): boolean {
  const [first = 0] = afterRefusals
  const last = afterRefusals.at(-1)
  if (last === undefined || afterRefusals.length < MOST_WASTED || last !== storedAt) return false
  return Math.abs(last - first) < WINDOW_MS && Math.abs(now - last) < WINDOW_MS
}
