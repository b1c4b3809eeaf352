import type { Entry } from '../protocol.ts'

/** Those of `entries` that are not among the `known`. Equal ones count: fifty requests may be alike in everything. */
export function without(entries: readonly Entry[], known: readonly Entry[]): readonly Entry[] {
  const counts = new Map<string, number>()
  for (const entry of known) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1)
  return entries.filter((entry) => {
    const left = counts.get(keyOf(entry)) ?? 0
    counts.set(keyOf(entry), left - 1)
    return left <= 0
  })
}

const keyOf = ({ kind, at, session, method, url, outcome, status, waitedMs, durationMs }: Entry) =>
  JSON.stringify([kind, at, session, method, url, outcome, status, waitedMs, durationMs])
