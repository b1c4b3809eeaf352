import type { TokenName } from '../engine/matcher.ts'
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
  readonly #wanted = new Map<string, TokenName>()
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
    for (const token of this.#wanted.values()) void this.#update(token)
  }

  /**
   * What is known of an access token now; from the first call on it is kept up to date. Asked for at each: no notice tells that site
   * data were cleared. A listener is called with it, now and later.
   */
  of(token: TokenName, listener?: Listener): Headers | undefined {
    const key = keyOf(token)
    if (listener) {
      this.#listeners.set(key, (this.#listeners.get(key) ?? new Set()).add(listener))
      if (this.#known.has(key)) this.#tell(key)
    }
    if (!this.#wanted.has(key)) this.#views.subscribe(() => void this.#update(token))
    this.#wanted.set(key, token)
    void this.#update(token)
    return this.#known.get(key)
  }

  /** The tab goes as another account. What was to be sent later stays as it is. */
  #forget(): void {
    this.#known.clear()
    this.#listeners.clear()
    for (const token of this.#wanted.values()) void this.#update(token)
  }

  async #update(token: TokenName): Promise<void> {
    const { session, api } = token
    const key = keyOf(token)
    // Not at the beginning of a refresh, nor in its course: at its end.
    if (this.#views.get(session)?.refreshing) return
    const account = tabAccount()
    const call = { session, ...(api !== undefined && { api }) }
    const headers = this.#allowed.has(session)
      ? await this.#ask('synchronousHeaders', call).catch(() => undefined)
      : undefined
    if (account !== tabAccount()) return
    if (headers) this.#known.set(key, headers)
    else this.#known.delete(key)
    this.#tell(key)
  }

  #tell(key: string): void {
    const listeners = this.#listeners.get(key)
    for (const listener of listeners ?? []) if (!listener(this.#known.get(key))) listeners?.delete(listener)
  }
}

const keyOf = ({ session, api }: TokenName): string => (api === undefined ? session : `${session} ${api}`)
