/** The journal: what a worker that is stopped in the middle of a refresh leaves to the next one. */
import { CLOCK_TOLERANCE_MS } from './lifetime.ts'
import { isSameCredential } from './refresh-credential.ts'
import { isCredential } from './tokens.ts'
import type { Journal, RefreshCredential } from './vocabulary.ts'

/** Whether the same credential was sent before, and no answer was committed: the server may have rotated it. */
export function isOpen(journal: Journal | undefined, credential: RefreshCredential): boolean {
  return journal !== undefined && isSameCredential(journal.credential, credential)
}

/** ms for which the answer to the call that a journal tells of may still come. */
export function patienceMs(journal: Journal | undefined, timeoutMs: number, now: number): number {
  if (!journal) return 0
  const age = now - journal.since
  if (age + CLOCK_TOLERANCE_MS < 0) return 0
  return Math.min(Math.max(timeoutMs - age, 0), timeoutMs)
}

/** What the store holds is unknown until it is checked. */
export function isJournal(stored: unknown): stored is Journal {
  const { credential, since } = Object(stored) as Partial<Journal>
  const { kind, token } = Object(credential) as { kind?: unknown; token?: unknown }
  if (!Number.isFinite(since)) return false
  return (
    kind === 'cookie' ||
    kind === 'page' ||
    kind === 'vault' ||
    ((kind === 'refresh-token' || kind === 'access-token') && isCredential(token))
  )
}
