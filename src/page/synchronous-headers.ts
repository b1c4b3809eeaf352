import type { MatchRules } from '../protocol.ts'
import type { Ask } from './ask.ts'
import type { SessionViews } from './session-views.ts'

type Headers = Readonly<Record<string, string>>

/**
 * A mark in the site's storage while headers are known here: when the user, or `Clear-Site-Data: "storage"`, clears the site's
 * data, it goes with the tokens, which nothing else tells a request that cannot wait.
 */
const STORED = 'bearer-worker'

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

  /** What is known of a session now; from the first call on it is kept up to date. */
  of(session: string): Headers | undefined {
    if (!this.#wanted.has(session)) {
      this.#wanted.add(session)
      this.#views.subscribe(() => void this.#update(session))
      void this.#update(session)
    }
    if (!isStored()) this.#known.clear()
    return this.#known.get(session)
  }

  async #update(session: string): Promise<void> {
    // Not at the beginning of a refresh, nor in its course: at its end.
    if (this.#views.get(session)?.refreshing) return
    const headers = this.#allowed.has(session)
      ? await this.#ask('synchronousHeaders', { session }).catch(() => undefined)
      : undefined
    if (headers && store()) this.#known.set(session, headers)
    else this.#known.delete(session)
  }
}

function isStored(): boolean {
  try {
    return localStorage.getItem(STORED) !== null
  } catch {
    return false
  }
}

/** Returns whether the mark is stored: a browser may forbid it. */
function store(): boolean {
  try {
    localStorage.setItem(STORED, '1')
    return true
  } catch {
    return false
  }
}
