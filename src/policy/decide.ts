import { freshnessOf } from './lifetime.ts'
import { isRefreshable } from './refresh-credential.ts'
import type { AuthorizedRecord, RefreshBy, SessionRecord } from './vocabulary.ts'

/** What to do with a request to a protected resource before it is sent. */
export type Decision =
  | { readonly kind: 'send'; readonly record: AuthorizedRecord }
  | { readonly kind: 'send-and-refresh'; readonly record: AuthorizedRecord }
  | { readonly kind: 'hold' }
  | { readonly kind: 'untouched'; readonly why: 'signed-out' | 'session-ended' }

/** `refreshBy` is undefined where no refresh is configured; `now` is in ms since epoch. */
export function decide(record: SessionRecord, refreshBy: RefreshBy | undefined, now: number): Decision {
  const refreshable = isRefreshable(record, refreshBy)
  // The page's own code is asked once, before anybody has signed in or out here.
  const mayBegin = refreshBy === 'page' && record.state === 'signed-out' && record.generation === 0
  // Only the vault knows whether somebody has signed in there meanwhile, in another app perhaps.
  if (mayBegin || asksVault(record, refreshBy)) return { kind: 'hold' }
  if (record.state === 'ended') return { kind: 'untouched', why: 'session-ended' }
  if (!isAuthorized(record)) return refreshable ? { kind: 'hold' } : { kind: 'untouched', why: 'signed-out' }
  if (!refreshable) return { kind: 'send', record }
  switch (freshnessOf(record, now)) {
    case 'expired':
      return { kind: 'hold' }
    case 'ageing':
      return { kind: 'send-and-refresh', record }
    case 'fresh':
    case 'unknown':
      return { kind: 'send', record }
  }
}

/** Whether each request with this token needs a proof. @see https://www.rfc-editor.org/rfc/rfc9449#section-7.1 */
export const needsProof = ({ tokenType }: Pick<AuthorizedRecord, 'tokenType'>): boolean =>
  tokenType?.toLowerCase() === 'dpop'

/** Whether only the vault can say if somebody is signed in. */
export const asksVault = (record: SessionRecord, refreshBy: RefreshBy | undefined): boolean =>
  refreshBy === 'vault' && record.state !== 'active'

/** Whether this is the access token of a record. */
export function hasAccessToken(record: SessionRecord, accessToken: string | undefined): boolean {
  return accessToken !== undefined && record.state === 'active' && record.accessToken === accessToken
}

/** Whether a request can be sent with the access token of this record. */
export function isAuthorized(record: SessionRecord): record is AuthorizedRecord {
  return record.state === 'active' && record.accessToken !== undefined
}
