import type { ConfigurationIssue } from '../../errors.ts'

/** A mistake or a note, and where it stands in the file; lines and columns count from 1. */
export interface PlacedIssue extends ConfigurationIssue {
  readonly line?: number
  readonly column?: number
}

/** A mistake before its path is looked up in the file. */
export interface Mistake extends ConfigurationIssue {
  /** Where it stands, where its path alone does not say: an index into the text. */
  readonly offset?: number
  /** The worker takes the file all the same: what is wrong is known to `check` only. */
  readonly accepted?: true
}
