import type { Entry } from '../protocol.ts'
import { element } from './dom.ts'
import { grouped } from './groups.ts'
import { Row, type RowSource } from './row.ts'
import { moodOfEntry } from './wording.ts'

/** As many as `history()` keeps. */
const MOST = 200

export type Kind = 'all' | 'request' | 'refresh' | 'trouble'

/** The last requests and refreshes, newest first, equal ones in one row. Entries that come together are put in together. */
export class Timeline {
  readonly node = element('ol', { className: 'entries' })
  readonly #source: RowSource
  readonly #counted: (shown: number, all: number) => void
  /** Oldest first. */
  #entries: readonly Entry[] = []
  #rows: readonly Row[] = []
  #filter: { readonly words: readonly string[]; readonly kind: Kind } = { words: [], kind: 'all' }

  constructor(explain: RowSource['explain'], counted: (shown: number, all: number) => void) {
    this.#source = { explain, entries: () => this.#entries }
    this.#counted = counted
    this.node.addEventListener('keydown', (event) => this.#walk(event))
    this.node.addEventListener('focusin', ({ target }) =>
      this.#rove((target as HTMLElement).closest('summary') ?? undefined),
    )
  }

  /** Oldest first. */
  get entries(): readonly Entry[] {
    return this.#entries
  }

  add(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    this.#entries = [...this.#entries, ...entries].sort((one, other) => one.at - other.at).slice(-MOST)
    this.#draw()
  }

  clear(): void {
    this.#entries = []
    this.#draw()
  }

  filter(text: string, kind: Kind): void {
    this.#filter = { words: text.toLowerCase().split(/\s+/).filter(Boolean), kind }
    this.#show()
  }

  /** Groups all entries again. A row that had one of a group's entries stays, so that it keeps its place, the focus and what is open. */
  #draw(): void {
    const known = new Map(this.#rows.flatMap((row) => row.group.map((entry) => [entry, row] as const)))
    const kept = new Set<Row>()
    this.#rows = grouped(this.#entries).map((group) => {
      const row = group.map((entry) => known.get(entry)).find((each) => each && !kept.has(each))
      if (!row) return new Row(group, this.#source)
      kept.add(row)
      row.show(group)
      return row
    })
    for (const row of known.values()) if (!kept.has(row)) row.node.remove()
    // From the newest on, so that the one above is there already. Only what has moved is moved: a node that moves loses the focus.
    let above: HTMLElement | null = null
    for (const { node } of this.#rows.toReversed()) {
      const follows: ChildNode | null = above ? above.nextSibling : this.node.firstChild
      if (follows !== node) this.node.insertBefore(node, follows)
      above = node
    }
    this.#show()
  }

  #show(): void {
    let shown = 0
    let first: HTMLElement | undefined
    let current: HTMLElement | undefined
    const { words, kind } = this.#filter
    const { activeElement } = this.node.getRootNode() as ShadowRoot
    for (const { group, node, summary, words: has } of this.#rows) {
      const [entry] = group
      const wanted =
        (kind === 'all' || kind === entry.kind || (kind === 'trouble' && moodOfEntry(entry) === 'bad')) &&
        words.every((word) => has.includes(word))
      node.hidden = !wanted
      if (!wanted) continue
      shown += group.length
      first = summary
      if (summary === activeElement) current = summary
    }
    this.#rove(current ?? first)
    this.#counted(shown, this.#entries.length)
  }

  /** One row is in the tab order; the arrow keys go on from there. */
  #walk(event: KeyboardEvent): void {
    const rows = this.#rows
      .toReversed()
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
