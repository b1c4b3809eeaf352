import { BearerWorkerError } from '../errors.ts'
import type { CallName, Calls, Entry, Explanation, Hello, Notice, SessionView, SignInOptions } from '../protocol.ts'
import { isAccount, noAccount } from '../policy/account.ts'
import { PageAnswers, type TokenProvider } from './answer-questions.ts'
import type { Ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { type Coverage, cover } from './coverage.ts'
import { DirectLane } from './direct/lane.ts'
import { OtherPages } from './other-pages.ts'
import { goTo } from './own-origin.ts'
import { PageChannel } from './page-channel.ts'
import { isWorker } from './realm.ts'
import { followLifecycle } from './lifecycle.ts'
import { PageEvents } from './page-events.ts'
import { Readiness } from './readiness.ts'
import type { Places } from './registration.ts'
import { SessionViews } from './session-views.ts'
import { cannotNavigate } from './misuse.ts'
import { placesOf, type StartOptions } from './start-options.ts'
import { chooseAccount, restoreAccount, tabAccount } from './tab-account.ts'

/** Whose session a call is for. */
export interface AccountOption {
  /** A name of the site's own, such as a user id: 1 to 200 characters. By default the account that this tab has chosen. */
  readonly account?: string | undefined
}

/** What a page can ask of Bearer Worker. It never holds a token unless `exposeAccessToken` allows it. */
export class BearerWorker extends PageEvents {
  readonly #readiness = new Readiness()
  #ask: Ask | undefined
  readonly #views = new SessionViews()
  readonly #answers = new PageAnswers()
  readonly #others = new OtherPages({
    answers: this.#answers,
    refresh: (call) => this.#call('refresh', call),
    tell: (notice) => this.#channel?.post(notice),
  })
  #channel: PageChannel | undefined
  #renew: Coverage['renew'] | undefined
  #direct: DirectLane | undefined

  /**
   * `worker`, or `page` where no service worker can run or another one has the page's folder: requests are covered. It is
   * another promise once that has changed. A dedicated or shared worker with this script covers itself: `page`, too. Rejects only
   * while nothing good is in force, or with `worker-unavailable` when nothing has called `start()` by the end of loading.
   */
  get ready(): Promise<'worker' | 'page'> {
    return this.#readiness.ready
  }

  /** Why no worker covers this page, where one could: `other-worker`, `scope-too-narrow`, `worker-unavailable`, … */
  get workerProblem(): BearerWorkerError | undefined {
    return this.#workerProblem
  }

  /** Registers the worker and holds requests to protected resources until it covers this page. Once for each page. */
  start(options: StartOptions = {}): this {
    this.#readiness.begin(() => this.#begin(options))
    return this
  }

  /**
   * Chooses, for this tab, which of several signed-in users its requests go as: `fetch`, XHR, `EventSource`, sockets, beacons,
   * and its images and navigations. Without a name, as nobody in particular: the one session that there is otherwise. It
   * lasts for the tab, reloads included. Requests that were sent before go on as they began. Resolves with the sessions of
   * that account, all of them signed out where it is not signed in. Rejects with `invalid-call` for what is no name.
   * @example
   * await bearerWorker.use(user.id)
   */
  async use(account?: string): Promise<SessionView[]> {
    if (account !== undefined && !isAccount(account)) throw noAccount()
    await this.ready
    chooseAccount(account)
    return [...(await this.sessions())]
  }

  /**
   * Names of the accounts that are signed in to any session, sorted: for an account switcher. Who signed in without a name is
   * not among them. The event `accountschange` tells every tab when others may be.
   */
  accounts(): Promise<readonly string[]> {
    return this.#call('accounts', {})
  }

  /**
   * Adopts a token response that the app got elsewhere, as its server sent it. For another account than the tab's, the tab
   * stays as it is. Rejects with `sign-in-failed` for what has no token, with `invalid-call` for what is no account.
   * @example
   * await bearerWorker.setTokens(response, 'main', { account: user.id })
   */
  setTokens(tokens: unknown, session?: string, { account }: AccountOption = {}): Promise<SessionView> {
    return this.#view(this.#call('setTokens', { session, tokens, account }))
  }

  /** What the page may know of a session; of the first one by default. */
  session(name?: string): Promise<SessionView> {
    return this.#view(this.#call('session', { session: name }))
  }

  /** What the page may know of every session of the tab's account, in the order of the configuration. */
  async sessions(): Promise<readonly SessionView[]> {
    const views = await this.#call('sessions', {})
    for (const view of views) this.#changed(view)
    return views
  }

  /** The last known view at once; the same object until it changes. */
  snapshot(name?: string): SessionView | undefined {
    return this.#views.get(name)
  }

  /** Calls the listener at each change of a snapshot. Returns how to stop that. */
  subscribe(listener: () => void): () => void {
    return this.#views.subscribe(listener)
  }

  /** Refreshes now. Rejects with `refresh-failed` for now, `session-ended` for good, `signed-out` when there is nothing to refresh. */
  refresh(name?: string): Promise<SessionView> {
    return this.#view(this.#call('refresh', { session: name }))
  }

  /** A valid access token, for a WebSocket or another SDK. Rejects with `not-exposed` unless `exposeAccessToken` is set. */
  getAccessToken(name?: string): Promise<string> {
    return this.#call('getAccessToken', { session: name })
  }

  /**
   * Registers code of the page that brings tokens, for a session with `"refresh": { "by": "page" }`; the first session
   * by default. It is called in one tab at a time, for every tab. Returns how to stop it.
   * @example
   * bearerWorker.provideTokens(async () => ({ access_token: await sdk.getToken() }))
   */
  provideTokens(provider: TokenProvider, session?: string): () => void {
    const provide = (): (() => void) | undefined => {
      const name = session ?? this.#views.get()?.name
      if (name === undefined) return undefined
      // The session may be paused because no page provided.
      if (this.#views.get(name)?.retryAt !== undefined) void this.#call('wake', { online: true }).catch(() => {})
      return this.#answers.provide(name, provider)
    }
    return this.#readiness.whenReady(provide)
  }

  /** Navigates to the authorization server. Rejects with `sign-in-failed` in a worker, which cannot. */
  async signIn(options: SignInOptions = {}): Promise<void> {
    if (isWorker) throw cannotNavigate()
    goTo(await this.#call('signIn', { ...options, page: location.href }))
  }

  /**
   * Forgets the tokens everywhere, then revokes them; with `postSignOutRedirectUri` it navigates then, unless that was another
   * account than the tab's.
   */
  async signOut(name?: string, { account }: AccountOption = {}): Promise<void> {
    const next = await this.#call('signOut', { session: name, account, page: location.href })
    if (next !== undefined && !isWorker && (account ?? tabAccount()) === tabAccount()) goTo(next)
  }

  /** What would be done with a request, and why. Sends nothing. */
  async explain(input: string | URL, init?: RequestInit): Promise<Explanation> {
    const { url, method, mode, destination, headers } = new Request(input, init)
    return this.#call('explain', { request: { url, method, mode, destination, headers: Object.fromEntries(headers) } })
  }

  /** The last 200 handled requests and refreshes, without tokens. */
  async history(): Promise<readonly Entry[]> {
    return this.#direct!.completed(await this.#call('history', {}))
  }

  async #call<Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> {
    await this.ready
    return this.#ask!(name, call).finally(() => this.#direct?.called(name))
  }

  async #view(reply: Promise<SessionView>): Promise<SessionView> {
    const view = await reply
    this.#changed(view)
    return view
  }

  /** A view of another account is none of this tab's. */
  #changed(view: SessionView): void {
    this.#views.told(view)
    if (view.account !== tabAccount()) return
    if (this.#views.set(view)) this.dispatchEvent(new CustomEvent('sessionchange', { detail: view }))
  }

  #hear(notice: Notice): void {
    if (notice.kind === 'session') {
      this.#changed(notice.view)
      if (this.#views.changesAccounts(notice.view)) this.dispatchEvent(new Event('accountschange'))
    }
    if (notice.kind === 'configuration' || notice.kind === 'rules') this.#renew?.(notice.kind === 'configuration')
    if (notice.kind === 'wanted') void this.#others.refreshFor(notice)
    if (notice.kind === 'entries')
      for (const entry of notice.entries)
        if (entry.account === tabAccount()) this.dispatchEvent(new CustomEvent(entry.kind, { detail: entry }))
  }

  async #begin(options: StartOptions): Promise<'worker' | 'page'> {
    const places = placesOf(options)
    if (!isWorker) this.#answers.vaults.begin(places.config.pathname)
    restoreAccount(places.config.pathname, () => void this.sessions().catch(() => {}))
    // Before the channel: what it has not told yet it tells when the page is hidden, and the channel is closed then.
    this.#direct = new DirectLane({
      configuration: places.config.pathname,
      views: this.#views,
      tell: (notice) => {
        this.#channel?.post(notice)
        this.#hear(notice)
      },
    })
    this.#listen(places)
    this.#answers.listen()
    const { by, ask, hello, renew, problem } = await cover(places, {
      views: this.#views,
      answers: this.#answers,
      direct: this.#direct,
      onConnected: (connection) => this.#connected(connection),
    })
    this.#ask = ask
    this.#renew = renew
    // This page is the first to see that new routes are needed. Until they are set, which takes as long as the old worker is busy, pages that are open go by the old ones.
    if (hello.revision !== undefined) this.#channel?.post({ kind: 'configuration' })
    for (const view of hello.sessions) this.#changed(view)
    if (!isWorker) this.#watchVaults(places, hello, ask)
    // The user is back from the authorization server, and no worker was there to answer.
    if (!isWorker && /[?&]state=/.test(location.search)) {
      const next = await ask('finishSignIn', { url: location.href })
      if (next !== undefined) location.replace(next)
    }
    this.#workerProblem = problem
    return by
  }

  #watchVaults({ config }: Places, { rules }: Hello, ask: Ask): void {
    const { vaults } = this.#answers
    const note = () => vaults.note(config.pathname, rules, this.#views)
    vaults.watch(rules, ask)
    note()
    this.#views.subscribe(note)
  }

  #workerProblem: BearerWorkerError | undefined

  /** Requests are covered in another way: the worker was lost, or is back. The store may have gone with it. */
  #connected({ by, hello, problem }: Connection): void {
    this.#workerProblem = problem
    this.#readiness.change(by)
    for (const view of hello.sessions) {
      this.#changed(view)
      // Other tabs may not have noticed yet.
      this.#channel?.post({ kind: 'session', view })
    }
  }

  #listen({ config }: Places): void {
    this.#channel = new PageChannel(config.pathname, (notice) => {
      this.#direct?.heard(notice)
      this.#hear(notice)
    })
    followLifecycle({
      views: this.#views,
      vaults: this.#answers.vaults,
      ask: (name, call) => this.#call(name, call),
    })
  }
}

export { BearerWorkerError }
