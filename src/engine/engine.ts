import { BearerWorkerError } from '../errors.ts'
import type { Configuration, SessionConfiguration } from '../policy/configuration.ts'
import type { Notice } from '../protocol.ts'
import { Accounts } from './accounts.ts'
import type { Admission } from './admission.ts'
import type { AuthorizationServers } from './authorization-server.ts'
import { Choices } from './choices.ts'
import type { InForce, ReadFile } from './configuration-in-force.ts'
import { CurrentConfiguration } from './current-configuration.ts'
import { History } from './history.ts'
import type { Match, Matchable, OwnHeader, Verdict } from './matcher.ts'
import type { Parts } from './parts.ts'
import type { Occasion, Platform } from './platform.ts'
import { respond } from './respond.ts'
import { Session } from './session.ts'
import { endSignIn, mayEndSignIn } from './sign-in-return.ts'

/** The file of a configuration. */
interface ConfigurationFile {
  readonly url: string
  readonly script: string
  /** Checks its content: that of an app by default. */
  readonly read?: ReadFile | undefined
}

/** The sessions of one configuration, and the requests to their resources. The same in a worker and in a page. */
export class Engine {
  readonly history: History
  readonly platform: Platform
  /** Which account each client of this realm goes as. */
  readonly choices: Choices
  readonly #accounts: Accounts
  readonly #current: CurrentConfiguration
  #sessions = new Map<string, Session>()
  #booted: Promise<void> | undefined
  #authorizationServers: AuthorizationServers | undefined
  readonly #parts: Parts

  constructor(
    platform: Omit<Platform, 'record' | 'authorizationServers' | 'unconfirmed'>,
    { url, script, read }: ConfigurationFile,
    parts: Parts,
  ) {
    this.history = new History(platform.tell)
    this.platform = {
      ...platform,
      record: (entry) => this.history.add(entry),
      authorizationServers: () => this.#authorizationServers,
      unconfirmed: () => this.#current.unconfirmed(),
    }
    this.choices = new Choices(this.platform)
    this.#accounts = new Accounts(this.platform)
    this.#parts = parts
    const { fetch, base, store, configuration, tell } = platform
    const key = `configuration ${configuration}`
    const apply = (configuration: Configuration) => this.#apply(configuration)
    const needsNewWorker = ({ code }: BearerWorkerError) =>
      code === 'part-unavailable' && this.#parts.needNewWorker?.() === true
    this.#current = new CurrentConfiguration({
      fetch,
      base,
      store,
      url,
      script,
      read,
      key,
      apply,
      needsNewWorker,
      tell,
    })
  }

  /** Restores the configuration and the sessions in one look at the store; without a stored one, waits for the file. */
  boot(): Promise<void> {
    this.#booted ??= this.#boot()
    return this.#booted
  }

  async #boot(): Promise<void> {
    const { store } = this.platform
    const everything = await store.readAll().catch(() => undefined)
    await this.#current.begin(everything?.get(`configuration ${this.platform.configuration}`))
    if (!everything) return
    this.choices.restore(everything)
    for (const session of this.#sessions.values()) session.restore(everything)
    this.#accounts.restore(everything, this.#sessions)
    // A journal: a worker was stopped in the middle of a refresh. A server's grace is short, so it is tried at once.
    for (const session of this.#all) {
      const { cached } = session.stored
      if (cached?.journal) session.refresh(cached, true).catch(() => {})
    }
  }

  /**
   * Reads the file again. A bad one is reported, and changes nothing. Without `keeps`, a good one is not stored: a worker
   * that is being installed may never be used, and the one in use starts with what is stored.
   */
  async reload({ keeps = true } = {}): Promise<void> {
    this.#current.keeps = keeps
    await this.boot()
    await this.#current.reload()
  }

  /** The worker was installed, and is in use from now on. */
  beginUse(): void {
    this.#current.beginUse()
  }

  /** The last mistake; it prevents nothing while a good configuration is in force. */
  get problem(): BearerWorkerError | undefined {
    return this.#current.problem
  }

  /** Whether the newest configuration is not in force because a part is missing. */
  get lacksPart(): boolean {
    return this.problem?.code === 'part-unavailable'
  }

  get inForce(): InForce | undefined {
    return this.#current.inForce
  }

  /** All sessions of one account, the default one first. Rejects when no good configuration is in force. */
  async sessions(account?: string): Promise<readonly Session[]> {
    await this.boot()
    if (!this.inForce) throw this.#current.problem
    return [...this.#sessions.values()].map((session) => this.#accounts.of(session, account))
  }

  /** Names of the accounts that are signed in. Rejects when no good configuration is in force. */
  async accounts(): Promise<readonly string[]> {
    return this.#accounts.signedIn(await this.sessions())
  }

  /** Every session that there is: of each account that was asked for. */
  get #all(): readonly Session[] {
    return [...this.#sessions.values(), ...this.#accounts.all]
  }

  /** The session that a match is for; undefined where the configuration has it no more. */
  #sessionOfMatch({ session: name, account }: Match): Session | undefined {
    const session = this.#sessions.get(name)
    return session && this.#accounts.of(session, account)
  }

  /** A session by its name, the default one without. Rejects with `unknown-session`, or with `part-unavailable`. */
  async session(name: unknown, account?: string): Promise<Session> {
    const sessions = await this.sessions(account)
    const session = name === undefined ? sessions[0] : sessions.find((each) => each.name === name)
    if (session) return session
    // The newest configuration may have it.
    if (this.lacksPart) throw this.problem
    const names = sessions.map((each) => `"${each.name}"`).join(', ')
    const message = `There is no session ${JSON.stringify(name)} in the configuration. It has ${names}.`
    throw new BearerWorkerError({ code: 'unknown-session', message })
  }

  /** The same, once it is known from the file where secrets may go. Rejects with the problem when that is not known. */
  async confirmedSession(name: unknown, account?: string): Promise<Session> {
    await this.boot()
    const problem = await this.#current.unconfirmed()
    if (problem) throw problem
    return this.session(name, account)
  }

  /** What a request is to the sessions, with the reason. Only while a configuration is in force. */
  verdictOn(request: Matchable, ownHeader: OwnHeader): Verdict {
    const verdict = this.inForce!.matcher.verdictOn(request, ownHeader)
    if (verdict.kind === 'mismatch' || !verdict.authorize) return verdict
    const { session } = verdict
    if (!this.#owns(session, request.url)) return verdict
    return verdict.capture !== undefined
      ? { ...verdict, authorize: false }
      : { kind: 'mismatch', why: 'own-endpoint', session }
  }

  /** The match of a request; undefined when there is none, or no configuration is in force. */
  match(request: Matchable, ownHeader: OwnHeader, account?: string): Match | undefined {
    if (!this.inForce) return undefined
    const verdict = this.verdictOn(request, ownHeader)
    if (verdict.kind !== 'match') return undefined
    return account === undefined ? verdict : { ...verdict, account }
  }

  /**
   * Whether a session still lists a URL for the access token of this API: a newer configuration may be in force than when its
   * request began.
   */
  lists(session: string, url: string, api?: string): boolean {
    return this.inForce?.matcher.lists(session, url, api) === true && !this.#owns(session, url)
  }

  /** Key of the API whose access token a URL of a session gets; undefined for the session's own. */
  apiOf(session: string, url: string): string | undefined {
    return this.inForce?.matcher.apiOf(session, url)
  }

  /**
   * Lets a request that matches go on. A sign-in waits until it is known from the file where its tokens may go, and so does a
   * request for whose API an access token has to be asked for; the file may have put a newer configuration in force meanwhile,
   * so the request is then matched again.
   * @param match of this very moment: call this at once after `match()`
   */
  async admit(request: Matchable, ownHeader: OwnHeader, match: Match): Promise<Admission> {
    const session = this.#sessionOfMatch(match)
    if (!session) return { kind: 'mismatch' }
    const matchedBy = this.inForce
    if (match.capture === undefined) {
      if (match.api !== undefined && (await isAskedFor(session, match.api))) await this.#current.unconfirmed()
      if (this.inForce === matchedBy) return this.#admitted(request.url, match)
    } else if (await this.#current.unconfirmed()) return { kind: 'unconfirmed', session }
    const current = this.match(request, ownHeader, match.account)
    return current ? this.#admitted(request.url, current) : { kind: 'mismatch' }
  }

  #admitted(url: string, match: Match): Admission {
    const session = this.#sessionOfMatch(match)
    if (!session) return { kind: 'mismatch' }
    const matchedBy = this.inForce
    // What was matched by the configuration in force need not be matched again. Metadata may have been read since.
    const isListed = () =>
      this.inForce === matchedBy ? !this.#owns(match.session, url) : this.lists(match.session, url, match.api)
    return { kind: 'admitted', match, session, isListed }
  }

  /** Answers a request that matches. */
  async respond(request: Request, match: Match, occasion: Occasion): Promise<Response> {
    const { platform } = this
    const admission = await this.admit(request, (name) => request.headers.get(name), match)
    switch (admission.kind) {
      case 'admitted':
        return respond(request, { ...admission, platform, occasion })
      case 'unconfirmed':
        return Response.error()
      case 'mismatch':
        return platform.fetch(request)
    }
  }

  /** Whether a navigation looks like a user's return from an authorization server: only `finishSignIn` can tell. */
  mayFinishSignIn(request: { readonly method: string; readonly url: string }): boolean {
    return mayEndSignIn(request, this.#sessions.values(), this.platform.base)
  }

  /**
   * Finishes the sign-in that a URL ends. Resolves with the URL to go on to; the outcome is in the session. Resolves
   * with undefined for a URL that ends no sign-in which was begun here: it is the site's own.
   */
  async finishSignIn(request: { readonly method: string; readonly url: string }): Promise<string | undefined> {
    if (!this.mayFinishSignIn(request)) return undefined
    const problem = await this.#current.unconfirmed()
    const pending = await this.#authorizationServers?.pendingSignIn(new URL(request.url), this.platform)
    const base = pending && this.#sessions.get(pending.session)
    return base && endSignIn(pending, this.#accounts.of(base, pending.account), problem)
  }

  /** Whether nobody is signed in, as far as the copy in memory is valid: then the request is left to the browser. */
  isIdle(match: Match): boolean {
    if (match.capture !== undefined) return false
    const held = this.#sessionOfMatch(match)?.for(match.api)
    const record = held?.stored.cached
    return record !== undefined && held?.decide(record).kind === 'untouched'
  }

  /** Another context of the origin sent a notice. */
  heard(notice: Notice): void {
    if (notice.kind === 'entries' && notice.direct) this.history.keep(notice.entries)
    if (notice.kind !== 'changed') return
    this.choices.heard(notice.session)
    for (const session of this.#all) {
      if (session.stored.key === notice.session) session.heard(notice.epoch, notice.generation)
    }
  }

  /** Resolves when no refresh is under way any more; undefined when none is. For `waitUntil`. */
  refreshing(): Promise<unknown> | undefined {
    for (const { underWay } of this.#all) {
      if (underWay) return underWay.then(() => this.refreshing())
    }
    return undefined
  }

  /** The database was lost: what memory holds may be outdated. */
  invalidate(): void {
    for (const session of this.#all) session.stored.invalidate()
  }

  #owns(session: string, url: string): boolean {
    return this.#sessions.get(session)?.authorizationServer?.owns(url) === true
  }

  async #apply(configuration: Configuration): Promise<void> {
    await this.#loadParts(configuration)
    const before = [...this.#sessions.values()]
    this.#sessions = new Map(configuration.sessions.map((config) => [config.name, this.#sessionOf(config)]))
    for (const session of before) if (this.#sessions.get(session.name) !== session) session.retire()
    this.#accounts.configure(this.#sessions)
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

/** Whether an access token of an API has to be asked for first. */
async function isAskedFor(session: Session, api: string): Promise<boolean> {
  const { stored } = session.for(api)
  return session.decide(stored.cached ?? (await stored.read())).kind === 'hold'
}
