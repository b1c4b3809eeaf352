import type { SessionView } from '../protocol.ts'

/** The last known view of each session. The same object until something changes, as `useSyncExternalStore` wants it. */
export class SessionViews {
  #views = new Map<string, SessionView>()
  /** The last state of each session of a named account, of other tabs as well. */
  readonly #states = new Map<string, SessionView['state']>()
  readonly #listeners = new Set<() => void>()
  /** The last view of each session of each account, as text. */
  readonly #told = new Map<string, string>()
  readonly #watchers: ((view: SessionView) => void)[] = []

  get(name?: string): SessionView | undefined {
    return name === undefined ? [...this.#views.values()][0] : this.#views.get(name)
  }

  /** The epoch of each session that was shown. */
  get epochs(): ReadonlyMap<string, number> {
    return new Map([...this.#views.values()].map(({ name, epoch }) => [name, epoch]))
  }

  /** Returns whether anything changed. */
  set(view: SessionView): boolean {
    if (JSON.stringify(view) === JSON.stringify(this.#views.get(view.name))) return false
    this.#views.set(view.name, Object.freeze(view))
    for (const listener of [...this.#listeners]) listener()
    return true
  }

  /** Calls the listener with each view that differs from the one before, of other accounts than the tab's as well. */
  watch(listener: (view: SessionView) => void): void {
    this.#watchers.push(listener)
  }

  /** A view was told, of whatever account. */
  told(view: SessionView): void {
    const key = JSON.stringify([view.name, view.account])
    const text = JSON.stringify(view)
    if (this.#told.get(key) === text) return
    this.#told.set(key, text)
    for (const watcher of this.#watchers) watcher(view)
  }

  /** Whether other accounts may be signed in than before this view. */
  changesAccounts({ name, account, state }: SessionView): boolean {
    if (account === undefined) return false
    const key = `${name} ${account}`
    const before = this.#states.get(key)
    this.#states.set(key, state)
    return before !== state
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}
