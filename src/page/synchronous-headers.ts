import type { MatchRules } from '../protocol.ts'
import type { Ask } from './ask.ts'
import { ownClasses } from './intercept/own-classes.ts'
import { onAccountChange, tabAccount } from './tab-account.ts'
import type { SessionViews } from './session-views.ts'

type Headers = Readonly<Record<string, string>>
/** Returns whether it is to be called again. */
type Listener = (headers: Headers | undefined) => boolean

/**
 * Headers for synchronous requests and for `fetchLater`, which pass by every worker and cannot wait. They are asked for only
 * once a page has made such a request, and only of sessions with `exposeAccessToken` or `direct`: no token comes to any other page.
 */
export class SynchronousHeaders {
  readonly #known = new ownClasses.Map<string, Headers>()
  readonly #wanted = new Set<string>()
  readonly #listeners = new Map<string, Set<Listener>>()
  readonly #ask: Ask
  readonly #views: SessionViews
  #allowed: ReadonlySet<string> = new Set()

  constructor(ask: Ask, views: SessionViews) {
    this.#ask = ask
    this.#views = views
    onAccountChange(() => this.#forget())
  }

  /** A configuration is in force. */
  allow(rules: readonly MatchRules[]): void {
    this.#allowed = new Set(rules.filter((each) => each.exposeAccessToken || each.direct).map(({ session }) => session))
    for (const session of this.#wanted) void this.#update(session)
  }

  /**
   * What is known of a session now; from the first call on it is kept up to date. Asked for at each: no notice tells that site
   * data were cleared. A listener is called with it, now and later.
   */
  of(session: string, listener?: Listener): Headers | undefined {
    if (listener) {
      this.#listeners.set(session, (this.#listeners.get(session) ?? new Set()).add(listener))
      if (this.#known.has(session)) this.#tell(session)
    }
    if (!this.#wanted.has(session)) this.#views.subscribe(() => void this.#update(session))
    this.#wanted.add(session)
    void this.#update(session)
    return this.#known.get(session)
  }

  /** The tab goes as another account. What was to be sent later stays as it is. */
  #forget(): void {
    this.#known.clear()
    this.#listeners.clear()
    for (const session of this.#wanted) void this.#update(session)
  }

  async #update(session: string): Promise<void> {
    // Not at the beginning of a refresh, nor in its course: at its end.
    if (this.#views.get(session)?.refreshing) return
    const account = tabAccount()
    const headers = this.#allowed.has(session)
      ? await this.#ask('synchronousHeaders', { session }).catch(() => undefined)
      : undefined
    if (account !== tabAccount()) return
    if (headers) this.#known.set(session, headers)
    else this.#known.delete(session)
    this.#tell(session)
  }

  #tell(session: string): void {
    const listeners = this.#listeners.get(session)
    for (const listener of listeners ?? []) if (!listener(this.#known.get(session))) listeners?.delete(listener)
  }
}
