import { BearerWorkerError } from '../errors.ts'
import { readConfigurationFile } from '../io/configuration-file.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type { Notice } from '../protocol.ts'
import { capture } from './capture.ts'
import { enforce, enforceKept, type InForce, keep } from './configuration.ts'
import { History } from './history.ts'
import type { Match } from './match.ts'
import { bare } from './pattern.ts'
import type { Occasion, Platform } from './platform.ts'
import { respond } from './respond.ts'
import { Session } from './session.ts'

/** How long a good configuration waits for a newer one, and a missing one for the first. */
const RELOAD_MS = 2_000
const LOAD_MS = 10_000

/** The sessions of one configuration, and the requests to their resources. The same in a worker and in a page. */
export class Engine {
  readonly history: History
  readonly platform: Platform
  /** The last mistake; it stands in nobody's way while something good is in force. */
  problem: BearerWorkerError | undefined
  #inForce: InForce | undefined
  /** What the store has of it. A page can write that: the file is checked all the same when it is read. */
  #kept: unknown
  #checked: string | undefined
  #sessions = new Map<string, Session>()
  #booted: Promise<void> | undefined
  readonly #url: string
  readonly #key: string

  constructor(platform: Omit<Platform, 'record'>, configurationUrl: string) {
    this.history = new History(platform.tell)
    this.platform = { ...platform, record: (entry) => this.history.add(entry) }
    this.#url = configurationUrl
    this.#key = `configuration ${platform.configuration}`
  }

  /** What was in force before the worker stopped, with the sessions, in one look at the store; else the file. */
  boot(): Promise<void> {
    return (this.#booted ??= (async () => {
      const stored = await this.platform.store.readAll().catch(() => new Map<string, unknown>())
      this.#kept = stored.get(this.#key)
      this.#enforce(() => enforceKept(this.#kept, this.#url, this.platform.base))
      for (const session of this.#sessions.values()) session.adopt(stored)
      if (!this.#inForce) await this.#read(LOAD_MS)
      // A journal: a worker was stopped in the middle of a refresh. A server's grace is short, so it is tried at once.
      for (const session of this.#sessions.values())
        if (session.known?.journal) session.refresh(session.known, true).catch(() => {})
    })())
  }

  /** Reads the file anew. A bad one is told, and changes nothing. */
  async reload(): Promise<void> {
    await this.boot()
    await this.#read(this.#inForce ? RELOAD_MS : LOAD_MS)
  }

  get inForce(): InForce | undefined {
    return this.#inForce
  }

  /** All sessions, the default one first. Rejects when nothing good is in force. */
  async sessions(): Promise<readonly Session[]> {
    await this.boot()
    if (!this.#inForce) throw this.problem
    return [...this.#sessions.values()]
  }

  async session(name: unknown): Promise<Session> {
    const sessions = await this.sessions()
    const session = name === undefined ? sessions[0] : sessions.find((each) => each.name === name)
    if (session) return session
    const names = sessions.map((each) => `"${each.name}"`).join(', ')
    throw new BearerWorkerError({
      code: 'unknown-session',
      message: `There is no session ${JSON.stringify(name)} in the configuration. It has ${names}.`,
    })
  }

  /** Answers a request that matches. */
  respond(request: Request, match: Match, occasion: Occasion): Promise<Response> {
    const session = this.#sessions.get(match.session)!
    if (session.authorizationServer?.owns(request.url)) return this.platform.fetch(request)
    return match.as === 'capture'
      ? capture(request, session, this.platform)
      : respond(request, session, this.platform, occasion)
  }

  /** Whether this is a user's way back from an authorization server. */
  endsSignIn({ method, url }: { readonly method: string; readonly url: string }): boolean {
    return method === 'GET' && /[?&](code|state|error)=/.test(url) && this.#holderOf(url) !== undefined
  }

  /** Returns where to go from there; the outcome is in the session. */
  async finishSignIn(url: string): Promise<string> {
    const holder = this.#holderOf(url)!
    return holder.authorizationServer!.finish(
      url,
      async (name) => (name === undefined ? undefined : this.#sessions.get(name)) ?? holder,
    )
  }

  /** The first session whose `redirectUri` this is. */
  #holderOf(url: string): Session | undefined {
    for (const session of this.#sessions.values()) {
      const redirectUri = session.authorizationServer?.config.redirectUri
      if (redirectUri !== undefined && bare(new URL(redirectUri, this.platform.base)) === bare(new URL(url)))
        return session
    }
    return undefined
  }

  /** Whether a request is known to be nobody's, so that it need not be touched at all. */
  isIdle(match: Match): boolean {
    const record = match.as === 'resource' ? this.#sessions.get(match.session)?.known : undefined
    return record !== undefined && record.state !== 'active'
  }

  /** Another context of the origin tells something. */
  heard(notice: Notice): void {
    if (notice.kind !== 'changed') return
    for (const session of this.#sessions.values())
      if (session.key === notice.session) session.heard(notice.epoch, notice.generation)
  }

  /** Settles when no refresh is under way any more; undefined when none is. For `waitUntil`. */
  settled(): Promise<unknown> | undefined {
    for (const { underWay } of this.#sessions.values()) if (underWay) return underWay.then(() => this.settled())
    return undefined
  }

  /** The store was lost under us. */
  forget(): void {
    for (const session of this.#sessions.values()) session.forget()
  }

  async #read(limitMs: number): Promise<void> {
    const before = this.problem
    try {
      const text = await readConfigurationFile(this.platform.fetch, this.#url, limitMs)
      this.problem = undefined
      if (text === this.#checked) return
      this.#enforce(() => enforce(text, this.#url, this.platform.base))
      if (this.problem) throw this.problem
      this.#checked = text
      const kept = keep(this.#inForce!)
      if (JSON.stringify(kept) === JSON.stringify(this.#kept)) return
      this.#kept = kept
      await this.platform.store.swap(this.#key, () => kept).catch(() => {})
    } catch (error) {
      this.problem = error as BearerWorkerError
      if (before?.message !== this.problem.message)
        console.error(
          `Bearer Worker: ${this.problem.message}${this.#inForce ? '\nThe configuration that was in force stays.' : ''}`,
        )
    }
  }

  #enforce(make: () => InForce | undefined): void {
    try {
      const inForce = make()
      if (!inForce) return
      this.#sessions = new Map(inForce.configuration.sessions.map((config) => [config.name, this.#sessionOf(config)]))
      this.#inForce = inForce
    } catch (error) {
      this.problem = error as BearerWorkerError
    }
  }

  #sessionOf(config: SessionConfiguration): Session {
    const before = this.#sessions.get(config.name)
    if (!before || before.config.storage !== config.storage) return new Session(config, this.platform)
    before.configure(config)
    return before
  }
}
