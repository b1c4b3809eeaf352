import { needsProof } from '../policy/decide.ts'
import { refreshNeeds } from '../policy/refresh-needs.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type { AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import type { SessionStore } from '../io/session-store.ts'
import type { AuthorizationServer, Prover } from './authorization-server.ts'
import { pageTokenSource } from './page-token-source.ts'
import type { Platform } from './platform.ts'
import { describedTokenSource, type TokenSource } from './token-source.ts'
import type { Vault } from './vault.ts'
import { linkToVault, type VaultLink } from './vault-link.ts'

/** The session that is served. */
interface Served {
  readonly name: string
  readonly account: string | undefined
  /** Of a named account: the session of the same name without one. */
  readonly base: { readonly authorizationServer: AuthorizationServer | undefined } | undefined
  /** In memory with `storage: "memory"`. */
  readonly store: SessionStore
  readonly key: string
}

/** The servers of a session: where its tokens come from, and what makes the proofs of those that are bound to a key. */
export class SessionServers {
  /** Where a new access token comes from; undefined where no refresh is configured. */
  tokenSource: TokenSource | undefined
  authorizationServer: AuthorizationServer | undefined
  #link: VaultLink | undefined
  #config!: SessionConfiguration
  readonly #served: Served
  readonly #platform: Platform

  constructor(served: Served, platform: Platform) {
    this.#served = served
    this.#platform = platform
  }

  /** A newer configuration is in force. */
  configure(config: SessionConfiguration): void {
    const { name, base } = this.#served
    // A vault knows one user, who has no account's name: a tab that has chosen an account gets none of its tokens.
    const vault = base ? undefined : config.vault
    this.#config = config
    const isSameServer = JSON.stringify(config.authorizationServer) === JSON.stringify(this.authorizationServer?.config)
    if (!isSameServer) this.authorizationServer = this.#serverOf(config)
    if (vault !== this.vault?.url)
      this.#link = vault === undefined ? undefined : linkToVault(name, vault, this.#platform)
    this.tokenSource = this.#sourceOf(config)
  }

  /** Where the refresh token lives, if it lives elsewhere. */
  get vault(): Vault | undefined {
    return this.#link?.vault
  }

  /** Whether requests with such a record may need proofs. */
  needProofs(record: SessionRecord): boolean {
    if (this.authorizationServer?.dpop) return true
    return this.vault !== undefined && record.state === 'active' && needsProof(record)
  }

  /** What makes the proofs of a token that is bound to a key; undefined for any other token. */
  proverOf(record: AuthorizedRecord): Promise<Prover> | undefined {
    if (!needsProof(record)) return undefined
    if (this.#link) return Promise.resolve(this.#link.prover)
    return this.authorizationServer?.dpop ? this.authorizationServer.prover() : undefined
  }

  #sourceOf(config: SessionConfiguration): TokenSource | undefined {
    const { refresh } = config
    const { name: session, account } = this.#served
    if (this.#link) return this.#link.source
    if (!refresh) return this.authorizationServer
    const isShared = config.storage !== 'memory'
    if (refresh.by) return pageTokenSource({ session, account, config: refresh, isShared, platform: this.#platform })
    return describedTokenSource(refresh, refreshNeeds(config) ?? 'refresh-token', this.#platform)
  }

  #serverOf({ authorizationServer }: SessionConfiguration): AuthorizationServer | undefined {
    const { base, store, key } = this.#served
    if (base) return base.authorizationServer?.forAccount({ store, key })
    const served = {
      site: this.#platform,
      store,
      key,
      tokenFields: () => this.#config.tokenFields,
      apis: () => this.#config.resources.flatMap(({ api }) => api ?? []),
    }
    return authorizationServer && this.#platform.authorizationServers()?.make(authorizationServer, served)
  }
}
