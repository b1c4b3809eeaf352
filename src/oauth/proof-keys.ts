import type { SessionStore } from '../io/session-store.ts'
import { ProofKey } from './proof-key.ts'

/**
 * The keys of one session. Each sign-in makes one of its own, and the tokens that it brings are bound to that: a script may
 * have put a key that it knows into the store before.
 */
export class ProofKeys {
  /** By `state`: keys of sign-ins that this life of the realm has begun. */
  readonly #begun = new Map<string, ProofKey>()
  #current: Promise<ProofKey> | undefined
  #last: ProofKey | undefined
  readonly #store: SessionStore
  readonly #key: string
  readonly #now: () => number

  constructor(store: SessionStore, key: string, now: () => number) {
    this.#store = store
    this.#key = key
    this.#now = now
  }

  /** The key that the tokens in force are bound to. */
  current(): Promise<ProofKey> {
    this.#current ??= this.#read().catch((error: unknown) => {
      this.#current = undefined
      throw error
    })
    return this.#current
  }

  /** Another context may have signed in, with a key of its own. */
  invalidate(): void {
    this.#current = undefined
  }

  /** A new key, for a sign-in that begins. */
  make(): Promise<ProofKey> {
    return ProofKey.make(this.#now)
  }

  /** Keeps it in memory until the user is back. */
  begin(state: string, proofKey: ProofKey): void {
    this.#begun.set(state, proofKey)
  }

  /** The key of a sign-in that ends: from memory; else from what was stored as it began, which its `state` confirms; else a new one. */
  async end(state: string, stored: unknown): Promise<ProofKey> {
    const proofKey = this.#begun.get(state)
    this.#begun.delete(state)
    return proofKey ?? ProofKey.of(stored, this.#now) ?? ProofKey.make(this.#now)
  }

  /** Tokens are bound to this key from now on. */
  async use(proofKey: ProofKey): Promise<void> {
    this.#last = proofKey
    this.#current = Promise.resolve(proofKey)
    // Without a store it is kept in memory, as the tokens are.
    await this.#store.swap(this.#key, () => proofKey.pair).catch(() => {})
  }

  async #read(): Promise<ProofKey> {
    const stored = ProofKey.of((await this.#store.readAll()).get(this.#key), this.#now)
    const found = stored ?? (await this.#make())
    // The one in memory has learned what servers want.
    const isSame = this.#last && (await this.#last.thumbprint()) === (await found.thumbprint())
    this.#last = isSame ? this.#last! : found
    return this.#last
  }

  /** The first context that finds none makes it. */
  async #make(): Promise<ProofKey> {
    const made = await ProofKey.make(this.#now)
    const kept = await this.#store.swap(this.#key, (before) => (ProofKey.of(before, this.#now) ? undefined : made.pair))
    return ProofKey.of(kept, this.#now) ?? made
  }
}
