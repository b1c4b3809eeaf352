import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { AuthorizationServerConfiguration, TokenFields } from '../policy/configuration.ts'
import type { RefreshAttempt } from '../engine/token-source.ts'
import type { AuthorizationServer, ServedSession } from '../engine/authorization-server.ts'
import { withoutQuery } from '../engine/compiled-pattern.ts'
import type { Calls } from '../protocol.ts'
import { discover, ENDPOINTS, isForeign, refreshByMetadata, type Metadata, type ServerCall } from './protocol.ts'
import { ProofKey } from './proof-key.ts'
import { authorizationUrl } from './sign-in.ts'
import { endSessionUrl } from './sign-out.ts'

/** Metadata older than this are read anew, in the background: endpoints hardly ever change. */
const METADATA_AGE_MS = 3_600_000

/** The authorization server of one session: its metadata, and the key that its tokens are bound to. */
export class MetadataServer implements AuthorizationServer {
  readonly method = 'POST'
  readonly timeoutSeconds = 10
  readonly by = 'refresh-token'
  readonly dpop: boolean
  readonly config: AuthorizationServerConfiguration
  #known: Known | undefined
  #discovery: Promise<Metadata> | undefined
  #proofKey: Promise<ProofKey> | undefined
  readonly #session: ServedSession
  readonly #metadataKey: string

  constructor(config: AuthorizationServerConfiguration, session: ServedSession) {
    this.config = config
    this.dpop = config.dpop
    this.#session = session
    this.#metadataKey = `metadata ${session.key} ${config.issuer}`
  }

  get url(): string {
    return this.#known?.metadata.token_endpoint ?? this.config.issuer
  }

  owns(url: string): boolean {
    const address = withoutQuery(url)
    return ENDPOINTS.some((name) => withoutQuery(this.#known?.metadata[name] ?? '') === address)
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

  async call({ refreshToken = '', signal }: RefreshAttempt): Promise<RefreshAnswer | NoAnswer> {
    const timeout = AbortSignal.timeout(this.timeoutSeconds * 1000)
    try {
      const call = await this.calling(AbortSignal.any([timeout, signal]))
      return await refreshByMetadata(await this.metadata(), this.config, refreshToken, call)
    } catch {
      return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
    }
  }

  signInUrl(call: Calls['signIn']['call'], session: { readonly name: string; readonly memory: boolean }) {
    return authorizationUrl(call, { server: this, session, site: this.#session.site })
  }

  async signOutUrl(idToken: string | undefined): Promise<string | undefined> {
    const after = this.config.postSignOutRedirectUri
    if (after === undefined) return undefined
    return endSessionUrl(await this.metadata(), {
      ...this.config,
      idToken,
      after: new URL(after, this.#session.site.base),
    })
  }

  async revocationEndpoint(): Promise<string | undefined> {
    return (await this.metadata()).revocation_endpoint
  }

  prover(): Promise<ProofKey> {
    const { store, key } = this.#session
    this.#proofKey ??= ProofKey.in(store, `dpop ${key}`).catch((error: unknown) => {
      this.#proofKey = undefined
      throw error
    })
    return this.#proofKey
  }

  get tokenFields(): TokenFields {
    return this.#session.tokenFields()
  }

  /** What every call of this server is made with. */
  async calling(signal: AbortSignal): Promise<ServerCall> {
    return { fetch: this.#session.site.fetch, signal, proofKey: this.dpop ? await this.prover() : undefined }
  }

  /** From memory, else from the store, else from the server. */
  async metadata(): Promise<Metadata> {
    const { site, store } = this.#session
    if (!this.#known) {
      const everything = await store.readAll().catch(() => new Map<string, unknown>())
      this.#known ??= asKnown(everything.get(this.#metadataKey))
    }
    const age = site.now() - (this.#known?.at ?? 0)
    if (this.#known && age >= 0 && age < METADATA_AGE_MS) return this.#known.metadata
    const discovery = this.#discover()
    if (!this.#known) return discovery
    discovery.catch(() => {})
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

function asKnown(stored: unknown): Known | undefined {
  const known = stored as Known | undefined
  return typeof known?.at === 'number' && typeof known.metadata?.issuer === 'string' ? known : undefined
}
