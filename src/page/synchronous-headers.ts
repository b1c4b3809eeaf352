import type { TokenName } from '../engine/matcher.ts'
import { isOneOf } from '../engine/own-endpoints.ts'
import type { MatchRules, PassingHeaders } from '../protocol.ts'
import type { Ask } from './ask.ts'
import { ownClasses } from './intercept/own-classes.ts'
import { headersOf } from './message-worker.ts'
import { onAccountChange, tabAccount } from './tab-account.ts'
import type { SessionViews } from './session-views.ts'

export type Headers = Readonly<Record<string, string>>

/** A request that leaves later, and the account that it was made as. */
export interface Followed {
  readonly token: TokenName
  readonly url: string
  readonly account: string | undefined
  /** Called with its headers, now and whenever they are others. Returns whether it is to be called again. */
  readonly onHeaders: (headers: Headers | undefined) => boolean
}

/** An access token of one account, kept up to date. */
interface Wanted {
  readonly token: TokenName
  readonly account: string | undefined
  readonly followed: Set<Followed>
  known: PassingHeaders | undefined
}

/**
 * Headers for synchronous requests and for `fetchLater`, which pass by every worker and cannot wait. They are asked for only
 * once a page has made such a request, and only of sessions with `exposeAccessToken` or `direct`: no token comes to any other page.
 */
export class SynchronousHeaders {
  readonly #wanted = new ownClasses.Map<string, Wanted>()
  readonly #ask: Ask
  readonly #views: SessionViews
  #allowed: ReadonlySet<string> = new Set()

  constructor(ask: Ask, views: SessionViews) {
    this.#ask = ask
    this.#views = views
    onAccountChange(() => this.#changeAccount())
    views.watch(({ name, account, refreshing }) => {
      // Not at the beginning of a refresh, nor in its course: at its end.
      if (refreshing) return
      for (const wanted of this.#wanted.values())
        if (wanted.token.session === name && wanted.account === account) void this.#update(wanted)
    })
  }

  /** A configuration is in force. */
  allow(rules: readonly MatchRules[]): void {
    this.#allowed = new Set(rules.filter((each) => each.exposeAccessToken || each.direct).map(({ session }) => session))
    for (const wanted of this.#wanted.values()) void this.#update(wanted)
  }

  /**
   * The headers of a request, as far as they are known now; from the first call on they are kept up to date. Asked for at each: no
   * notice tells that site data were cleared.
   */
  of(token: TokenName, url: string): Headers | undefined {
    const wanted = this.#want(token, tabAccount())
    if (!this.#views.get(token.session)?.refreshing) void this.#update(wanted)
    return headersFor(wanted, url)
  }

  /** Keeps a request up to date until it leaves, also when the tab goes as another account meanwhile. */
  follow(followed: Followed): void {
    const wanted = this.#want(followed.token, followed.account)
    wanted.followed.add(followed)
    if (wanted.known) tell(wanted)
    void this.#update(wanted)
  }

  #want(token: TokenName, account: string | undefined): Wanted {
    const key = JSON.stringify([token.session, token.api, account])
    const wanted = this.#wanted.get(key) ?? { token, account, followed: new Set(), known: undefined }
    this.#wanted.set(key, wanted)
    return wanted
  }

  /** The tab goes as another account. What was made as the one before is still sent as that one, if it is signed in. */
  #changeAccount(): void {
    for (const [key, { token, followed }] of [...this.#wanted]) {
      if (followed.size === 0) this.#wanted.delete(key)
      void this.#update(this.#want(token, tabAccount()))
    }
  }

  async #update(wanted: Wanted): Promise<void> {
    const { token, account } = wanted
    const call = { session: token.session, api: token.api, account: account ?? null }
    wanted.known = this.#allowed.has(token.session)
      ? await this.#ask('synchronousHeaders', call).catch(() => undefined)
      : undefined
    tell(wanted)
  }
}

function tell(wanted: Wanted): void {
  for (const followed of wanted.followed)
    if (!followed.onHeaders(headersFor(wanted, followed.url))) wanted.followed.delete(followed)
}

/** Endpoints of the session's authorization server get none. */
const headersFor = ({ known }: Wanted, url: string): Headers | undefined =>
  known && !isOneOf(known.endpoints, url) ? headersOf(known) : undefined
