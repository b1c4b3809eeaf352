import { accountOfKey, isAccount } from '../policy/account.ts'
import type { SessionStore } from '../io/session-store.ts'

/** Clients whose choice is kept: those that spoke last. */
const MOST = 200

interface Options {
  /** The configuration's path. */
  readonly configuration: string
  readonly store: SessionStore
}

/**
 * Which account each client of a worker has chosen, as it has told. It is stored, since the worker may be stopped at any time,
 * and a page that is being closed cannot be asked again. Nothing is stored as long as no page has chosen an account.
 */
export class Choices {
  /** By the client's id; null for one that has chosen none. */
  readonly #clients = new Map<string, string | null>()
  #areUsed = false
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Whether any account is named on this device. Until then no client has to be asked. */
  get areUsed(): boolean {
    return this.#areUsed
  }

  /** Uses what a starting worker has read of everything in one transaction. */
  restore(everything: ReadonlyMap<string, unknown>): void {
    const { configuration } = this.#options
    const stored = everything.get(this.#key)
    this.#areUsed ||= stored !== undefined
    for (const key of everything.keys()) this.#areUsed ||= accountOfKey(key, configuration) !== undefined
    for (const [client, account] of entriesOf(stored))
      if (!this.#clients.has(client)) this.#clients.set(client, account)
  }

  /** Another context has written a record of this key. */
  heard(key: string): void {
    this.#areUsed ||= accountOfKey(key, this.#options.configuration) !== undefined
  }

  /** The account of a client; null where it has chosen none, undefined where it has not told. */
  of(client: string): string | null | undefined {
    return this.#clients.get(client)
  }

  /** A client tells its account. Resolves once that is stored; undefined where nothing is new. */
  tell(client: string, account: string | undefined): Promise<unknown> | undefined {
    if (account !== undefined) this.#areUsed = true
    const chosen = account ?? null
    if (!this.#areUsed || client === '' || this.#clients.get(client) === chosen) return undefined
    this.#clients.delete(client)
    this.#clients.set(client, chosen)
    for (const [oldest] of this.#clients) if (this.#clients.size > MOST) this.#clients.delete(oldest)
    return this.#options.store.swap(this.#key, () => [...this.#clients]).catch(() => {})
  }

  get #key(): string {
    return `clients ${this.#options.configuration}`
  }
}

/** What the store holds is unknown until it is checked. */
function entriesOf(stored: unknown): readonly (readonly [string, string | null])[] {
  if (!Array.isArray(stored)) return []
  return stored.slice(-MOST).flatMap((entry: unknown) => {
    const [client, account] = Array.isArray(entry) ? (entry as unknown[]) : []
    return typeof client === 'string' && (account === null || isAccount(account)) ? [[client, account] as const] : []
  })
}
