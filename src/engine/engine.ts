import { BearerWorkerError } from '../errors.ts'
import { readConfigurationFile } from '../io/configuration-file.ts'
import type { Configuration, SessionConfiguration } from '../policy/configuration.ts'
import type { Notice } from '../protocol.ts'
import type { AuthorizationServers } from './authorization-server.ts'
import { addressOf } from './compiled-pattern.ts'
import { enforce, enforceStored, type InForce, toStored } from './configuration-in-force.ts'
import { History } from './history.ts'
import type { Match, Matchable, Verdict } from './matcher.ts'
import type { Occasion, Platform } from './platform.ts'
import { respond } from './respond.ts'
import { Session } from './session.ts'

/** How long a good configuration waits for a newer one, and a missing one for the first. */
const RELOAD_MS = 2_000
const LOAD_MS = 10_000

/** Parts that are loaded only where a configuration needs them. */
export interface Parts {
  /** The OAuth part. Rejects with a `BearerWorkerError` that says how to provide it. */
  readonly authorizationServers: () => Promise<AuthorizationServers>
}

/** The sessions of one configuration, and the requests to their resources. The same in a worker and in a page. */
export class Engine {
  readonly history: History
  readonly platform: Platform
  /** The last mistake; it prevents nothing while a good configuration is in force. */
  problem: BearerWorkerError | undefined
  #inForce: InForce | undefined
  /** The stored configuration. A page can write it: the file is checked all the same when it is read. */
  #stored: unknown
  #checked: string | undefined
  #sessions = new Map<string, Session>()
  #booted: Promise<void> | undefined
  #authorizationServers: AuthorizationServers | undefined
  readonly #url: string
  readonly #key: string
  readonly #parts: Parts

  constructor(platform: Omit<Platform, 'record' | 'authorizationServers'>, configurationUrl: string, parts: Parts) {
    this.history = new History(platform.tell)
    this.platform = {
      ...platform,
      record: (entry) => this.history.add(entry),
      authorizationServers: () => this.#authorizationServers,
    }
    this.#parts = parts
    this.#url = configurationUrl
    this.#key = `configuration ${platform.configuration}`
  }

  /** Restores the configuration and the sessions in one look at the store; without one, reads the file. */
  boot(): Promise<void> {
    this.#booted ??= this.#boot()
    return this.#booted
  }

  async #boot(): Promise<void> {
    const everything = await this.platform.store.readAll().catch(() => new Map<string, unknown>())
    this.#stored = everything.get(this.#key)
    await this.#enforce(() => enforceStored(this.#stored, this.#url, this.platform.base))
    for (const session of this.#sessions.values()) session.restore(everything)
    if (!this.#inForce) await this.#read(LOAD_MS)
    // A journal: a worker was stopped in the middle of a refresh. A server's grace is short, so it is tried at once.
    for (const session of this.#sessions.values()) {
      const { cached } = session.stored
      if (cached?.journal) session.refresh(cached, true).catch(() => {})
    }
  }

  /** Reads the file again. A bad one is reported, and changes nothing. */
  async reload(): Promise<void> {
    await this.boot()
    await this.#read(this.#inForce ? RELOAD_MS : LOAD_MS)
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  /** All sessions, the default one first. Rejects when no good configuration is in force. */
  async sessions(): Promise<readonly Session[]> {
    await this.boot()
    if (!this.#inForce) throw this.problem
    return [...this.#sessions.values()]
  }

  /** A session by its name, the default one without. Rejects with `unknown-session`. */
  async session(name: unknown): Promise<Session> {
    const sessions = await this.sessions()
    const session = name === undefined ? sessions[0] : sessions.find((each) => each.name === name)
    if (session) return session
    const names = sessions.map((each) => `"${each.name}"`).join(', ')
    const message = `There is no session ${JSON.stringify(name)} in the configuration. It has ${names}.`
    throw new BearerWorkerError({ code: 'unknown-session', message })
  }

  /** What a request is to the sessions, with the reason. Only while a configuration is in force. */
  judge(request: Matchable, hasHeader: (name: string) => boolean): Verdict {
    const verdict = this.#inForce!.matcher.judge(request, hasHeader)
    if (verdict.kind === 'mismatch' || !verdict.authorize) return verdict
    const { session } = verdict
    if (!this.#sessions.get(session)?.authorizationServer?.owns(request.url)) return verdict
    return verdict.capture ? { ...verdict, authorize: false } : { kind: 'mismatch', why: 'own-endpoint', session }
  }

  /** The match of a request; undefined when there is none, or no configuration is in force. */
  match(request: Matchable, hasHeader: (name: string) => boolean): Match | undefined {
    if (!this.#inForce) return undefined
    const verdict = this.judge(request, hasHeader)
    return verdict.kind === 'match' ? verdict : undefined
  }

  /** Answers a request that matches. */
  respond(request: Request, match: Match, occasion: Occasion): Promise<Response> {
    const session = this.#sessions.get(match.session)!
    const { fetch } = occasion
    return respond(request, match, { session, platform: fetch ? { ...this.platform, fetch } : this.platform, occasion })
  }

  /** Whether a navigation looks like a user's return from an authorization server: only `finishSignIn` can tell. */
  mayFinishSignIn({ method, url }: { readonly method: string; readonly url: string }): boolean {
    if (method !== 'GET' || !/[?&]state=/.test(url) || !/[?&](code|error)=/.test(url)) return false
    const address = addressOf(new URL(url))
    return [...this.#sessions.values()].some(({ authorizationServer }) => {
      const redirectUri = authorizationServer?.config.redirectUri
      return redirectUri !== undefined && addressOf(new URL(redirectUri, this.platform.base)) === address
    })
  }

  /**
   * Finishes the sign-in that a URL ends. Resolves with the URL to go on to; the outcome is in the session. Resolves
   * with undefined for a URL that ends no sign-in which was begun here: it is the site's own.
   */
  async finishSignIn(request: { readonly method: string; readonly url: string }): Promise<string | undefined> {
    if (!this.mayFinishSignIn(request)) return undefined
    const pending = await this.#authorizationServers?.pendingSignIn(new URL(request.url), this.platform)
    const session = pending && this.#sessions.get(pending.session)
    if (!session?.authorizationServer) return undefined
    const result = await pending!.finish(session.authorizationServer)
    if (result.kind === 'tokens') await session.signIn(result.tokens, result.sentAt)
    else await session.noteReason(result.reason)
    return pending!.returnTo
  }

  /** Whether it is known that nobody is signed in, so that the request need not be touched at all. */
  isIdle({ session, capture }: Match): boolean {
    if (capture) return false
    const record = this.#sessions.get(session)?.stored.cached
    return record !== undefined && record.state !== 'active'
  }

  /** Another context of the origin sent a notice. */
  heard(notice: Notice): void {
    if (notice.kind !== 'changed') return
    for (const session of this.#sessions.values()) {
      if (session.stored.key === notice.session) session.heard(notice.epoch, notice.generation)
    }
  }

  /** Resolves when no refresh is under way any more; undefined when none is. For `waitUntil`. */
  refreshing(): Promise<unknown> | undefined {
    for (const { underWay } of this.#sessions.values()) {
      if (underWay) return underWay.then(() => this.refreshing())
    }
    return undefined
  }

  /** The database was lost: what memory holds may be outdated. */
  invalidate(): void {
    for (const session of this.#sessions.values()) session.stored.invalidate()
  }

  async #read(limitMs: number): Promise<void> {
    const before = this.problem
    try {
      const text = await readConfigurationFile(this.platform.fetch, this.#url, limitMs)
      this.problem = undefined
      if (text === this.#checked) return
      await this.#enforce(() => enforce(text, this.#url, this.platform.base))
      if (this.problem) throw this.problem
      this.#checked = text
      await this.#store(this.#inForce!)
    } catch (error) {
      this.problem = error as BearerWorkerError
      if (before?.message === this.problem.message) return
      const kept = this.#inForce ? '\nThe configuration that was in force stays.' : ''
      console.error(`Bearer Worker: ${this.problem.message}${kept}`)
    }
  }

  async #store(inForce: InForce): Promise<void> {
    const stored = toStored(inForce)
    if (JSON.stringify(stored) === JSON.stringify(this.#stored)) return
    this.#stored = stored
    await this.platform.store.swap(this.#key, () => stored).catch(() => {})
  }

  async #enforce(make: () => InForce | undefined): Promise<void> {
    try {
      const inForce = make()
      if (!inForce) return
      await this.#loadParts(inForce.configuration)
      this.#sessions = new Map(inForce.configuration.sessions.map((config) => [config.name, this.#sessionOf(config)]))
      this.#inForce = inForce
    } catch (error) {
      this.problem = error as BearerWorkerError
    }
  }

  /** Loads what the configuration needs. Throws when a part is missing: then the configuration is not put in force. */
  async #loadParts({ sessions }: Configuration): Promise<void> {
    if (this.#authorizationServers || !sessions.some(({ authorizationServer }) => authorizationServer)) return
    this.#authorizationServers = await this.#parts.authorizationServers()
  }

  #sessionOf(config: SessionConfiguration): Session {
    const before = this.#sessions.get(config.name)
    if (!before || before.config.storage !== config.storage) return new Session(config, this.platform)
    before.configure(config)
    return before
  }
}
