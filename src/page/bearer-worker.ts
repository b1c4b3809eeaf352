import { BearerWorkerError } from '../errors.ts'
import type { CallName, Calls, Entry, Explanation, Notice, SessionView, SignInOptions } from '../protocol.ts'
import { asNotice } from '../policy/notice.ts'
import { PageAnswers, type TokenProvider } from './answer-questions.ts'
import type { Ask } from './ask.ts'
import type { Connection } from './connection.ts'
import { cover } from './coverage.ts'
import { DirectLane } from './direct/lane.ts'
import { isVisible, readyState } from './own-origin.ts'
import type { Places } from './registration.ts'
import { SessionViews } from './session-views.ts'
import { placesOf, type StartOptions } from './start-options.ts'

interface Events {
  readonly sessionchange: CustomEvent<SessionView>
  readonly request: CustomEvent<Entry>
  readonly refresh: CustomEvent<Entry>
}

/** What a page can ask of Bearer Worker. It never holds a token unless `exposeAccessToken` allows it. */
// biome-ignore lint/suspicious/noUnsafeDeclarationMerging: the declaration only types the listeners that EventTarget has.
export class BearerWorker extends EventTarget {
  #ready: Promise<'worker' | 'page'>
  #settleReady!: (covered: Promise<'worker' | 'page'>) => void
  #isStarted = false
  #ask: Ask | undefined
  readonly #views = new SessionViews()
  readonly #answers = new PageAnswers()
  #channel: BroadcastChannel | undefined
  #renew: (() => void) | undefined
  #direct: DirectLane | undefined

  constructor() {
    super()
    this.#ready = new Promise((resolve) => (this.#settleReady = resolve))
    // A framework that renders on a server has no window, and starts nothing.
    if (globalThis.window) afterLoad(() => this.#demandStart())
  }

  /**
   * `worker`, or `page` where no service worker can run or another one has the page's folder: requests are covered. It is
   * another promise once that has changed. Rejects only while nothing good is in force, or with `worker-unavailable` when
   * nothing has called `start()` by the end of loading.
   */
  get ready(): Promise<'worker' | 'page'> {
    return this.#ready
  }

  /** Why no worker covers this page, where one could: `other-worker`, `scope-too-narrow`, `worker-unavailable`, … */
  get workerProblem(): BearerWorkerError | undefined {
    return this.#workerProblem
  }

  /** Registers the worker and holds requests to protected resources until it covers this page. Once for each page. */
  start(options: StartOptions = {}): this {
    if (this.#isStarted) return this
    this.#isStarted = true
    const begun = this.#begin(options)
    begun.catch(console.error)
    this.#settleReady(begun)
    if (this.#isOverdue) this.#ready = begun
    return this
  }

  #isOverdue = false

  /** A module imports this, and the script tag is missing, or its file is: whoever waits for `ready` would wait for ever. */
  #demandStart(): void {
    if (this.#isStarted) return
    this.#isOverdue = true
    const error = new BearerWorkerError({
      code: 'worker-unavailable',
      message:
        'Bearer Worker was not started. Put <script src="/bearer-worker.js"></script> first into the head and see that the file is served, or call bearerWorker.start().',
    })
    console.error(error)
    const rejected = Promise.reject(error)
    rejected.catch(() => {})
    this.#settleReady(rejected)
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
  async history(): Promise<readonly Entry[]> {
    return this.#direct!.completed(await this.#call('history', {}))
  }

  async #call<Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> {
    await this.#ready
    return this.#ask!(name, call).finally(() => this.#direct?.called(name))
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

  async #begin(options: StartOptions): Promise<'worker' | 'page'> {
    const places = placesOf(options)
    // Before the channel: what it has not told yet it tells when the page is hidden, and the channel is closed then.
    this.#direct = new DirectLane({
      configuration: places.config.pathname,
      views: this.#views,
      tell: (notice) => {
        this.#channel?.postMessage(notice)
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
    if (hello.revision !== undefined) this.#channel?.postMessage({ kind: 'configuration' } satisfies Notice)
    for (const view of hello.sessions) this.#changed(view)
    // The user is back from the authorization server, and no worker was there to answer.
    if (/[?&]state=/.test(location.search)) {
      const next = await ask('finishSignIn', { url: location.href })
      if (next !== undefined) location.replace(next)
    }
    this.#by = by
    this.#workerProblem = problem
    return by
  }

  #by: Connection['by'] | undefined
  #workerProblem: BearerWorkerError | undefined

  /** Requests are covered in another way: the worker was lost, or is back. The store may have gone with it. */
  #connected({ by, hello, problem }: Connection): void {
    this.#workerProblem = problem
    if (this.#by && this.#by !== by) this.#ready = Promise.resolve(by)
    this.#by &&= by
    for (const view of hello.sessions) {
      this.#changed(view)
      // Other tabs may not have noticed yet.
      this.#channel?.postMessage({ kind: 'session', view } satisfies Notice)
    }
  }

  /** Notices come by a channel, which is closed while the page is in the back-forward cache. */
  #listen({ config }: Places): void {
    const open = () => {
      const channel = (this.#channel = new BroadcastChannel(`bearer-worker ${config.pathname}`))
      channel.onmessage = ({ data }: MessageEvent<unknown>) => {
        const notice = asNotice(data)
        if (!notice) return
        this.#direct?.heard(notice)
        this.#hear(notice)
      }
      const close = () => {
        channel.close()
        this.#channel = undefined
      }
      window.addEventListener('pagehide', close, { once: true })
    }
    open()
    const wake = (online: boolean) => void this.#call('wake', { online }).catch(() => {})
    window.addEventListener('pageshow', ({ persisted }) => {
      if (!persisted) return
      const shown = this.#views.epochs
      open()
      wake(false)
      // What it shows may be of a user who left meanwhile, also if another one came.
      void this.#call('hello', {}).then(
        ({ sessions }) =>
          sessions.some(({ name, epoch }) => shown.has(name) && epoch !== shown.get(name)) && location.reload(),
        () => {},
      )
    })
    window.addEventListener('online', () => wake(true))
    // At the window: an element may have the name of a function of the document.
    window.addEventListener('visibilitychange', () => isVisible() && wake(false), true)
  }
}

/** Calls when the page is loaded, in a turn of its own. */
function afterLoad(run: () => void): void {
  if (readyState() === 'complete') setTimeout(run)
  else window.addEventListener('load', () => setTimeout(run), { once: true })
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
