import { BearerWorkerError } from '../errors.ts'
import { decide, type Decision, hasAccessToken } from '../policy/decide.ts'
import { noAccountOfVault, sessionKey } from '../policy/account.ts'
import { withoutPauses } from '../policy/api-tokens.ts'
import { blank, ended, signedIn, signedOut, viewOf } from '../policy/record.ts'
import { isRefreshable } from '../policy/refresh-credential.ts'
import { pauseOver } from '../policy/schedule.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type {
  ActiveRecord,
  AuthorizedRecord,
  Epoch,
  Generation,
  Pause,
  Reason,
  SessionRecord,
  TokenResponse,
} from '../policy/vocabulary.ts'
import { memoryStore } from '../io/session-store.ts'
import type { SessionView } from '../protocol.ts'
import { ApiTokens } from './api-tokens.ts'
import type { AuthorizationServer, Prover } from './authorization-server.ts'
import type { Authorizer, SessionOfApis } from './authorizer.ts'
import { OneRefresh } from './one-refresh.ts'
import type { Platform } from './platform.ts'
import { refresh } from './refresh.ts'
import type { Refreshed } from './refresh-job.ts'
import { Refusals } from './refusals.ts'
import { revoke } from './revoke.ts'
import { SessionServers } from './session-servers.ts'
import { StoredRecord } from './stored-record.ts'
import type { TokenSource } from './token-source.ts'
import type { Vault } from './vault.ts'
import { adoptByVault } from './vault-token-source.ts'

/** Whose session it is, where that is a named account. */
export interface Account {
  readonly name: string
  /** The session of the same name without an account. */
  readonly base: Session
}

/** One session: its stored record, its servers, and the one refresh that may be under way. */
export class Session implements SessionOfApis {
  readonly name: string
  readonly account: string | undefined
  /** Of a named account: the session of the same name without one. */
  readonly base: Session | undefined
  readonly stored: StoredRecord
  readonly refusals = new Refusals(() => this.#platform.now())
  config!: SessionConfiguration
  readonly #servers: SessionServers
  readonly #refresh = new OneRefresh(() => this.announce())
  /** Access tokens beside its own, by the keys of their APIs. */
  readonly #apis = new Map<string, ApiTokens>()
  /** The configuration has no such session any more. */
  #isRetired = false
  /** Aborted when the user leaves or another signs in: stops what goes on for the one before. */
  #epochOver: AbortController | undefined
  readonly #platform: Platform

  constructor(config: SessionConfiguration, platform: Platform, account?: Account) {
    const { configuration, now } = platform
    const { name } = config
    this.name = name
    this.account = account?.name
    this.base = account?.base
    this.#platform = platform
    const store = config.storage === 'memory' ? memoryStore() : platform.store
    const key = sessionKey(configuration, name, this.account)
    this.stored = new StoredRecord({
      key,
      name,
      store,
      now,
      onMoved: () => {
        this.authorizationServer?.moved()
        this.announce()
      },
    })
    this.#servers = new SessionServers({ name, account: this.account, base: this.base, store, key }, platform)
    this.configure(config)
  }

  /** A newer configuration is in force. */
  configure(config: SessionConfiguration): void {
    this.config = config
    this.#servers.configure(config)
  }

  /** Where a new access token comes from; undefined where no refresh is configured. */
  get tokenSource(): TokenSource | undefined {
    return this.#servers.tokenSource
  }

  get authorizationServer(): AuthorizationServer | undefined {
    return this.#servers.authorizationServer
  }

  /** Where its refresh token lives, if it lives elsewhere. */
  get vault(): Vault | undefined {
    return this.#servers.vault
  }

  /** What makes the proofs of a token that is bound to a key; undefined for any other token. */
  proverOf(record: AuthorizedRecord): Promise<Prover> | undefined {
    return this.#servers.proverOf(record)
  }

  /** The configuration in force has no such session any more: no secret of it leaves. */
  retire(): void {
    this.#isRetired = true
    this.#endEpoch()
  }

  /**
   * Resolves with undefined once it is known from the file where secrets of this session go: a script of a page can have
   * written what is stored. Resolves with the problem when that is not known.
   */
  async unconfirmed(): Promise<BearerWorkerError | undefined> {
    const problem = await this.#platform.unconfirmed()
    if (problem || !this.#isRetired) return problem
    const message = `The configuration has no session "${this.name}" any more.`
    return new BearerWorkerError({ code: 'unknown-session', message })
  }

  /** Whether its requests may need proofs. Of a vault, only the token says so. */
  get needsProofs(): boolean {
    return this.#servers.needProofs(this.stored.current)
  }

  /** Aborted when what goes on for the present user is over. */
  get epochOver(): AbortSignal {
    return (this.#epochOver ??= new AbortController()).signal
  }

  get refreshable(): boolean {
    return isRefreshable(this.stored.current, this.tokenSource?.by)
  }

  /** Names the account in views and entries, where there is one. */
  get named(): { readonly account?: string } {
    return this.account === undefined ? {} : { account: this.account }
  }

  /** What authorizes requests with the access token of an API; without one, the session itself. */
  for(api: string | undefined): Authorizer {
    if (api === undefined) return this
    const made = this.#apis.get(api) ?? new ApiTokens({ session: this, api, platform: this.#platform })
    this.#apis.set(api, made)
    return made
  }

  get view(): SessionView {
    const record = this.stored.current
    const isRefreshing = this.#allRunning.length > 0 && record.state !== 'ended'
    const view = { ...viewOf(this.name, record, isRefreshing), ...this.named }
    return this.refusals.isIneffective ? { ...view, reason: 'refresh-ineffective' } : view
  }

  /** What to do with a request to a resource of this session, before it is sent. */
  decide(record: SessionRecord): Decision {
    const now = this.#platform.now()
    // The vault need not be asked again at once.
    const isKnown = this.vault?.saidNo(now) && record.state !== 'active'
    return decide(record, isKnown ? undefined : this.tokenSource?.by, now)
  }

  /** Whether a server refused this token, and a refresh that replaces it is under way. */
  isReplacing(accessToken: string): boolean {
    return this.#refresh.running !== undefined && accessToken === this.refusals.token
  }

  /** A server refused the token of this record. */
  refused({ accessToken, generation }: AuthorizedRecord): void {
    if (this.refusals.add(accessToken, generation)) this.announce()
  }

  /** Uses what a starting worker has read of everything in one transaction. What is kept in memory was never stored. */
  restore(everything: ReadonlyMap<string, unknown>): void {
    if (this.config.storage === 'memory') return
    this.stored.restore(everything.get(this.stored.key))
    this.authorizationServer?.restore(everything)
  }

  /** Another context committed a state. */
  heard(epoch: Epoch, generation: Generation): void {
    const { current } = this.stored
    this.stored.invalidate()
    if (current === blank || (current.epoch === epoch && current.generation === generation)) return
    // What the store says counts: any script of the origin can send a notice.
    this.stored.reread().then(
      (record) => record.epoch !== current.epoch && this.#endEpoch(),
      () => {},
    )
  }

  async signIn(tokens: TokenResponse, sentAt: number): Promise<SessionView> {
    if (this.base && this.config.vault !== undefined) throw noAccountOfVault(this.name)
    const { now, random } = this.#platform
    const kept = this.vault ? await adoptByVault(this.name, this.vault, { tokens, sentAt, now: now() }) : tokens
    const receipt = { sentAt, now: now(), lifetimeSeconds: this.config.lifetimeSeconds, random: random() }
    const before = await this.stored.read().catch(() => blank)
    const after = await this.stored.write((stored) => signedIn(stored, kept, receipt))
    if (after.epoch !== before.epoch) this.#endEpoch()
    for (const { refusals } of [this, ...this.#apis.values()]) refusals.reset()
    this.#committed(after)
    return this.view
  }

  /** Forgets the tokens, everywhere, before anything else. Resolves with what was forgotten. */
  async signOut(): Promise<SessionRecord> {
    const before = await this.stored.read().catch(() => blank)
    this.#endEpoch()
    const now = this.#platform.now()
    this.stored.replaceCopy(signedOut(before, now))
    this.#committed(await this.stored.write((stored) => signedOut(stored, now)))
    return before
  }

  /** The token is past its lifetime, refused, and cannot be refreshed. */
  async expire(record: ActiveRecord): Promise<void> {
    this.#committed(await this.stored.change(record, ended(record, 'expired')))
  }

  /** Says why a sign-in failed. The tokens that are there, if any, stay. */
  async noteReason(reason: Reason): Promise<void> {
    this.#committed(await this.stored.write((stored) => ({ ...stored, reason })))
  }

  /** Ends pauses of this kind, of its APIs too: what they waited for has happened. */
  async resume(kind: Pause['kind']): Promise<void> {
    if (!withoutPauses(await this.stored.read(), kind)) return
    await this.stored.write((stored) => withoutPauses(stored, kind))
    this.announce()
  }

  /** Joins the one refresh, or begins it. `force` also tries during a pause. */
  refresh(seen: SessionRecord, force = false): Promise<Refreshed> {
    const { pause } = seen
    const isPaused = pause && !pauseOver(pause, this.#platform.now(), hasAccessToken(seen, this.refusals.token))
    if (isPaused && !force && !this.#refresh.running) return Promise.resolve({ kind: 'failed', record: seen, pause })
    return this.#refresh.join(() => this.#begin(seen, force))
  }

  /** Resolves when the refreshes that are under way have ended; undefined when none is. */
  get underWay(): Promise<unknown> | undefined {
    return this.#allRunning.length > 0 ? Promise.allSettled(this.#allRunning) : undefined
  }

  get #allRunning(): readonly Promise<Refreshed>[] {
    return [this.#refresh.running, ...[...this.#apis.values()].map(({ running }) => running)].flatMap(
      (each) => each ?? [],
    )
  }

  async #begin(seen: SessionRecord, force: boolean): Promise<Refreshed> {
    // Reads the metadata meanwhile; that request contains no secret.
    void this.tokenSource?.ready()
    const problem = await this.unconfirmed()
    const { tokenSource: source } = this
    if (!source) return { kind: 'signed-out', record: blank }
    const refreshed = await refresh({
      session: this.name,
      named: this.named,
      config: this.config,
      stored: this.stored,
      source,
      prevented: problem && { kind: 'for-now', ambiguous: false, answered: false, reason: problem.code },
      platform: this.#platform,
      seen,
      force,
      refusedToken: this.refusals.token,
      signal: this.epochOver,
      onCommitted: (record) => this.#committed(record),
    })
    if (refreshed.record.state !== 'active' && refreshed.kind !== 'failed') this.vault?.heardNo(this.#platform.now())
    if (refreshed.unwanted) void revoke(this, refreshed.unwanted, this.#platform)
    return refreshed
  }

  /** Sends the notices of a committed state to the pages and workers of this origin. */
  #committed({ epoch, generation }: SessionRecord): void {
    this.#platform.tell({ kind: 'changed', session: this.stored.key, epoch, generation })
    this.announce()
  }

  /** The stored record has changed. */
  changed(): void {
    this.#committed(this.stored.current)
  }

  announce(): void {
    this.#platform.tell({ kind: 'session', view: this.view })
  }

  #endEpoch(): void {
    this.#epochOver?.abort()
    this.#epochOver = undefined
    this.#refresh.forget()
    for (const api of this.#apis.values()) api.forget()
  }
}
