import type { Entry, Explanation } from '../protocol.ts'
import { element, write } from './dom.ts'
import { milliseconds, place, refreshFor, time, servedBy, wordingOf } from './wording.ts'

/** As many as `history()` keeps. */
const MOST = 200

export type Kind = 'all' | 'request' | 'refresh' | 'trouble'

interface Row {
  readonly entry: Entry
  readonly node: HTMLElement
  readonly summary: HTMLElement
  readonly more: HTMLElement
  /** What the filter looks at, in lower case. */
  readonly words: string
}

/** The last requests and refreshes, newest first. Entries that come together are put in together. */
export class Timeline {
  readonly node = element('ol', { className: 'entries' })
  readonly #explain: (entry: Entry) => Promise<Explanation>
  readonly #counted: (shown: number, all: number) => void
  #rows: Row[] = []
  #filter: { readonly words: readonly string[]; readonly kind: Kind } = { words: [], kind: 'all' }

  constructor(explain: (entry: Entry) => Promise<Explanation>, counted: (shown: number, all: number) => void) {
    this.#explain = explain
    this.#counted = counted
    this.node.addEventListener('keydown', (event) => this.#walk(event))
    this.node.addEventListener('focusin', ({ target }) =>
      this.#rove((target as HTMLElement).closest('summary') ?? undefined),
    )
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#rows.map(({ entry }) => entry)
  }

  add(entries: readonly Entry[]): void {
    const rows = entries.map((entry) => this.#row(entry))
    if (rows.length === 0) return
    const focused = this.node.contains((this.node.getRootNode() as Document | ShadowRoot).activeElement)
    const before = this.node.parentElement?.scrollTop ?? 0
    const height = this.node.scrollHeight
    this.#rows = [...this.#rows, ...rows].sort((one, other) => one.entry.at - other.entry.at)
    for (const { node } of this.#rows.splice(0, Math.max(0, this.#rows.length - MOST))) node.remove()
    // From the newest on, so that the one above is there already.
    let above: HTMLElement | undefined
    for (const { node } of [...this.#rows].reverse()) {
      const isNew = node.parentNode === null
      if (isNew && above) above.after(node)
      else if (isNew) this.node.prepend(node)
      above = node
    }
    // Who reads further down, or stands on a row, stays where he is.
    if (this.node.parentElement && (before > 0 || focused))
      this.node.parentElement.scrollTop = before + this.node.scrollHeight - height
    this.#show()
  }

  clear(): void {
    this.#rows = []
    this.node.replaceChildren()
    this.#show()
  }

  filter(text: string, kind: Kind): void {
    this.#filter = { words: text.toLowerCase().split(/\s+/).filter(Boolean), kind }
    this.#show()
  }

  #show(): void {
    let shown = 0
    let first: HTMLElement | undefined
    let current: HTMLElement | undefined
    const { words, kind } = this.#filter
    for (const { entry, node, summary, words: has } of this.#rows) {
      const wanted =
        (kind === 'all' || kind === entry.kind || (kind === 'trouble' && isTrouble(entry))) &&
        words.every((word) => has.includes(word))
      node.hidden = !wanted
      if (!wanted) continue
      shown++
      first = summary
      if (summary.tabIndex === 0 && summary === (this.node.getRootNode() as ShadowRoot).activeElement) current = summary
    }
    this.#rove(current ?? first)
    this.#counted(shown, this.#rows.length)
  }

  #row(entry: Entry): Row {
    const { stamp, mood, why } = wordingOf(entry)
    const { host, path } = place(entry.url, location.origin)
    const status = entry.status === undefined ? '' : `${entry.status}`
    const summary = element(
      'summary',
      {},
      element('time', { dateTime: new Date(entry.at).toISOString() }, time(entry.at)),
      element('span', { className: 'stamp' }, stamp),
      element(
        'span',
        { className: 'what' },
        element('b', {}, entry.kind === 'refresh' ? 'Refresh' : entry.method),
        ' ',
        element('span', { className: 'host' }, host),
        path,
      ),
      element('span', { className: 'status' }, status),
      element('span', { className: 'took' }, milliseconds(entry.durationMs)),
    )
    const more = element('div', { className: 'detail' }, element('p', {}, why))
    const details = element('details', { ontoggle: () => details.open && void this.#tell(row) }, summary, more)
    const node = element('li', { data: { mood, kind: entry.kind } }, details)
    const row: Row = {
      entry,
      node,
      summary,
      more,
      words: [entry.kind, entry.method, entry.url, entry.session, entry.outcome, stamp, status].join(' ').toLowerCase(),
    }
    return row
  }

  /** Everything about one entry, when somebody asks for it. */
  async #tell({ entry, more }: Row): Promise<void> {
    const facts: [name: string, value: string | Node][] = [
      ['URL', entry.url],
      ['session', entry.session],
    ]
    const now = element('span', {}, '…')
    if (entry.kind === 'refresh') facts.push(['for', countOf(servedBy(entry, this.entries))])
    else {
      facts.push(['waited', milliseconds(entry.waitedMs)])
      if (entry.waitedMs > 0 || entry.outcome === 'replayed')
        facts.push(['refreshed by', refresherOf(refreshFor(entry, this.entries))])
      facts.push(['if sent now', now])
    }
    const list = facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value)))
    more.replaceChildren(element('p', {}, wordingOf(entry).why), element('dl', { className: 'facts' }, ...list))
    if (entry.kind === 'request')
      write(
        now,
        await this.#explain(entry).then(
          ({ message }) => message,
          ({ message }: Error) => message,
        ),
      )
  }

  /** One row is in the tab order; the arrow keys go on from there. */
  #walk(event: KeyboardEvent): void {
    const rows = [...this.#rows]
      .reverse()
      .filter(({ node }) => !node.hidden)
      .map(({ summary }) => summary)
    const at = rows.indexOf(event.target as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key]
    const next = at < 0 || to === undefined ? undefined : rows[to]
    if (!next) return
    event.preventDefault()
    next.focus()
  }

  #rove(current: HTMLElement | undefined): void {
    for (const { summary } of this.#rows) summary.tabIndex = summary === current ? 0 : -1
  }
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

function isTrouble({ kind, outcome, status }: Entry): boolean {
  return wordingOf({ kind, outcome }).mood === 'bad' || (status !== undefined && status >= 400)
}
