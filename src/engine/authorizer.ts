import type { BearerWorkerError } from '../errors.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type { Decision } from '../policy/decide.ts'
import type { ActiveRecord, AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import type { AuthorizationServer, Prover } from './authorization-server.ts'
import type { Refreshed } from './refresh-job.ts'
import type { Refusals } from './refusals.ts'
import type { StoredRecord } from './stored-record.ts'
import type { TokenSource } from './token-source.ts'
import type { Vault } from './vault.ts'

/**
 * What authorizes a request: a session by its own access token, or one of its APIs that has an access token of its own. Its
 * records are those that its requests see.
 */
export interface Authorizer {
  /** Of the session. */
  readonly name: string
  /** Whose access token it is, and which, in entries of the history. */
  readonly named: { readonly account?: string; readonly resource?: string }
  readonly config: SessionConfiguration
  readonly authorizationServer: AuthorizationServer | undefined
  /** Where its refresh token lives, if it lives elsewhere. */
  readonly vault: Vault | undefined
  readonly stored: { readonly cached: SessionRecord | undefined; read(): Promise<SessionRecord> }
  readonly refusals: Refusals
  readonly refreshable: boolean
  /** What to do with a request before it is sent. */
  decide(record: SessionRecord): Decision
  /** What makes the proofs of a token that is bound to a key; undefined for any other token. */
  proverOf(record: AuthorizedRecord): Promise<Prover> | undefined
  /** Whether a server refused this token, and a refresh that replaces it is under way. */
  isReplacing(accessToken: string): boolean
  /** A server refused the token of this record. */
  refused(record: AuthorizedRecord): void
  /** Joins the one refresh, or begins it. `force` also tries during a pause. */
  refresh(seen: SessionRecord, force?: boolean): Promise<Refreshed>
  /** The token is past its lifetime, refused, and cannot be refreshed. */
  expire(record: ActiveRecord): Promise<void>
}

/** What one of its APIs needs of a session besides. */
export interface SessionOfApis extends Authorizer {
  readonly stored: StoredRecord
  readonly tokenSource: TokenSource | undefined
  /** Aborted when what goes on for the present user is over. */
  readonly epochOver: AbortSignal
  /** Resolves with undefined once it is known from the file where secrets of this session go; with the problem when not. */
  unconfirmed(): Promise<BearerWorkerError | undefined>
  /** The stored record has changed: tells all contexts. */
  changed(): void
  /** What pages may know of the session has changed. */
  announce(): void
}
