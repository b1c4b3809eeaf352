import { type Api, nameOf } from '../policy/api-tokens.ts'
import { type Decision, hasAccessToken, isAuthorized } from '../policy/decide.ts'
import { blank } from '../policy/record.ts'
import { isRefreshable } from '../policy/refresh-credential.ts'
import { pauseOver } from '../policy/schedule.ts'
import type { AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import type { Authorizer, SessionOfApis } from './authorizer.ts'
import { OneRefresh } from './one-refresh.ts'
import type { Platform } from './platform.ts'
import { refresh } from './refresh.ts'
import type { Refreshed } from './refresh-job.ts'
import { Refusals } from './refusals.ts'
import { revoke } from './revoke.ts'
import { StoredApi } from './stored-api.ts'

/** Most refreshes for one request, where the same user signs in again during each of them. */
const ROUNDS = 3

interface Options {
  /** Key of the API. */
  readonly api: string
  readonly session: SessionOfApis
  readonly platform: Platform
}

/** The access token of one API of a session: fetched at its first use, with the session's refresh token and under its lock. */
export class ApiTokens implements Authorizer {
  readonly stored: StoredApi
  readonly refusals = new Refusals(() => this.#options.platform.now())
  readonly #refresh = new OneRefresh(() => this.#session.announce())
  readonly #options: Options

  constructor(options: Options) {
    const { session, api } = options
    this.#options = options
    this.stored = new StoredApi(session.stored, api)
  }

  get name() {
    return this.#session.name
  }

  get named() {
    const api = this.#configured
    return { ...this.#session.named, ...(api && { resource: nameOf(api) }) }
  }

  get config() {
    return this.#session.config
  }

  get authorizationServer() {
    return this.#session.authorizationServer
  }

  get vault() {
    return this.#session.vault
  }

  get refreshable(): boolean {
    return isRefreshable(this.stored.current, this.#session.tokenSource?.by)
  }

  /** The refresh that is under way. */
  get running(): Promise<Refreshed> | undefined {
    return this.#refresh.running
  }

  decide(record: SessionRecord): Decision {
    return this.#session.decide(record)
  }

  proverOf(record: AuthorizedRecord) {
    return this.#session.proverOf(record)
  }

  isReplacing(accessToken: string): boolean {
    return this.#refresh.running !== undefined && accessToken === this.refusals.token
  }

  refused({ accessToken, generation }: AuthorizedRecord): void {
    this.refusals.add(accessToken, generation)
  }

  refresh(seen: SessionRecord, force = false): Promise<Refreshed> {
    const pause = this.#pauseOf(seen)
    if (pause && !force && !this.running) return Promise.resolve({ kind: 'failed', record: seen, pause })
    return this.#refresh.join(() => this.#begin(seen, force))
  }

  /** The session itself goes on. */
  async expire(): Promise<void> {}

  /** What is under way is for a user who has left. */
  forget(): void {
    this.#refresh.forget()
  }

  get #session(): SessionOfApis {
    return this.#options.session
  }

  /** As the configuration in force has it: it alone says what is asked for. */
  get #configured(): Api | undefined {
    return this.config.resources.find(({ api }) => api?.key === this.#options.api)?.api
  }

  /** The pause that keeps from a refresh now. A token endpoint that fails for the session's own token is in trouble. */
  #pauseOf(seen: SessionRecord) {
    const now = this.#options.platform.now()
    const { pause: own } = this.#session.stored.current
    if (!pauseOver(seen.pause, now, hasAccessToken(seen, this.refusals.token))) return seen.pause
    return own?.kind === 'for-now' && !pauseOver(own, now, true) ? own : undefined
  }

  async #begin(seen: SessionRecord, force: boolean): Promise<Refreshed> {
    let before = seen
    for (let round = 1; ; round++) {
      const begun = await this.#signedIn(before)
      if (begun.kind !== 'moved') return begun
      const refreshed = await this.#refreshOnce(begun.record, force)
      if (refreshed.kind === 'failed' && refreshed.doubtful) return (await this.#endOfSession()) ?? refreshed
      // The same user has signed in again meanwhile, which removes the tokens of APIs.
      const isLost =
        refreshed.kind === 'moved' && !isAuthorized(refreshed.record) && refreshed.record.epoch === seen.epoch
      if (!isLost || round === ROUNDS) return refreshed
      before = refreshed.record
    }
  }

  /** Where nobody is signed in, the session itself begins first, if it can. */
  async #signedIn(seen: SessionRecord): Promise<Refreshed> {
    if (seen.state === 'active') return { kind: 'moved', record: seen }
    const begun = await this.#session.refresh(seen)
    if (begun.kind !== 'success' && begun.kind !== 'moved') return begun
    const record = await this.stored.read()
    return record.state === 'active' ? { kind: 'moved', record } : { kind: 'signed-out', record: blank }
  }

  async #refreshOnce(seen: SessionRecord, force: boolean): Promise<Refreshed> {
    const { platform } = this.#options
    const session = this.#session
    void session.tokenSource?.ready()
    const problem = await session.unconfirmed()
    const { tokenSource: source } = session
    const api = this.#configured
    if (!source || !api) return { kind: 'signed-out', record: blank }
    const refreshed = await refresh({
      session: this.name,
      named: this.named,
      api,
      config: this.config,
      stored: this.stored,
      source,
      prevented: problem && { kind: 'for-now', ambiguous: false, answered: false, reason: problem.code },
      platform,
      seen,
      force,
      refusedToken: this.refusals.token,
      signal: session.epochOver,
      onCommitted: () => session.changed(),
    })
    if (refreshed.unwanted) void revoke(session, refreshed.unwanted, platform)
    return refreshed
  }

  /** Asks for the session's own token: only what a server says of that one ends the session. */
  async #endOfSession(): Promise<Refreshed | undefined> {
    const own = await this.#session.refresh(await this.#session.stored.read(), true)
    return own.kind === 'ended' || own.kind === 'signed-out' ? own : undefined
  }
}
