import { BearerWorkerError } from '../errors.ts'
import type { CallName, Calls, Entry, Explanation, Notice, SessionView, SignInOptions } from '../protocol.ts'
import { asNotice } from '../policy/notice.ts'
import { PageAnswers, type TokenProvider } from './answer-questions.ts'
import type { Ask } from './ask.ts'
import { cover } from './coverage.ts'
import type { Places } from './registration.ts'
import { SessionViews } from './session-views.ts'

export interface StartOptions {
  /** URL of `bearer-worker.sw.js`; `/bearer-worker.sw.js` by default. */
  readonly worker?: string
  /** URL of `bearer-worker.page.js`; beside the worker by default. */
  readonly page?: string
  /** URL of the configuration, on the same origin; `bearer-worker.json` beside the worker by default. */
  readonly config?: string
  /** The folder whose pages are covered; the worker's by default. */
  readonly scope?: string | undefined
}

interface Events {
  readonly sessionchange: CustomEvent<SessionView>
  readonly request: CustomEvent<Entry>
  readonly refresh: CustomEvent<Entry>
}

/** What a page can ask of Bearer Worker. It never holds a token unless `exposeAccessToken` allows it. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the declaration only types the listeners that EventTarget has.
export class BearerWorker extends EventTarget {
  /** `worker`, or `page` where no service worker can run: requests are covered. Rejects only while nothing good is in force. */
  readonly ready: Promise<'worker' | 'page'>
  #settleReady: ((covered: Promise<'worker' | 'page'>) => void) | undefined
  #ask: Ask | undefined
  readonly #views = new SessionViews()
  readonly #answers = new PageAnswers()
  #channel: BroadcastChannel | undefined
  #renew: (() => void) | undefined

  constructor() {
    super()
    this.ready = new Promise((resolve) => (this.#settleReady = resolve))
  }

  /** Registers the worker and holds requests to protected resources until it covers this page. Once for each page. */
  start({ worker = '/bearer-worker.sw.js', page, config, scope }: StartOptions = {}): this {
    if (!this.#settleReady) return this
    const script = new URL(worker, document.baseURI)
    const placeOf = (given: string | undefined, beside: string) =>
      given === undefined ? new URL(beside, script) : new URL(given, document.baseURI)
    this.#settleReady(
      this.#begin({
        worker: script,
        pagePart: placeOf(page, 'bearer-worker.page.js'),
        oauthPart: new URL('bearer-worker.oauth.js', script),
        config: placeOf(config, 'bearer-worker.json'),
        scope: placeOf(scope, './').href,
      }),
    )
    this.ready.catch(console.error)
    this.#settleReady = undefined
    return this
  }

  /** Adopts a token response that the app got elsewhere, as its server sent it. */
  setTokens(tokens: unknown, session?: string): Promise<SessionView> {
    return this.#view(this.#call('setTokens', { session, tokens }))
  }

  /** What the page may know of a session; of the first one by default. */
  session(name?: string): Promise<SessionView> {
    return this.#view(this.#call('session', { session: name }))
  }

  /** What the page may know of every session, in the order of the configuration. */
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
    let stop: (() => void) | undefined
    let isStopped = false
    void this.ready.then(
      () => {
        const name = session ?? this.#views.get()?.name
        if (!isStopped && name !== undefined) stop = this.#answers.provide(name, provider)
      },
      () => {},
    )
    return () => {
      isStopped = true
      stop?.()
    }
  }

  /** Navigates to the authorization server. */
  async signIn(options: SignInOptions = {}): Promise<void> {
    location.assign(await this.#call('signIn', { ...options, page: location.href }))
  }

  /** Forgets the tokens everywhere, then revokes them; with `postSignOutRedirectUri` it navigates then. */
  async signOut(name?: string): Promise<void> {
    const next = await this.#call('signOut', { session: name })
    if (next !== undefined) location.assign(next)
  }

  /** What would be done with a request, and why. Sends nothing. */
  async explain(input: string | URL, init?: RequestInit): Promise<Explanation> {
    const { url, method, mode, destination, headers } = new Request(input, init)
    return this.#call('explain', { request: { url, method, mode, destination, headers: Object.fromEntries(headers) } })
  }

  /** The last 200 handled requests and refreshes, without tokens. */
  history(): Promise<readonly Entry[]> {
    return this.#call('history', {})
  }

  async #call<Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> {
    await this.ready
    return this.#ask!(name, call)
  }

  async #view(reply: Promise<SessionView>): Promise<SessionView> {
    const view = await reply
    this.#changed(view)
    return view
  }

  #changed(view: SessionView): void {
    if (this.#views.set(view)) this.dispatchEvent(new CustomEvent('sessionchange', { detail: view }))
  }

  #hear(notice: Notice): void {
    if (notice.kind === 'session') this.#changed(notice.view)
    if (notice.kind === 'configuration') this.#renew?.()
    if (notice.kind === 'entries')
      for (const entry of notice.entries) this.dispatchEvent(new CustomEvent(entry.kind, { detail: entry }))
  }

  async #begin(places: Places): Promise<'worker' | 'page'> {
    this.#listen(places)
    this.#answers.listen()
    const { by, ask, hello, renew } = await cover(places, { views: this.#views, answers: this.#answers })
    this.#ask = ask
    this.#renew = renew
    // This page is the first to see that the routes are made anew. Until they are, which takes as long as the old worker is busy, pages that are open go by the old ones.
    if (hello.revision !== undefined) this.#channel?.postMessage({ kind: 'configuration' } satisfies Notice)
    for (const view of hello.sessions) this.#changed(view)
    // The user is back from the authorization server, and no worker was there to answer.
    if (/[?&]state=/.test(location.search)) {
      const next = await ask('finishSignIn', { url: location.href })
      if (next !== undefined) location.replace(next)
    }
    return by
  }

  /** Notices come by a channel, which is closed while the page is in the back-forward cache. */
  #listen({ config }: Places): void {
    const open = () => {
      const channel = (this.#channel = new BroadcastChannel(`bearer-worker ${config.pathname}`))
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const notice = asNotice(data)
        if (notice) this.#hear(notice)
      }
      window.addEventListener('pagehide', () => channel.close(), { once: true })
    }
    open()
    const wake = (online: boolean) => void this.#call('wake', { online }).catch(() => {})
    window.addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return
      const shown = this.#views.active
      open()
      wake(false)
      // What it shows may be of a user who left meanwhile.
      void this.#call('hello', {}).then(
        ({ sessions }) =>
          sessions.some(({ name, state }) => state !== 'active' && shown.has(name)) && location.reload(),
        () => {},
      )
    })
    window.addEventListener('online', () => wake(true))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && wake(false))
  }
}

export interface BearerWorker {
  addEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: AddEventListenerOptions | boolean,
  ): void
  addEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: AddEventListenerOptions | boolean,
  ): void
  removeEventListener<Type extends keyof Events>(
    type: Type,
    listener: (event: Events[Type]) => void,
    options?: EventListenerOptions | boolean,
  ): void
  removeEventListener(
    type: string,
    listener: EventListenerOrEventListenerObject | null,
    options?: EventListenerOptions | boolean,
  ): void
}

export { BearerWorkerError }
