import type { Api } from '../policy/api-tokens.ts'
import type { AuthorizationServerConfiguration, TokenFields } from '../policy/configuration.ts'
import type { AuthorizedRecord, Reason, TokenResponse } from '../policy/vocabulary.ts'
import type { SessionStore } from '../io/session-store.ts'
import type { Calls } from '../protocol.ts'
import type { TokenSource } from './token-source.ts'

/** How a sign-in ended: with tokens, or with the reason why there are none. */
export type SignInResult =
  | { readonly kind: 'tokens'; readonly tokens: TokenResponse; readonly sentAt: number }
  | { readonly kind: 'failed'; readonly reason: Reason }

/** A sign-in that was begun, and for which the user is back. */
export interface PendingSignIn {
  /** The session that began it. */
  readonly session: string
  /** The account that signs in; undefined where none was named. */
  readonly account: string | undefined
  /** URL of the site's own origin to go on to. */
  readonly returnTo: string
  /** Exchanges the code. Never rejects. */
  finish(server: AuthorizationServer): Promise<SignInResult>
}

/** Makes the proofs of one key, and learns from answers what servers want in them. @see https://www.rfc-editor.org/rfc/rfc9449 */
export interface Prover {
  /** A proof for one request, one token. */
  proofFor(record: AuthorizedRecord, request: { readonly method: string; readonly url: string }): Promise<string>
  /** Returns the error codes that a second proof can avoid. */
  learn(answer: {
    readonly url: string
    readonly nonce: string | null
    readonly date: string | null
  }): readonly string[]
}

/** What a session with `authorizationServer` needs. The OAuth part makes it, which is loaded only where one is configured. */
export interface AuthorizationServer extends TokenSource {
  readonly config: AuthorizationServerConfiguration
  /** Uses what an earlier life of the realm has stored, for `owns` only: a script of a page can have written it. */
  restore(everything: ReadonlyMap<string, unknown>): void
  /** Whether a URL is one of its endpoints, as far as its metadata are known: they never get an access token. */
  owns(url: string): boolean
  /** Those endpoints, once the metadata have been asked for. Never rejects. */
  endpoints(): Promise<readonly string[]>
  /** URL of the authorization request to navigate to. Rejects with `sign-in-failed` or `store-failed`. */
  signInUrl(
    call: Calls['signIn']['call'],
    session: { readonly name: string; readonly account: string | undefined; readonly memory: boolean },
  ): Promise<string>
  /** URL of the end-session request to navigate to, where the configuration asks for it and the server has one. */
  signOutUrl(idToken: string | undefined): Promise<string | undefined>
  /** URL of its revocation endpoint, if it has one. */
  revocationEndpoint(): Promise<string | undefined>
  /** Resolves with what makes proofs. */
  prover(): Promise<Prover>
  /** The same server for the session of another account: its metadata, with a key of its own. */
  forAccount(session: Pick<ServedSession, 'store' | 'key'>): AuthorizationServer
  /** The store holds another state of the session: what is kept in memory of its key may be outdated. */
  moved(): void
}

/** The OAuth part, as the engine sees it. */
export interface AuthorizationServers {
  make(config: AuthorizationServerConfiguration, session: ServedSession): AuthorizationServer
  /** The sign-in that a URL ends; undefined when none was begun with its `state` and this very redirect URI. Can be used once. */
  pendingSignIn(url: URL, site: Site): Promise<PendingSignIn | undefined>
}

/** What the OAuth part must know of the site. */
export interface Site {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof fetch
  /** The site's origin. */
  readonly base: string
  /** URL of the folder whose pages are covered. */
  readonly home: string
  /** The configuration's path. */
  readonly configuration: string
  /** ms since epoch. */
  readonly now: () => number
  /** Where sign-ins that are under way are stored. */
  readonly store: SessionStore
}

/** What an authorization server must know of the session that it serves. */
export interface ServedSession {
  readonly site: Site
  /** In memory with `storage: "memory"`. */
  readonly store: SessionStore
  readonly key: string
  /** Where the tokens stand in a token response. */
  readonly tokenFields: () => TokenFields
  /** The APIs that have access tokens of their own. */
  readonly apis: () => readonly Api[]
}
