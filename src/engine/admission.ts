import type { Match } from './matcher.ts'
import type { Session } from './session.ts'

/** A request that may be sent now, by the configuration that is in force now. */
export interface Admitted {
  readonly kind: 'admitted'
  readonly match: Match
  readonly session: Session
  /** Whether the configuration in force still gives the request the token: it may be newer than the match. */
  readonly isListed: () => boolean
}

/** What becomes of a request that matches. `unconfirmed`: it must not be sent, since it is not known where its tokens may go. */
export type Admission =
  | Admitted
  | { readonly kind: 'unconfirmed'; readonly session: Session }
  | { readonly kind: 'mismatch' }
