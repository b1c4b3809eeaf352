import type { BearerWorkerError } from '../page/index.ts'
import type { Entry, Explanation, SessionView } from '../protocol.ts'
import { version } from '../version.ts'
import { bugReport } from './bug-report.ts'
import { copyReport } from './copy-report.ts'
import { onceDrawn, write } from './dom.ts'
import { ExplainForm } from './explain-form.ts'
import { type Inspected, sessionNames } from './inspected.ts'
import { keepOpen, wasOpen } from './kept-open.ts'
import { without } from './merge.ts'
import { watchController } from './controller.ts'
import { buildParts, type Parts } from './parts.ts'
import { SessionList } from './session-list.ts'
import { Timeline } from './timeline.ts'
import { type Mood, problemOf, stateOf, wordingOf } from './wording.ts'
import { watchReady } from './watch-ready.ts'

/** In ms: how often the element looks for `window.bearerWorker` while there is none. */
const LOOK_MS = 500
/** In ms: an entry of `history()` may come once more by an event within this time. */
const OVERLAP_MS = 1_000
/** In ms: a screen reader is told at most this often. */
const TELL_MS = 1_500

/** On a server there is no HTMLElement, and nothing to define. */
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement

/**
 * `<bearer-worker-inspector>`: what the worker knows and does, for people who develop.
 * Docked to the window's lower edge, or with the attribute `inline` where it stands; `open` when the docked panel is open.
 */
export class BearerWorkerInspector extends Base {
  static readonly observedAttributes = ['open', 'inline']

  #inspected: Inspected | undefined
  #stop: AbortController | undefined
  #ready = false
  #covered = 'not yet known'
  #fromHistory: readonly Entry[] = []
  #telling: ReturnType<typeof setTimeout> | undefined
  readonly #sessions = new SessionList((name) => this.#inspected!.refresh(name))
  readonly #explainForm = new ExplainForm((url, method) => this.#explain(url, method))
  readonly #timeline: Timeline
  readonly #ui: Parts

  constructor() {
    super()
    this.#timeline = new Timeline(
      ({ url, method }) => this.#explain(url, method),
      (shown, all) => this.#counted(shown, all),
    )
    this.#ui = buildParts(
      this.attachShadow({ mode: 'open' }),
      { sessions: this.#sessions.node, explain: this.#explainForm.node },
      {
        toggle: (open) => this.#toggle(open),
        copy: () => void this.#copy(),
        filter: (words, kind) => this.#timeline.filter(words, kind),
        escape: (event) => this.#escape(event),
      },
    )
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

  /** Whether the docked panel is open. */
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
    this.#sessions.clear()
    this.#timeline.clear()
    this.#ready = false
    document.addEventListener('keydown', (event) => this.#shortcut(event), { signal })
    document.addEventListener('visibilitychange', () => this.#tick(), { signal })
    watchController((words) => write(this.#ui.controller, words), signal)
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
    write(this.#ui.covered, 'Starting …')
    const seen = ({ detail }: CustomEvent<Entry>) => this.#seen(detail)
    inspected.addEventListener('request', seen, { signal })
    inspected.addEventListener('refresh', seen, { signal })
    inspected.addEventListener('sessionchange', ({ detail }) => this.#changed(detail), { signal })
    const onReady = (where: 'worker' | 'page') => {
      this.#coveredBy(where, inspected)
      if (!this.#ready) void this.#begin(inspected, signal)
    }
    watchReady(inspected, { onReady, onFailed: (error) => this.#failed(error) }, signal)
  }

  #failed(error: BearerWorkerError): void {
    this.#covered = `nothing: ${error.code ?? error.name}`
    write(this.#ui.covered, 'Not running')
    this.#ui.panel.dataset['mood'] = 'bad'
    this.#problem(...problemOf(error))
    this.#tell('Bearer Worker is not running.')
    this.#mood('bad')
  }

  #coveredBy(where: 'worker' | 'page', { workerProblem }: Inspected): void {
    const why = workerProblem?.code ?? 'no service worker can run here'
    this.#covered = where === 'worker' ? 'the worker' : `this page (${why})`
    write(this.#ui.covered, where === 'worker' ? 'Requests covered by the worker' : 'Requests covered by this page')
    this.#problem(...(workerProblem ? problemOf(workerProblem) : []))
    // The page covers its requests itself: there is something to see.
    for (const each of this.#ui.working) each.hidden = false
  }

  async #begin(inspected: Inspected, signal: AbortSignal): Promise<void> {
    this.#ready = true
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
      this.#explainForm.suggest(this.#timeline.entries)
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
    if (this.#queued.length === 1) queueMicrotask(() => onceDrawn(() => this.#addQueued()))
    const { mood, stamp } = wordingOf(entry)
    if (entry.kind === 'refresh' && mood === 'bad') this.#tell(`Refresh of session ${entry.session}: ${stamp}.`)
  }
  readonly #queued: Entry[] = []

  #addQueued(): void {
    this.#timeline.add(this.#queued.splice(0))
    this.#explainForm.suggest(this.#timeline.entries)
  }

  #changed(view: SessionView): void {
    const before = this.#sessions.show(view, this.#timeline.entries)
    this.#mood(this.#sessions.mood)
    if (before && before.state !== view.state) this.#tell(`Session ${view.name} is ${stateOf(view)}.`)
  }

  #tick(): void {
    if (document.hidden || !this.#isVisible()) return
    this.#sessions.tick()
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
    if (message !== '' && !this.#inspected) write(this.#ui.covered, 'Waiting for bearerWorker')
  }

  /** Politely, the last of several, and never each request. */
  #tell(words: string): void {
    clearTimeout(this.#telling)
    this.#telling = setTimeout(() => (this.#ui.live.textContent = words), TELL_MS)
  }

  #explain(url: string, method: string): Promise<Explanation> {
    if (!this.#inspected) return Promise.reject(new Error('There is no bearerWorker on this page yet.'))
    return this.#inspected.explain(url, { method })
  }

  async #copy(): Promise<void> {
    const { entries } = this.#timeline
    const text = bugReport({
      version,
      userAgent: navigator.userAgent,
      url: location.href,
      now: Date.now(),
      covered: this.#covered,
      controller: this.#ui.controller.textContent ?? '',
      sessions: this.#sessions.views,
      entries,
      explained: this.#explainForm.explained,
    })
    await copyReport(text, this.#ui)
  }

  #escape(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || this.hasAttribute('inline') || event.defaultPrevented) return
    event.stopPropagation()
    this.#toggle(false)
  }
}
