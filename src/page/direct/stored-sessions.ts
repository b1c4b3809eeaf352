import { sessionKey } from '../../policy/account.ts'
import { asRecord } from '../../policy/record.ts'
import type { SessionRecord } from '../../policy/vocabulary.ts'
import type { MatchRules } from '../../protocol.ts'
import { ownClasses } from '../intercept/own-classes.ts'
import { tabAccount } from '../tab-account.ts'
import { type StoredRules, storedRules } from './stored-rules.ts'
import { type Get, StoreReader } from './store-reader.ts'

/** How old the copy in memory may be before the store is read again in the background, as in the worker. */
const REREAD_MS = 1_000

/** A session as it is stored. */
export interface StoredSession {
  readonly record: SessionRecord
  /** Endpoints of its authorization server, which get no token. Any script may have written them. */
  readonly endpoints: readonly string[]
}

/** The sessions of this page, by their names: a copy in memory over the store. */
export class StoredSessions {
  #rules: readonly MatchRules[] = []
  #sessions: ReadonlyMap<string, StoredSession> = new ownClasses.Map()
  #readAt = 0
  /** Grows with each change that this page hears of. */
  #version = 0
  /** The version that the copy has. */
  #copied = -1
  /** The look that is under way. */
  #reading: { readonly version: number; readonly sessions: Promise<ReadonlyMap<string, StoredSession>> } | undefined
  readonly #store = new StoreReader(() => this.invalidate())
  readonly #configuration: string

  /** @param configuration path of the configuration: contexts that share it share its sessions */
  constructor(configuration: string) {
    this.#configuration = configuration
  }

  /** Which sessions are read. */
  use(rules: readonly MatchRules[]): void {
    this.#rules = rules.filter(({ direct }) => direct)
    this.invalidate()
  }

  /** The rules that an earlier life of the worker has stored, and the sessions with them, in one look. Undefined where there are none. */
  async begin(): Promise<StoredRules | undefined> {
    const version = this.#version
    return this.#store.readAll(async (get) => {
      const stored = storedRules(await get(`configuration ${this.#configuration}`))
      if (version !== this.#version) return undefined
      this.#rules = stored?.rules.filter(({ direct }) => direct) ?? []
      this.#keep(await this.#all(get), version)
      return stored
    })
  }

  /** The copy; undefined where the store may have changed. */
  get cached(): ReadonlyMap<string, StoredSession> | undefined {
    if (this.#copied !== this.#version) return undefined
    const now = Date.now()
    if (Math.abs(now - this.#readAt) > REREAD_MS) {
      this.#readAt = now
      void this.read()
    }
    return this.#sessions
  }

  /** Reads the store, once for all who ask meanwhile. Without one, nobody is signed in, as far as this page is concerned. */
  read(): Promise<ReadonlyMap<string, StoredSession>> {
    const version = this.#version
    if (this.#reading?.version !== version) this.#reading = { version, sessions: this.#look(version) }
    return this.#reading.sessions
  }

  async #look(version: number): Promise<ReadonlyMap<string, StoredSession>> {
    const sessions = await this.#store
      .read((get) => this.#all(get))
      .catch(() => new ownClasses.Map<string, StoredSession>())
    if (this.#reading?.version === version) this.#reading = undefined
    this.#keep(sessions, version)
    return sessions
  }

  /** Another context may have written the store. */
  invalidate(): void {
    this.#version++
  }

  /** Until the next look. The copy stays: what a page sends as it is hidden cannot wait. */
  close(): void {
    this.#store.close()
  }

  #keep(sessions: ReadonlyMap<string, StoredSession>, version: number): void {
    this.#sessions = sessions
    this.#readAt = Date.now()
    this.#copied = version
  }

  async #all(get: Get): Promise<ReadonlyMap<string, StoredSession>> {
    const all = this.#rules.map(async ({ session, direct }) => [session, await this.#one(get, session, direct?.issuer)])
    return new ownClasses.Map((await Promise.all(all)) as [string, StoredSession][])
  }

  async #one(get: Get, session: string, issuer: string | undefined): Promise<StoredSession> {
    const key = (account?: string) => sessionKey(this.#configuration, session, account)
    const [record, metadata] = await Promise.all([
      get(key(tabAccount())),
      issuer === undefined ? undefined : get(`metadata ${key()} ${issuer}`),
    ])
    return { record: asRecord(record), endpoints: endpointsIn(metadata) }
  }
}

function endpointsIn(stored: unknown): readonly string[] {
  const { metadata } = Object(stored) as { readonly metadata?: unknown }
  return Object.values(Object(metadata) as object).filter((value): value is string => typeof value === 'string')
}
