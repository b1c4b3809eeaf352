import type { Api } from '../policy/api-tokens.ts'
import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { AuthorizationServerConfiguration, TokenFields } from '../policy/configuration.ts'
import type { RefreshAttempt } from '../engine/token-source.ts'
import type { AuthorizationServer, ServedSession } from '../engine/authorization-server.ts'
import { isOneOf } from '../engine/own-endpoints.ts'
import type { Calls } from '../protocol.ts'
import { discover, ENDPOINTS, isForeign, refreshByMetadata, type Metadata, type ServerCall } from './protocol.ts'
import type { ProofKey } from './proof-key.ts'
import { ProofKeys } from './proof-keys.ts'
import { authorizationUrl, type Beginning } from './sign-in.ts'
import type { SigningIn } from './signing-in.ts'
import { endSessionUrl } from './sign-out.ts'

/** Metadata older than this are read again, in the background: endpoints hardly ever change. */
const METADATA_AGE_MS = 3_600_000

/** The authorization server of one session: its metadata, and the key that its tokens are bound to. */
export class MetadataServer implements AuthorizationServer, SigningIn {
  readonly method = 'POST'
  readonly timeoutSeconds = 10
  readonly by = 'refresh-token'
  readonly dpop: boolean
  readonly config: AuthorizationServerConfiguration
  /** As this life of the realm has read them. */
  #known: Known | undefined
  /** Endpoints that an earlier life has stored: they get no access token, and nothing else is believed of them. */
  #stored: readonly string[] = []
  #discovery: Promise<Metadata> | undefined
  readonly proofKeys: ProofKeys
  readonly #session: ServedSession
  /** That of the session without an account, whose metadata this one uses. */
  readonly #base: MetadataServer | undefined
  readonly #metadataKey: string

  constructor(config: AuthorizationServerConfiguration, session: ServedSession, base?: MetadataServer) {
    this.config = config
    this.dpop = config.dpop
    this.#session = session
    this.#base = base
    this.proofKeys = new ProofKeys(session.store, `dpop ${session.key}`, session.site.now)
    this.#metadataKey = `metadata ${session.key} ${config.issuer}`
  }

  forAccount(session: Pick<ServedSession, 'store' | 'key'>): MetadataServer {
    return new MetadataServer(this.config, { ...this.#session, ...session }, this)
  }

  get url(): string {
    if (this.#base) return this.#base.url
    return this.#known?.metadata.token_endpoint ?? this.config.issuer
  }

  restore(everything: ReadonlyMap<string, unknown>): void {
    this.#stored = endpointsOf(Object(everything.get(this.#metadataKey)).metadata)
  }

  owns(url: string): boolean {
    return isOneOf(this.#endpoints, url)
  }

  async endpoints(): Promise<readonly string[]> {
    if (this.#base) return this.#base.endpoints()
    // Where the metadata cannot be read, what an earlier life has read is the best that is known.
    await this.metadata().catch(() => {})
    return this.#endpoints
  }

  get #endpoints(): readonly string[] {
    return this.#known ? endpointsOf(this.#known.metadata) : this.#stored
  }

  async ready(): Promise<RefreshOutcome | undefined> {
    try {
      await this.metadata()
      return undefined
    } catch (error) {
      if (isForeign(error)) return { kind: 'configuration', reason: 'issuer-mismatch' }
      return { kind: 'for-now', ambiguous: false, answered: false, reason: 'metadata-unreachable' }
    }
  }

  async call({ refreshToken = '', api, signal }: RefreshAttempt): Promise<RefreshAnswer | NoAnswer> {
    const timeout = AbortSignal.timeout(this.timeoutSeconds * 1000)
    try {
      const call = this.calling(AbortSignal.any([timeout, signal]), this.dpop ? await this.prover() : undefined)
      const { config } = this
      return await refreshByMetadata({ metadata: await this.metadata(), config, refreshToken, api, call })
    } catch {
      return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
    }
  }

  signInUrl(call: Calls['signIn']['call'], session: Beginning['session']) {
    return authorizationUrl(call, { server: this, session, site: this.#session.site })
  }

  async signOutUrl(idToken: string | undefined): Promise<string | undefined> {
    const { postSignOutRedirectUri: after, signOutParameters } = this.config
    if (after === undefined && Object.keys(signOutParameters).length === 0) return undefined
    return endSessionUrl(await this.metadata(), {
      ...this.config,
      idToken,
      after: after === undefined ? undefined : new URL(after, this.#session.site.base),
    })
  }

  async revocationEndpoint(): Promise<string | undefined> {
    return (await this.metadata()).revocation_endpoint
  }

  prover(): Promise<ProofKey> {
    return this.proofKeys.current()
  }

  moved(): void {
    this.proofKeys.invalidate()
  }

  get tokenFields(): TokenFields {
    return this.#session.tokenFields()
  }

  get apis(): readonly Api[] {
    return this.#session.apis()
  }

  /** What every call of this server is made with. */
  calling(signal: AbortSignal, proofKey: ProofKey | undefined): ServerCall {
    return { fetch: this.#session.site.fetch, signal, proofKey }
  }

  /**
   * From the memory of this life, else from the server: what a script wrote into the store once must not say where
   * tokens, codes and users go.
   */
  async metadata(): Promise<Metadata> {
    if (this.#base) return this.#base.metadata()
    if (!this.#known) return this.#discover()
    const age = this.#session.site.now() - this.#known.at
    if (age < 0 || age >= METADATA_AGE_MS) this.#discover().catch(() => {})
    return this.#known.metadata
  }

  #discover(): Promise<Metadata> {
    this.#discovery ??= this.#read().finally(() => (this.#discovery = undefined))
    return this.#discovery
  }

  async #read(): Promise<Metadata> {
    const { site, store } = this.#session
    const metadata = await discover(this.config, site.fetch)
    const known = { metadata, at: site.now() }
    this.#known = known
    await store.swap(this.#metadataKey, () => known).catch(() => {})
    return metadata
  }
}

interface Known {
  readonly metadata: Metadata
  /** ms since epoch when they were read. */
  readonly at: number
}

/** What the store holds is unknown until it is checked. */
export function endpointsOf(metadata: unknown): readonly string[] {
  const found = ENDPOINTS.map((name) => (Object(metadata) as Readonly<Record<string, unknown>>)[name])
  return found.filter((url) => typeof url === 'string')
}
