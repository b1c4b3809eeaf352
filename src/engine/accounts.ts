import { accountOfKey, sessionKey } from '../policy/account.ts'
import { asRecord } from '../policy/record.ts'
import type { Platform } from './platform.ts'
import { Session } from './session.ts'

/**
 * The sessions of named accounts. Each is an instance of its own, with its record, its lock and its epoch, and is made when it
 * is first asked for. A site that names no account has none.
 */
export class Accounts {
  /** By their keys in the store. */
  readonly #sessions = new Map<string, Session>()
  readonly #platform: Platform

  constructor(platform: Platform) {
    this.#platform = platform
  }

  /** The session of an account: without one, `session` itself. */
  of(session: Session, account: string | undefined): Session {
    if (account === undefined) return session
    const key = sessionKey(this.#platform.configuration, session.name, account)
    const made =
      this.#sessions.get(key) ?? new Session(session.config, this.#platform, { name: account, base: session })
    this.#sessions.set(key, made)
    return made
  }

  get all(): IterableIterator<Session> {
    return this.#sessions.values()
  }

  /** Makes the sessions that an earlier life has stored. */
  restore(everything: ReadonlyMap<string, unknown>, sessions: ReadonlyMap<string, Session>): void {
    for (const { session, account } of this.#active(everything)) {
      const base = sessions.get(session)
      if (base) this.of(base, account).restore(everything)
    }
  }

  /** These are the sessions of the configuration that is in force now. */
  configure(sessions: ReadonlyMap<string, Session>): void {
    for (const [key, session] of this.#sessions) {
      if (sessions.get(session.name) === session.base) {
        session.configure(session.base!.config)
        continue
      }
      session.retire()
      this.#sessions.delete(key)
    }
  }

  /** Names of the accounts that are signed in to a session of the configuration in force, sorted. */
  async signedIn(sessions: readonly Session[]): Promise<readonly string[]> {
    const stored = await this.#platform.store.readAll().catch(() => new Map<string, unknown>())
    const known = new Map(sessions.map((session) => [session.name, session]))
    const isStored = (session: string) => known.get(session)?.config.storage === 'indexeddb'
    const names = this.#active(stored).flatMap(({ session, account }) => (isStored(session) ? [account] : []))
    for (const { account, config, stored } of this.all)
      if (config.storage === 'memory' && stored.current.state === 'active') names.push(account!)
    return [...new Set(names)].sort()
  }

  #active(everything: ReadonlyMap<string, unknown>) {
    return [...everything].flatMap(([key, stored]) => {
      const found = accountOfKey(key, this.#platform.configuration)
      return found && asRecord(stored).state === 'active' ? [found] : []
    })
  }
}
