import { freshnessOf } from './lifetime.ts'
import type { SessionRecord } from './vocabulary.ts'

export type Decision =
  | { readonly kind: 'send' }
  | { readonly kind: 'send-and-refresh' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'untouched'; readonly why: 'has-authorization' | 'signed-out' | 'session-ended' }

export interface RequestFacts {
  readonly record: SessionRecord | undefined
  readonly now: number
  readonly hasAuthorization: boolean
  /** The refresh token is in a cookie. */
  readonly cookieRefresh: boolean
  /** A refresh is configured, by hand or by metadata. */
  readonly canRefresh: boolean
}

/** What to do with a request to a protected resource, before it is sent. */
export function decide({ record, now, hasAuthorization, cookieRefresh, canRefresh }: RequestFacts): Decision {
  if (hasAuthorization) return { kind: 'untouched', why: 'has-authorization' }
  if (record?.state === 'ended') return { kind: 'untouched', why: 'session-ended' }
  if (record?.state !== 'active') return { kind: 'untouched', why: 'signed-out' }
  const refreshable = canRefresh && (cookieRefresh || !!record.refreshToken)
  if (!record.accessToken) return refreshable ? { kind: 'hold' } : { kind: 'untouched', why: 'signed-out' }
  const freshness = freshnessOf(record, now)
  if (refreshable && freshness === 'expired') return { kind: 'hold' }
  return { kind: refreshable && freshness === 'ageing' ? 'send-and-refresh' : 'send' }
}
