import type { Entry, Explanation } from '../protocol.ts'
import { element, write } from './dom.ts'
import { type Group, newestOf } from './groups.ts'
import { place, splitPath } from './url-parts.ts'
import { milliseconds, moodOfEntry, range, refreshFor, servedBy, statusOf, time, wordingOf } from './wording.ts'

/** What a row asks for when somebody opens it. */
export interface RowSource {
  readonly explain: (entry: Entry) => Promise<Explanation>
  /** All entries, oldest first. */
  readonly entries: () => readonly Entry[]
}

/** A row of the timeline: a group of equal entries, with the reason inside. */
export class Row {
  readonly node: HTMLLIElement
  readonly summary: HTMLElement
  /** What the filter looks at, in lower case. */
  readonly words: string
  readonly #source: RowSource
  readonly #time = element('time')
  readonly #count = element('span', { className: 'times', hidden: true })
  readonly #took = element('span', { className: 'took' })
  readonly #more = element('div', { className: 'detail' })
  readonly #details: HTMLDetailsElement
  #group: Group

  constructor(group: Group, source: RowSource) {
    this.#group = group
    this.#source = source
    const [entry] = group
    const { stamp } = wordingOf(entry)
    const statuses = statusOf(entry)
    this.summary = element(
      'summary',
      {},
      this.#time,
      element('span', { className: 'status' }, ...shownStatus(statuses)),
      shownRequest(entry),
      this.#count,
      element('span', { className: 'outcome' }, stamp),
      this.#took,
    )
    this.#details = element(
      'details',
      { ontoggle: () => this.#details.open && void this.#tell() },
      this.summary,
      this.#more,
    )
    this.node = element('li', { data: { mood: moodOfEntry(entry), kind: entry.kind } }, this.#details)
    const { account = '', resource = '' } = entry
    this.words = [
      entry.kind,
      entry.method,
      entry.url,
      entry.session,
      account,
      resource,
      entry.outcome,
      stamp,
      ...statuses,
    ]
      .join(' ')
      .toLowerCase()
    this.show(group)
  }

  get group(): Group {
    return this.#group
  }

  /** Entries may have joined the group. */
  show(group: Group): void {
    const isSame = group.length === this.#group.length && newestOf(group) === newestOf(this.#group)
    this.#group = group
    const { at } = newestOf(group)
    this.#time.dateTime = new Date(at).toISOString()
    write(this.#time, time(at))
    write(this.#took, milliseconds(Math.max(...group.map(({ durationMs }) => durationMs))))
    if (group.length > 1) {
      this.#count.replaceChildren(...spoken(`×${group.length}`, `, ${group.length} times, `))
      this.#count.hidden = false
    }
    if (!isSame && this.#details.open) void this.#tell()
  }

  /** Everything about the entries, when somebody asks for it. */
  async #tell(): Promise<void> {
    const group = this.#group
    const [entry] = group
    const now = element('span', {}, '…')
    const facts: (readonly [name: string, value: string | Node])[] = [
      ['URL', entry.url],
      ['session', entry.session],
      ...(entry.account === undefined ? [] : [['account', entry.account] as const]),
      ...(entry.resource === undefined ? [] : [['access token of', entry.resource] as const]),
      ...this.#factsOf(group),
    ]
    if (entry.kind === 'request') facts.push(['if sent now', now])
    const list = facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))
    this.#more.replaceChildren(element('p', {}, wordingOf(entry).why), element('dl', { className: 'facts' }, ...list))
    if (entry.kind !== 'request') return
    const words = await this.#source.explain(entry).then(
      ({ message }) => message,
      ({ message }: Error) => message,
    )
    write(now, words)
  }

  #factsOf(group: Group): (readonly [name: string, value: string])[] {
    const [first] = group
    const newest = newestOf(group)
    const entries = this.#source.entries()
    const times = time(first.at) === time(newest.at) ? time(first.at) : `${time(first.at)} to ${time(newest.at)}`
    const facts: (readonly [string, string])[] = []
    if (group.length > 1) facts.push(['times', `${group.length}, ${times}`])
    facts.push(['duration', range(group.map(({ durationMs }) => durationMs))])
    if (first.kind === 'refresh') {
      facts.push(['for', countOf(group.reduce((sum, refresh) => sum + servedBy(refresh, entries), 0))])
      return facts
    }
    facts.push(['waited', range(group.map(({ waitedMs }) => waitedMs))])
    if (newest.waitedMs > 0 || newest.outcome === 'replayed')
      facts.push(['refreshed by', refresherOf(refreshFor(newest, entries))])
    return facts
  }
}

function shownRequest(entry: Entry): HTMLElement {
  const { host, path } = place(entry.url, location.origin)
  const { head, tail } = splitPath(path)
  const before = head || host ? [element('span', { className: 'head' }, host + head)] : []
  return element(
    'span',
    { className: 'what' },
    element('b', {}, entry.kind === 'refresh' ? 'Refresh' : entry.method),
    ' ',
    element('span', { className: 'url' }, ...before, element('span', { className: 'tail' }, tail)),
  )
}

function shownStatus([first, last]: readonly [string, ...string[]]): readonly Node[] {
  if (last === undefined) return [element('b', {}, first)]
  return [element('span', { className: 'before' }, first), ...spoken(' → ', ', then '), element('b', {}, last)]
}

/** A sign for those who see it, and words for those who hear it. */
function spoken(sign: string, words: string): readonly HTMLElement[] {
  return [element('span', { ariaHidden: 'true' }, sign), element('span', { className: 'unseen' }, words)]
}

function refresherOf(refresh: Entry | undefined): string {
  if (!refresh) return 'another tab, or an earlier refresh'
  const { stamp } = wordingOf(refresh)
  return `the refresh of ${time(refresh.at)} (${stamp}, ${milliseconds(refresh.durationMs)})`
}

function countOf(requests: number): string {
  if (requests === 0) return 'no request waited for it'
  return requests === 1 ? 'one request' : `${requests} requests`
}
