/** Refreshes whose new token was refused again: the resource server and the authorization server disagree. */
export interface Effectiveness {
  /** ms since epoch of each wasted refresh that still counts. */
  readonly wasted: readonly number[]
  /** ms since epoch; before it no refusal starts a refresh. */
  readonly until: number
}

const WINDOW_MS = 60_000
const MOST = 5

export const effective: Effectiveness = { wasted: [], until: 0 }

/** Five wasted refreshes within 60 s stop refreshing on refusal for 60 s. Report each refresh once. */
export function refreshWasted(before: Effectiveness, now: number): Effectiveness {
  const wasted = [...before.wasted.filter((at) => Math.abs(now - at) < WINDOW_MS), now]
  return wasted.length < MOST ? { wasted, until: before.until } : { wasted: [], until: now + WINDOW_MS }
}

export function isIneffective({ until }: Effectiveness, now: number): boolean {
  return now < until && until - now <= WINDOW_MS
}
