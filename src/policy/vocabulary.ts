import type { OwnReason } from '../protocol.ts'

/** A token response's `access_token`, checked to be usable as a credential. @see https://www.rfc-editor.org/rfc/rfc6749#section-1.4 */
export type AccessToken = string & { readonly kind: 'access token' }
/** @see https://www.rfc-editor.org/rfc/rfc6749#section-1.5 */
export type RefreshToken = string & { readonly kind: 'refresh token' }

/** An error code as a server wrote it. */
export type ServerCode = string & { readonly kind: 'server code' }
/** Why a session's state is what it is, or why a refresh or a sign-in failed. */
export type Reason = OwnReason | ServerCode

/** A count of the changes of a session; every change makes a new one. */
export type Generation = number
/** A count of the sign-ins and sign-outs of a session; what belongs to an older one is thrown away. */
export type Epoch = number

/** What a token response brought, by RFC 6749's meaning and whatever names the server uses. */
export interface TokenResponse {
  readonly accessToken: AccessToken
  readonly refreshToken?: RefreshToken
  readonly idToken?: string
  readonly tokenType?: string
  readonly scope?: string
  /** What the vault says along with an access token. */
  readonly vault?: OfVault
  /** Seconds, if the server said so in a way that can be believed. */
  readonly expiresIn?: number
}

/** What a vault says of its session. */
export interface OfVault {
  /** Changes when a user signs in or out at the vault. */
  readonly epoch: Epoch
  /** Payload of the ID token, which stays in the vault. */
  readonly claims?: Readonly<Record<string, unknown>> | undefined
}

/** Why refreshing rests: it failed for now, it needs the user, or the configuration is wrong. */
export interface Pause {
  readonly kind: 'for-now' | 'needs-user' | 'configuration'
  /** ms since epoch when it began; a clock that shows less was set back. */
  readonly since?: number | undefined
  /** Failed refreshes in a row with this refresh token. */
  readonly failures: number
  /** ms since epoch; no automatic try before it. Infinity until somebody acts. */
  readonly retryAt: number
  /** ms since epoch; the earlier end of this pause when a server refuses the access token meanwhile. */
  readonly retryAtIfRefused?: number | undefined
  /** ms by which this browser comes later than `retryAt`, so that not all come at the moment that a `Retry-After` names. */
  readonly spreadMs?: number | undefined
  /** The server's own code, or ours. */
  readonly reason?: string
  /** Whether the server answered at all: then a request with the old token gets its real refusal. */
  readonly answered: boolean
}

/** What a session presents to get a new access token, as its configuration says; with `page` the page's own code brings one, with `vault` the vault. */
export type RefreshBy = 'refresh-token' | 'access-token' | 'cookie' | 'page' | 'vault'

/** One such credential. The worker never sees the value of a cookie. */
export type RefreshCredential =
  | { readonly kind: 'refresh-token'; readonly token: RefreshToken }
  | { readonly kind: 'access-token'; readonly token: AccessToken }
  | { readonly kind: 'cookie' | 'page' | 'vault' }

/** A credential that was sent to the token endpoint, and when: written before the call, cleared by the commit. */
export interface Journal {
  readonly credential: RefreshCredential
  /** ms since epoch. */
  readonly since: number
}

/** What every stored session has, whatever its state. */
interface StoredState {
  readonly version: 1
  readonly epoch: Epoch
  readonly generation: Generation
  /** Why the state is what it is: the server's own code, or ours. */
  readonly reason?: string | undefined
  /** Also of a session that begins by a cookie: nobody is signed in until its refresh succeeds. */
  readonly journal?: Journal | undefined
  readonly pause?: Pause | undefined
}

/** Nobody is signed in. */
export interface SignedOutRecord extends StoredState {
  readonly state: 'signed-out'
}

/** The server ended the session. */
export interface EndedRecord extends StoredState {
  readonly state: 'ended'
}

/** An access token, and what is known of it. */
interface StoredToken {
  /** Missing while only a refresh can bring one. */
  readonly accessToken?: AccessToken | undefined
  readonly tokenType?: string | undefined
  readonly scope?: string | undefined
  readonly vault?: OfVault | undefined
  /** ms since epoch, on this device's clock, just before the token request was sent. */
  readonly sentAt?: number | undefined
  /** ms since epoch when the tokens were committed. */
  readonly storedAt?: number | undefined
  /** Seconds the access token lives, from `sentAt`; missing when nothing says so. */
  readonly lifetime?: number | undefined
  /** A refresh of these tokens has succeeded: its configuration is right. */
  readonly refreshedBefore?: boolean | undefined
  /** Share of the lifetime, 0 to 1: with less left, a refresh starts in the background. Chosen at random when the tokens were stored. */
  readonly softShare?: number | undefined
}

/** The access token of an API that has one of its own, and the pause of its refreshes. */
export interface ApiToken extends StoredToken {
  /** Of this token alone; 0 before the first one. */
  readonly generation: Generation
  readonly pause?: Pause | undefined
}

/** Somebody is signed in. */
export interface ActiveRecord extends StoredState, StoredToken {
  readonly state: 'active'
  readonly refreshToken?: RefreshToken | undefined
  readonly idToken?: string | undefined
  /** Access tokens of APIs, by the keys of their `Api`. A change of them makes no new generation of the session. */
  readonly apis?: Readonly<Record<string, ApiToken>> | undefined
  /** Only in a record as an API sees it: the session's own access token, which some servers want for a refresh. */
  readonly sessionToken?: AccessToken | undefined
  /** Only in such a record: the generation of the session. */
  readonly sessionGeneration?: Generation | undefined
}

/** A record whose access token a request can be sent with. */
export type AuthorizedRecord = ActiveRecord & { readonly accessToken: AccessToken }

/** One session, as it is stored. */
export type SessionRecord = SignedOutRecord | EndedRecord | ActiveRecord
