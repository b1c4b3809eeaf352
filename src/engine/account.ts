import type { Session } from './session.ts'

/** Whose session it is, where that is a named account. */
export interface Account {
  readonly name: string
  /** The session of the same name without an account. */
  readonly base: Session
}
