import type { MatchRules } from '../protocol.ts'
import type { Ask } from './ask.ts'
import type { SessionViews } from './session-views.ts'

type Headers = Readonly<Record<string, string>>

/**
 * Headers for synchronous requests, which pass by every worker and cannot wait. They are asked for only once a page has
 * opened such a request, and only of sessions with `exposeAccessToken`: no token comes to any other page.
 */
export class SynchronousHeaders {
  readonly #known = new Map<string, Headers>()
  readonly #wanted = new Set<string>()
  readonly #ask: Ask
  readonly #views: SessionViews
  #allowed: ReadonlySet<string> = new Set()

  constructor(ask: Ask, views: SessionViews) {
    this.#ask = ask
    this.#views = views
  }

  /** A configuration is in force. */
  allow(rules: readonly MatchRules[]): void {
    this.#allowed = new Set(rules.filter(({ exposeAccessToken }) => exposeAccessToken).map(({ session }) => session))
    for (const session of this.#wanted) void this.#update(session)
  }

  /** What is known of a session now; from the first call on it is kept up to date. Asked for at each: no notice tells that site data were cleared. */
  of(session: string): Headers | undefined {
    if (!this.#wanted.has(session)) this.#views.subscribe(() => void this.#update(session))
    this.#wanted.add(session)
    void this.#update(session)
    return this.#known.get(session)
  }

  async #update(session: string): Promise<void> {
    // Not at the beginning of a refresh, nor in its course: at its end.
    if (this.#views.get(session)?.refreshing) return
    const headers = this.#allowed.has(session)
      ? await this.#ask('synchronousHeaders', { session }).catch(() => undefined)
      : undefined
    if (headers) this.#known.set(session, headers)
    else this.#known.delete(session)
  }
}
