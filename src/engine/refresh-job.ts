import type { Api } from '../policy/api-tokens.ts'
import type { RefreshOutcome } from '../policy/classify.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import type { ActiveRecord, EndedRecord, Pause, SessionRecord, SignedOutRecord } from '../policy/vocabulary.ts'
import type { Platform } from './platform.ts'
import type { StoredRecord } from './stored-record.ts'
import type { TokenSource } from './token-source.ts'

/** What a refresh brought to those who waited. `moved`: another context refreshed, or somebody signed in, first. */
export type Refreshed = (
  | { readonly kind: 'success' | 'moved'; readonly record: ActiveRecord }
  | { readonly kind: 'ended'; readonly record: EndedRecord }
  | { readonly kind: 'signed-out'; readonly record: SignedOutRecord }
  | {
      readonly kind: 'failed'
      readonly record: SessionRecord
      readonly pause: Pause
      /** It was for an API. For the session's own token, the same answer would have ended the session. */
      readonly doubtful?: boolean
    }
) & {
  /** Tokens that arrived after the user had left: they can only be revoked. */
  readonly unwanted?: ActiveRecord
}

/** The stored record that a refresh changes: that of a session, or as one of its APIs sees it. */
export type RefreshedRecord = Pick<StoredRecord, 'key' | 'reread' | 'change' | 'begin'>

/** One refresh of one session. */
export interface RefreshJob {
  readonly session: string
  /** Which account and which access token it is for, in entries of the history. */
  readonly named: { readonly account?: string; readonly resource?: string }
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api?: Api
  readonly config: SessionConfiguration
  readonly stored: RefreshedRecord
  readonly source: TokenSource
  /** What prevents the call: it is not known from the file where the credential may go. */
  readonly prevented?: RefreshOutcome | undefined
  readonly platform: Platform
  /** What the caller saw: when the store holds another state, the refresh has been done already. */
  readonly seen: SessionRecord
  /** Also tries during a pause. */
  readonly force: boolean
  /** An access token that a resource server refused: a refresh that brings it again brings nothing. */
  readonly refusedToken: string | undefined
  /** Aborted when the user leaves or another signs in. */
  readonly signal: AbortSignal
  /** Called after a commit that other contexts must hear of. */
  readonly onCommitted: (record: SessionRecord) => void
}

/** What the last try brought. */
export interface Tried {
  readonly outcome: RefreshOutcome
  /** ms since epoch, just before it was sent. */
  readonly sentAt: number
  /** Of the server's answer, if there was one. */
  readonly status?: number | undefined
  /** See `outcomeForApi`. */
  readonly doubtful?: boolean
}
