import { BearerWorkerError } from '../errors.ts'
import { asRecord, blank, isRefreshable, signedIn, signedOut, viewOf, withRefresh } from '../policy/record.ts'
import { pauseOver } from '../policy/schedule.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type { Journal, Pause, SessionRecord, TokenResponse } from '../policy/vocabulary.ts'
import { effective, isIneffective, refreshWasted, type Effectiveness } from '../policy/effectiveness.ts'
import { memoryStore, type SessionStore } from '../io/session-store.ts'
import type { SessionView } from '../protocol.ts'
import { isWhole } from '../version.ts'
import { AuthorizationServer } from './authorization-server.ts'
import type { Platform } from './platform.ts'
import { refresh, type Refreshed } from './refresh.ts'
import { describedByHand, type TokenSource } from './token-source.ts'

/** How old what memory holds may be before the store is looked at again, in passing. */
const RELOOK_MS = 1_000

/** One session: a cache over its stored record, and the one refresh that may be under way. */
export class Session {
  readonly name: string
  readonly key: string
  config!: SessionConfiguration
  cookieRefresh!: boolean
  /** How a new access token is had, if there is a way. */
  tokenSource: TokenSource | undefined
  authorizationServer: AuthorizationServer | undefined
  /** Whether new tokens help: counts those that were refused again. */
  effectiveness: Effectiveness = effective
  /** The last token that a resource server refused: a refresh that brings it again brings nothing. */
  refused: string | undefined
  /** Raised when the user leaves or another signs in: stops what goes on for the one before. */
  #gaveUp: AbortController | undefined
  #record: SessionRecord | undefined
  #lookedAt = 0
  /** Another context may have written the store, or it was lost: memory serves only while it cannot be read. */
  #stale = false
  /** What memory holds could not be written: the store fails. */
  #unsaved = false
  #wastedGeneration = 0
  #running: Promise<Refreshed> | undefined
  readonly #store: SessionStore
  readonly #platform: Platform

  constructor(config: SessionConfiguration, platform: Platform) {
    this.name = config.name
    this.#platform = platform
    this.#store = config.storage === 'memory' ? memoryStore() : platform.store
    this.key = `${platform.configuration} ${config.name}`
    this.configure(config)
  }

  /** A newer configuration is in force. */
  configure(config: SessionConfiguration): void {
    const { refresh, authorizationServer } = config
    this.config = config
    this.cookieRefresh = refresh?.body === 'none'
    if (JSON.stringify(authorizationServer) !== JSON.stringify(this.authorizationServer?.config))
      this.authorizationServer =
        isWhole && authorizationServer
          ? new AuthorizationServer(authorizationServer, this.#platform, this.#store, this.key)
          : undefined
    this.tokenSource = refresh && !refresh.by ? describedByHand(refresh, this.#platform) : this.authorizationServer
  }

  /** What memory holds; undefined before the store was read, or after it was lost. */
  get known(): SessionRecord | undefined {
    if (this.#stale) return undefined
    if (this.#record && Math.abs(this.#platform.now() - this.#lookedAt) > RELOOK_MS) {
      this.#lookedAt = this.#platform.now()
      void this.look()
    }
    return this.#record
  }

  get gaveUp(): AbortSignal {
    return (this.#gaveUp ??= new AbortController()).signal
  }

  get refreshable(): boolean {
    return this.tokenSource !== undefined && isRefreshable(this.#record ?? blank, this.cookieRefresh)
  }

  /** Whether a server refused this token, and its successor is on the way. */
  isReplacing({ accessToken }: SessionRecord): boolean {
    return this.#running !== undefined && accessToken !== undefined && accessToken === this.refused
  }

  get view(): SessionView {
    const record = this.#record ?? blank
    const view = viewOf(this.name, record, this.#running !== undefined && record.state !== 'ended')
    return isIneffective(this.effectiveness, this.#platform.now()) ? { ...view, reason: 'refresh-ineffective' } : view
  }

  async read(): Promise<SessionRecord> {
    return this.known ?? this.look()
  }

  /** Reads the store; while that fails, memory serves. Rejects with `store-failed` when it holds nothing: nobody knows who is signed in. */
  async look(): Promise<SessionRecord> {
    if (this.#unsaved) return this.#save(this.#record ?? blank)
    const before = this.#record
    try {
      const record = this.#take(asRecord((await this.#store.readAll()).get(this.key)))
      if (before && before.generation !== record.generation) this.#announce()
      return record
    } catch (error) {
      if (this.#record) return this.#take(this.#record)
      if (isDenied(error)) return this.#take(blank)
      throw new BearerWorkerError(
        {
          code: 'store-failed',
          message: `The browser's storage cannot be read, so nobody knows whether session "${this.name}" has tokens. Try again, or sign in anew.`,
        },
        error,
      )
    }
  }

  /** What a started worker read of everything at once; what is kept in memory was never there. */
  adopt(stored: ReadonlyMap<string, unknown>): void {
    if (this.config.storage === 'memory') return
    if (!this.#record) this.#take(asRecord(stored.get(this.key)))
    this.authorizationServer?.adopt(stored)
  }

  /** The store was closed, emptied or deleted, or another context wrote it. */
  forget(): void {
    if (!this.#unsaved) this.#stale = true
  }

  /** Compare-and-swap on epoch and generation. Returns what stands there then. */
  async change(seen: SessionRecord, next: SessionRecord): Promise<SessionRecord> {
    return this.#write((stored) =>
      stored.epoch === seen.epoch && stored.generation === seen.generation ? next : undefined,
    )
  }

  /** Writes the journal, unless another context has begun meanwhile. Returns what stands there then. */
  async begin(seen: SessionRecord, journal: Journal): Promise<SessionRecord> {
    return this.#write((stored) =>
      stored.epoch === seen.epoch &&
      stored.generation === seen.generation &&
      stored.journal?.since === seen.journal?.since
        ? withRefresh(stored, journal, stored.pause)
        : undefined,
    )
  }

  /** Ends a pause of this kind: what it waited for has happened. */
  async resume(kind: Pause['kind']): Promise<void> {
    const { pause } = await this.read()
    if (pause?.kind !== kind) return
    await this.#write((stored) =>
      stored.pause?.kind === kind ? withRefresh(stored, stored.journal, undefined) : undefined,
    )
    this.#announce()
  }

  /** A change that other contexts must hear of. */
  async commit(seen: SessionRecord, next: SessionRecord): Promise<SessionRecord> {
    const stands = await this.change(seen, next)
    this.#changed(stands)
    return stands
  }

  /** Another context committed something. */
  heard(epoch: number, generation: number): void {
    const record = this.#record
    if (!record || (record.epoch === epoch && record.generation === generation)) return
    if (record.epoch < epoch) this.#giveUp()
    this.forget()
  }

  async signIn(tokens: TokenResponse, sentAt: number): Promise<SessionView> {
    const now = this.#platform.now()
    const { lifetimeSeconds } = this.config
    const before = await this.#readOrBlank()
    const after = await this.#write((stored) => signedIn(stored, tokens, { sentAt, now, lifetimeSeconds }))
    if (after.epoch !== before.epoch) this.#giveUp()
    this.effectiveness = effective
    this.#changed(after)
    return this.view
  }

  /** Forgets the tokens, everywhere, before anything else. Returns what was forgotten. */
  async signOut(reason?: string): Promise<SessionRecord> {
    const before = await this.#readOrBlank()
    this.#giveUp()
    this.#record = signedOut(before, reason)
    this.#changed(await this.#write((stored) => signedOut(stored, reason)))
    return before
  }

  /** Why a sign-in came to nothing. The tokens that are there, if any, stay. */
  async note(reason: string): Promise<void> {
    await this.#write((stored) => ({ ...stored, reason }))
    this.#announce()
  }

  /** A server refused a token that had just been refreshed for it. Counts once for each token. */
  wasted(generation: number): void {
    if (generation === this.#wastedGeneration) return
    this.#wastedGeneration = generation
    this.effectiveness = refreshWasted(this.effectiveness, this.#platform.now())
    if (isIneffective(this.effectiveness, this.#platform.now())) this.#announce()
  }

  /** Joins the one refresh, or begins it. `force` also tries during a pause. */
  refresh(seen: SessionRecord, force = false): Promise<Refreshed> {
    const { pause } = seen
    if (!this.#running && pause && !force && !pauseOver(pause, this.#platform.now()))
      return Promise.resolve({ kind: 'failed', record: seen, pause })
    if (!this.#running) {
      const running = refresh(this, this.#platform, seen, force).finally(() => {
        if (this.#running === running) this.#running = undefined
        this.#announce()
      })
      this.#running = running
      this.#announce()
    }
    return this.#running
  }

  /** Settles when the refresh does that is under way; undefined when none is. */
  get underWay(): Promise<unknown> | undefined {
    return this.#running?.catch(() => {})
  }

  async #readOrBlank(): Promise<SessionRecord> {
    return this.read().catch(() => blank)
  }

  #take(record: SessionRecord): SessionRecord {
    this.#lookedAt = this.#platform.now()
    this.#stale = false
    return (this.#record = record)
  }

  async #write(next: (stored: SessionRecord) => SessionRecord | undefined): Promise<SessionRecord> {
    if (this.#unsaved) await this.#save(this.#record ?? blank)
    if (!this.#unsaved) {
      try {
        return this.#take(asRecord(await this.#store.swap(this.key, (stored) => next(asRecord(stored)))))
      } catch {
        this.#unsaved = true
      }
    }
    // What is decided without knowing the store comes after whatever stands there.
    const record = this.#record ?? { ...blank, epoch: this.#platform.now() }
    return this.#take(next(record) ?? record)
  }

  /** Writes what only memory holds, unless the store has something newer by now. */
  async #save(record: SessionRecord): Promise<SessionRecord> {
    try {
      const stands = await this.#store.swap(this.key, (stored) =>
        isNewer(asRecord(stored), record) ? undefined : record,
      )
      this.#unsaved = false
      return this.#take(asRecord(stands))
    } catch {
      return this.#take(record)
    }
  }

  /** Tells this origin's pages and workers of a record that was committed. */
  #changed({ epoch, generation }: SessionRecord): void {
    this.#platform.tell({ kind: 'changed', session: this.key, epoch, generation })
    this.#announce()
  }

  #announce(): void {
    this.#platform.tell({ kind: 'session', view: this.view })
  }

  #giveUp(): void {
    this.#gaveUp?.abort()
    this.#gaveUp = undefined
    this.#running = undefined
  }
}

/** Storage that the user or the browser does not allow at all: then memory is all there is. */
const isDenied = (error: unknown): boolean =>
  /^(Security|Reference)Error$/.test((error as Error).name) || /denied/.test((error as Error).message)
const isNewer = (a: SessionRecord, b: SessionRecord): boolean =>
  a.epoch > b.epoch || (a.epoch === b.epoch && a.generation > b.generation)
