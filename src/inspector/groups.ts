import type { Entry } from '../protocol.ts'

/** In ms. Equal entries that begin this close together are one row, also where others are between them: tabs that load at once. */
const TOGETHER_MS = 1_000

/** Entries that look the same, oldest first; never empty. */
export type Group = readonly [Entry, ...Entry[]]

/** Equal entries in one group: those that follow each other, and those that begin at about the same time. Oldest first, as given. */
export function grouped(entries: readonly Entry[]): readonly Group[] {
  const groups: [Entry, ...Entry[]][] = []
  const latest = new Map<string, [Entry, ...Entry[]]>()
  for (const entry of entries) {
    const key = keyOf(entry)
    const group = latest.get(key)
    if (group && (group === groups.at(-1) || entry.at - newestOf(group).at <= TOGETHER_MS)) {
      group.push(entry)
      continue
    }
    const begun: [Entry, ...Entry[]] = [entry]
    groups.push(begun)
    latest.set(key, begun)
  }
  return groups
}

export const newestOf = (group: Group): Entry => group[group.length - 1] ?? group[0]

const keyOf = ({ kind, session, account, resource, method, url, outcome, status, refusedStatus }: Entry) =>
  JSON.stringify([kind, session, account, resource, method, url, outcome, status, refusedStatus])
