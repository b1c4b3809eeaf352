import type { Entry, SessionView } from '../protocol.ts'
import { element } from './dom.ts'
import { SessionCard } from './session-card.ts'
import { moodOf, type Mood } from './wording.ts'

const WORST: readonly Mood[] = ['bad', 'turn', 'good', 'plain']
/** In ms: a refresh that is older than this did not bring the token that the view is about. */
const JUST_NOW_MS = 2_000

/** The sessions, each with its card, in the order of the configuration. */
export class SessionList {
  readonly node = element('ul', { className: 'sessions' })
  readonly #views = new Map<string, SessionView>()
  readonly #cards = new Map<string, SessionCard>()
  readonly #refresh: (name: string) => Promise<unknown>
  readonly #still = globalThis.matchMedia?.('(prefers-reduced-motion: reduce)')

  constructor(refresh: (name: string) => Promise<unknown>) {
    this.#refresh = refresh
  }

  get views(): readonly SessionView[] {
    return [...this.#views.values()]
  }

  /** Of the session that is worst off. */
  get mood(): Mood {
    return WORST.find((mood) => this.views.some((view) => moodOf(view) === mood)) ?? 'plain'
  }

  clear(): void {
    this.#views.clear()
    this.#cards.clear()
    this.node.replaceChildren()
  }

  /** Shows a view; returns the one before it. */
  show(view: SessionView, entries: readonly Entry[]): SessionView | undefined {
    const { name, expiresAt } = view
    const before = this.#views.get(name)
    this.#views.set(name, view)
    const now = Date.now()
    const renewal = entries.findLast(
      ({ kind, session, outcome }) => kind === 'refresh' && session === name && outcome === 'success',
    )
    const isOfThisToken = renewal && expiresAt !== undefined && renewal.at < expiresAt && now - renewal.at < JUST_NOW_MS
    this.#cardOf(name).show(view, now, isOfThisToken ? renewal.at : undefined, this.#still?.matches ?? false)
    return before
  }

  tick(): void {
    const now = Date.now()
    for (const card of this.#cards.values()) card.tick(now)
  }

  #cardOf(name: string): SessionCard {
    const known = this.#cards.get(name)
    if (known) return known
    const card = new SessionCard(name, () => this.#refresh(name))
    this.#cards.set(name, card)
    this.node.append(card.node)
    return card
  }
}
