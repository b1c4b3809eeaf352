import type { BearerWorkerError } from '../page/index.ts'
import type { Entry, Explanation, SessionView } from '../protocol.ts'
import { version } from '../version.ts'
import { bugReport } from './bug-report.ts'
import { element, onceDrawn, write } from './dom.ts'
import { type Inspected, sessionNames } from './inspected.ts'
import { keepOpen, wasOpen } from './kept-open.ts'
import { without } from './merge.ts'
import { buildParts, type Parts } from './parts.ts'
import { SessionCard } from './session-card.ts'
import { Timeline } from './timeline.ts'
import { moodOf, type Mood, problemOf, stateOf, wordingOf } from './wording.ts'

/** How often it is looked for `window.bearerWorker` while there is none. */
const LOOK_MS = 500
/** Entries of `history()` may come once more by an event that was on its way. */
const OVERLAP_MS = 1_000
/** A screen reader is told at most this often. */
const TELL_MS = 1_500
const WORST: readonly Mood[] = ['bad', 'turn', 'good', 'plain']

/** On a server there is no HTMLElement, and nothing to define. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement

/**
 * `<bearer-worker-inspector>`: what the worker knows and does, for people who develop.
 * Docked to the window's lower edge, or with the attribute `inline` where it stands; `open` when it is unfolded.
 */
export class BearerWorkerInspector extends Base {
  static readonly observedAttributes = ['open', 'inline']

  #inspected: Inspected | undefined
  #stop: AbortController | undefined
  #ready = false
  #covered = 'not yet known'
  #explained: { readonly url: string; readonly explanation: Explanation } | undefined
  #fromHistory: readonly Entry[] = []
  #telling: ReturnType<typeof setTimeout> | undefined
  readonly #views = new Map<string, SessionView>()
  readonly #cards = new Map<string, SessionCard>()
  readonly #still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)')

  readonly #timeline: Timeline
  readonly #ui: Parts

  constructor() {
    super()
    this.#timeline = new Timeline(
      ({ url, method }) => this.#inspected!.explain(url, { method }),
      (shown, all) => this.#counted(shown, all),
    )
    this.#ui = buildParts(this.attachShadow({ mode: 'open' }), {
      toggle: (open) => this.#toggle(open),
      copy: () => void this.#copy(),
      explain: (event) => void this.#explain(event),
      filter: (words, kind) => this.#timeline.filter(words, kind),
      escape: (event) => this.#escape(event),
    })
    this.#ui.scroll.append(this.#timeline.node)
  }

  /** The page API to look into; `window.bearerWorker` by default. */
  get bearerWorker(): Inspected | undefined {
    return this.#inspected ?? (globalThis as { bearerWorker?: Inspected }).bearerWorker
  }

  set bearerWorker(inspected: Inspected | undefined) {
    this.#inspected = inspected
    if (this.isConnected) this.#start()
  }

  /** Whether the docked panel is unfolded. */
  get open(): boolean {
    return this.hasAttribute('open')
  }

  set open(open: boolean) {
    this.toggleAttribute('open', open)
  }

  connectedCallback(): void {
    if (Object.hasOwn(this, 'bearerWorker')) {
      // Set before this class was known: an own property that hides the setter.
      const { bearerWorker } = this
      delete (this as { bearerWorker?: unknown }).bearerWorker
      this.#inspected = bearerWorker
    }
    if (!this.hasAttribute('inline') && wasOpen()) this.open = true
    this.#unfold()
    this.#start()
  }

  disconnectedCallback(): void {
    this.#stop?.abort()
  }

  attributeChangedCallback(): void {
    if (this.isConnected) this.#unfold()
  }

  #start(): void {
    this.#stop?.abort()
    this.#stop = new AbortController()
    const { signal } = this.#stop
    this.#views.clear()
    this.#cards.clear()
    this.#ui.sessions.replaceChildren()
    this.#timeline.clear()
    this.#ready = false
    document.addEventListener('keydown', (event) => this.#shortcut(event), { signal })
    document.addEventListener('visibilitychange', () => this.#tick(), { signal })
    const ticking = setInterval(() => this.#tick(), 1000)
    signal.addEventListener('abort', () => clearInterval(ticking))
    this.#find(signal)
  }

  /** The element may stand before the script that brings what it looks into. */
  #find(signal: AbortSignal): void {
    const inspected = this.bearerWorker
    if (inspected) return this.#inspect(inspected, signal)
    this.#problem(
      'There is no bearerWorker on this page yet.',
      'Put the script tag of bearer-worker.js into its head, or give this element a bearerWorker property.',
    )
    const looking = setTimeout(() => this.#find(signal), LOOK_MS)
    signal.addEventListener('abort', () => clearTimeout(looking))
  }

  #inspect(inspected: Inspected, signal: AbortSignal): void {
    this.#inspected = inspected
    this.#problem()
    write(this.#ui.covered, 'starting …')
    const seen = ({ detail }: CustomEvent<Entry>) => this.#seen(detail)
    inspected.addEventListener('request', seen, { signal })
    inspected.addEventListener('refresh', seen, { signal })
    inspected.addEventListener('sessionchange', ({ detail }) => this.#changed(detail), { signal })
    inspected.ready.then(
      (where) => !signal.aborted && void this.#readyIn(where, inspected, signal),
      (error: BearerWorkerError) => {
        if (signal.aborted) return
        this.#covered = `nothing: ${error.code ?? error.name}`
        write(this.#ui.covered, 'not running')
        this.#ui.panel.dataset['mood'] = 'bad'
        this.#problem(...problemOf(error))
        this.#tell('Bearer Worker is not running.')
        this.#mood('bad')
      },
    )
  }

  async #readyIn(where: 'worker' | 'page', inspected: Inspected, signal: AbortSignal): Promise<void> {
    this.#ready = true
    this.#covered = where === 'worker' ? 'the worker' : 'this page (no service worker can run here)'
    write(this.#ui.covered, where === 'worker' ? 'in the worker' : 'in this page')
    try {
      const [names, history] = await Promise.all([sessionNames(inspected), inspected.history()])
      const views = await Promise.all(names.map((name) => inspected.session(name)))
      if (signal.aborted) return
      for (const view of views) this.#changed(view)
      // Entries that came by an event and wait to be drawn are known, too.
      const earlier = without(history, [...this.#timeline.entries, ...this.#queued])
      this.#fromHistory = earlier
      setTimeout(() => (this.#fromHistory = []), OVERLAP_MS)
      this.#timeline.add(earlier)
    } catch (error) {
      if (!signal.aborted) this.#problem(...problemOf(error as BearerWorkerError))
    }
  }

  #seen(entry: Entry): void {
    const left = without(this.#fromHistory, [entry])
    if (left.length < this.#fromHistory.length) {
      this.#fromHistory = left
      return
    }
    this.#queued.push(entry)
    if (this.#queued.length === 1) queueMicrotask(() => onceDrawn(() => this.#timeline.add(this.#queued.splice(0))))
    const { mood, stamp } = wordingOf(entry)
    if (entry.kind === 'refresh' && mood === 'bad') this.#tell(`Refresh of session ${entry.session}: ${stamp}.`)
  }
  readonly #queued: Entry[] = []

  #changed(view: SessionView): void {
    const before = this.#views.get(view.name)
    this.#views.set(view.name, view)
    let card = this.#cards.get(view.name)
    if (!card) {
      card = new SessionCard(view.name, () => this.#inspected!.refresh(view.name))
      this.#cards.set(view.name, card)
      this.#ui.sessions.append(card.node)
    }
    const renewal = this.#timeline.entries.findLast(
      ({ kind, session, outcome }) => kind === 'refresh' && session === view.name && outcome === 'success',
    )
    const now = Date.now()
    card.show(
      view,
      now,
      renewal && view.expiresAt !== undefined && renewal.at < view.expiresAt && now - renewal.at < 2_000
        ? renewal.at
        : undefined,
      this.#still?.matches ?? false,
    )
    this.#mood(WORST.find((mood) => [...this.#views.values()].some((each) => moodOf(each) === mood)) ?? 'plain')
    if (before && before.state !== view.state) this.#tell(`Session ${view.name} is ${stateOf(view)}.`)
  }

  #tick(): void {
    if (document.hidden || !this.#isVisible()) return
    for (const card of this.#cards.values()) card.tick(Date.now())
  }

  #isVisible(): boolean {
    return this.open || this.hasAttribute('inline')
  }

  #unfold(): void {
    const { pill, panel, close } = this.#ui
    const inline = this.hasAttribute('inline')
    const visible = this.#isVisible()
    panel.hidden = !visible
    pill.hidden = inline || visible
    close.hidden = inline
    this.#tick()
  }

  #toggle(open: boolean): void {
    this.open = open
    keepOpen(open)
    if (open) this.#ui.panel.focus()
    else this.#ui.pill.focus()
  }

  #shortcut(event: KeyboardEvent): void {
    if (event.code !== 'KeyW' || !event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return
    event.preventDefault()
    if (this.hasAttribute('inline')) this.#ui.panel.focus()
    else this.#toggle(!this.open)
  }

  #counted(shown: number, all: number): void {
    const { count, empty } = this.#ui
    write(count, shown === all ? `${all}` : `${shown} of ${all}`)
    empty.hidden = shown > 0
    write(
      empty,
      all > 0
        ? 'Nothing matches this filter.'
        : 'Nothing yet. Each request to a protected resource will be listed here, from every tab.',
    )
  }

  #mood(mood: Mood): void {
    this.#ui.pill.dataset['mood'] = mood
    this.#ui.panel.dataset['mood'] = mood
  }

  #problem(message = '', cure = ''): void {
    const { problem } = this.#ui
    problem.hidden = message === ''
    const [text, hint] = problem.children as unknown as [HTMLElement, HTMLElement]
    write(text, message)
    write(hint, cure)
    for (const each of this.#ui.working) each.hidden = message !== ''
    if (message !== '' && !this.#inspected) write(this.#ui.covered, 'waiting')
  }

  /** Politely, the last of several, and never each request. */
  #tell(words: string): void {
    clearTimeout(this.#telling)
    this.#telling = setTimeout(() => (this.#ui.live.textContent = words), TELL_MS)
  }

  async #explain(event: SubmitEvent): Promise<void> {
    event.preventDefault()
    const { url, method, explanation } = this.#ui
    if (!this.#ready) return
    let words: { readonly mood: Mood; readonly code: string; readonly message: string }
    try {
      const href = new URL(url.value.trim(), document.baseURI).href
      const found = await this.#inspected!.explain(href, { method: method.value })
      this.#explained = { url: href, explanation: found }
      words = { mood: found.touched ? 'good' : 'plain', code: found.code, message: found.message }
    } catch (error) {
      words = { mood: 'bad', code: 'no answer', message: (error as Error).message }
    }
    explanation.dataset['mood'] = words.mood
    explanation.replaceChildren(element('span', { className: 'stamp' }, words.code), ' ', words.message)
    explanation.hidden = false
  }

  async #copy(): Promise<void> {
    const { report, copy } = this.#ui
    const sessions = [...this.#views.values()]
    const { entries } = this.#timeline
    const text = bugReport({
      version,
      userAgent: navigator.userAgent,
      url: location.href,
      now: Date.now(),
      covered: this.#covered,
      sessions,
      entries,
      explained: this.#explained,
    })
    try {
      await navigator.clipboard.writeText(text)
      report.hidden = true
      write(copy, 'Copied')
      this.#ui.live.textContent = 'Report copied, without tokens.'
      setTimeout(() => write(copy, 'Copy report'), 2_000)
    } catch {
      // No clipboard here: an insecure origin, or a policy. The text can be taken by hand.
      report.hidden = false
      report.value = text
      report.focus()
      report.select()
    }
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.hasAttribute('inline') || event.defaultPrevented) return
    event.stopPropagation()
    this.#toggle(false)
  }
}
