import type { Findings } from '../finding.ts'
import type { Consent } from './consent.ts'
import type { Unreachable, Visit, Visited } from './visit.ts'

/** What each check of a site works with. */
export interface Examination {
  /** Of the site. */
  readonly origin: string
  readonly visit: Visit
  readonly findings: Findings
  /** Whether an answer is a page of the app, which many servers send for every path that they do not know. */
  readonly isStartPage: (answer: Visited) => boolean
  /** Whether a token endpoint may be sent a request. */
  readonly consent: Consent
}

/** A server that gave no answer: a problem, or a note where it was not asked. */
export function unreachable(
  { findings }: Examination,
  { url, why, blocked }: Unreachable,
  problem: { readonly code: string; readonly what: string; readonly where: string },
): void {
  if (blocked)
    findings.note(
      'private-address',
      url,
      `${problem.what} was not asked: ${why}.`,
      `Correct ${problem.where}, if it is meant for development only. With --probe it is asked.`,
    )
  else
    findings.problem(
      problem.code,
      url,
      `${problem.what} cannot be reached: ${why}.`,
      `Correct ${problem.where}, or start that server.`,
    )
}
