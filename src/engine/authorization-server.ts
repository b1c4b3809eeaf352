import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { AuthorizationServerConfiguration } from '../policy/configuration.ts'
import {
  discover,
  ENDPOINTS,
  isForeign,
  refreshByMetadata,
  type Metadata,
  type ServerCall,
} from '../io/authorization-server.ts'
import { ProofKey } from '../io/dpop.ts'
import type { SessionStore } from '../io/session-store.ts'
import type { Calls } from '../protocol.ts'
import { withoutQuery } from './pattern.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'
import { beginSignIn, finishSignIn } from './sign-in.ts'
import type { TokenSource } from './token-source.ts'

/** Metadata older than this are read anew, in the background: endpoints hardly ever move. */
const METADATA_AGE_MS = 3_600_000

/** The authorization server of one session: its metadata, and the key that its tokens are bound to. */
export class AuthorizationServer implements TokenSource {
  readonly method = 'POST'
  readonly timeoutSeconds = 10
  readonly dpop: boolean
  readonly config: AuthorizationServerConfiguration
  #known: Known | undefined
  #discovery: Promise<Metadata> | undefined
  #proofKey: Promise<ProofKey> | undefined
  readonly #platform: Platform
  readonly #store: SessionStore
  readonly #sessionKey: string
  readonly #metadataKey: string

  /** With `storage: "memory"` the store is in memory: what a page could write must not say where tokens go. */
  constructor(config: AuthorizationServerConfiguration, platform: Platform, store: SessionStore, sessionKey: string) {
    this.config = config
    this.dpop = config.dpop
    this.#platform = platform
    this.#store = store
    this.#sessionKey = sessionKey
    this.#metadataKey = `metadata ${sessionKey} ${config.issuer}`
  }

  get url(): string {
    return this.#known?.metadata.token_endpoint ?? this.config.issuer
  }

  /** Whether this is one of its endpoints, as far as the metadata are known: they never get an access token. */
  owns(url: string): boolean {
    const address = withoutQuery(url)
    return ENDPOINTS.some((name) => withoutQuery(this.#known?.metadata[name] ?? '') === address)
  }

  /** What a started worker read of everything at once. */
  adopt(stored: ReadonlyMap<string, unknown>): void {
    this.#known ??= asKnown(stored.get(this.#metadataKey))
  }

  async ready(): Promise<RefreshOutcome | undefined> {
    try {
      await this.metadata()
      return undefined
    } catch (error) {
      return isForeign(error)
        ? { kind: 'configuration', reason: 'issuer-mismatch' }
        : { kind: 'for-now', ambiguous: false, answered: false, reason: 'metadata-unreachable' }
    }
  }

  async call(refreshToken: string, gaveUp: AbortSignal): Promise<RefreshAnswer | NoAnswer> {
    const timeout = AbortSignal.timeout(this.timeoutSeconds * 1000)
    try {
      return await refreshByMetadata(
        await this.metadata(),
        this.config,
        refreshToken,
        await this.calling(AbortSignal.any([timeout, gaveUp])),
      )
    } catch {
      return { kind: 'no-answer', why: timeout.aborted ? 'timeout' : 'network' }
    }
  }

  /** Begins a sign-in. Returns the URL to navigate to. */
  begin(session: Session, call: Calls['signIn']['call']): Promise<string> {
    return beginSignIn(session, this, call, this.#platform)
  }

  /** Ends a sign-in of any session. Returns where to go from here. */
  finish(url: string, sessionNamed: (name?: string) => Promise<Session>): Promise<string> {
    return finishSignIn(new URL(url), sessionNamed, this.#platform)
  }

  /** What every call of this server is made with. */
  async calling(signal: AbortSignal): Promise<ServerCall> {
    return { fetch: this.#platform.fetch, signal, proofKey: this.dpop ? await this.proofKey() : undefined }
  }

  proofKey(): Promise<ProofKey> {
    return (this.#proofKey ??= ProofKey.in(this.#store, `dpop ${this.#sessionKey}`).catch((error: unknown) => {
      this.#proofKey = undefined
      throw error
    }))
  }

  /** From memory, else from the store, else from the server. */
  async metadata(): Promise<Metadata> {
    if (!this.#known) this.adopt(await this.#store.readAll().catch(() => new Map<string, unknown>()))
    const age = this.#platform.now() - (this.#known?.at ?? 0)
    if (this.#known && age >= 0 && age < METADATA_AGE_MS) return this.#known.metadata
    const discovery = this.#discover()
    if (!this.#known) return discovery
    discovery.catch(() => {})
    return this.#known.metadata
  }

  #discover(): Promise<Metadata> {
    return (this.#discovery ??= (async () => {
      try {
        const metadata = await discover(this.config, this.#platform.fetch)
        this.#known = { metadata, at: this.#platform.now() }
        await this.#store.swap(this.#metadataKey, () => this.#known).catch(() => {})
        return metadata
      } finally {
        this.#discovery = undefined
      }
    })())
  }
}

interface Known {
  readonly metadata: Metadata
  readonly at: number
}

function asKnown(stored: unknown): Known | undefined {
  const known = stored as Known | undefined
  return typeof known?.at === 'number' && typeof known.metadata?.issuer === 'string' ? known : undefined
}
