import { codeAt, readPath } from './paths.ts'
import { retryAfterMs } from './retry-after.ts'
import { hasAccessToken, readTokenResponse } from './tokens.ts'
import type { SessionConfiguration } from './configuration.ts'
import type { TokenResponse } from './vocabulary.ts'

/** The token endpoint's answer, as far as it could be read: `unreadable` is cut short, broken gzip, or over the limit. */
export interface RefreshAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly retryAfter?: string | null
  /** The server's own clock, where it may be read: a `Retry-After` that is a date is meant by it. */
  readonly date?: string | null
  readonly body:
    | { readonly kind: 'json'; readonly value: unknown }
    | { readonly kind: 'not-json' }
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'empty' }
}
export interface NoAnswer {
  readonly kind: 'no-answer'
  readonly why: 'network' | 'timeout' | 'redirect'
}

export type RefreshOutcome =
  | { readonly kind: 'success'; readonly tokens: TokenResponse }
  /** `ambiguous`: the server may have rotated the refresh token. */
  | {
      readonly kind: 'for-now'
      readonly ambiguous: boolean
      readonly reason: string
      readonly retryAfterMs?: number
      readonly answered: boolean
    }
  | { readonly kind: 'ended'; readonly reason: string }
  | { readonly kind: 'needs-user'; readonly reason: string }
  | { readonly kind: 'configuration'; readonly reason: string }

export interface RefreshContext {
  readonly config: Pick<SessionConfiguration, 'tokenFields' | 'errorField' | 'sessionEnded'>
  /** The access token that this refresh is to replace, where it was refused. */
  readonly refreshedAccessToken?: string
  readonly dpop: boolean
  readonly now: number
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
const NEEDS_USER = /^(interaction|login|consent)_required$/
/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
const CONFIGURATION = /^(invalid_(client|scope|request)|unauthorized_client|unsupported_grant_type)$/
/** A proof's clock or nonce says nothing of the session. @see https://www.rfc-editor.org/rfc/rfc9449#section-5 */
const PASSING = /^(use_dpop_nonce|invalid_dpop_proof|temporarily_unavailable)$/

/** What a refresh brought: codes first, whatever the status, then the status. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function classify(
  answer: RefreshAnswer | NoAnswer,
  { config, refreshedAccessToken, dpop, now }: RefreshContext,
): RefreshOutcome {
  if (answer.kind === 'no-answer') return { kind: 'for-now', ambiguous: true, reason: answer.why, answered: false }
  const { status, body } = answer
  const good = status >= 200 && status < 300
  const wait = retryAfterMs(answer.retryAfter, Date.parse(answer.date ?? '') || now)
  const forNow = (reason: string, ambiguous = false): RefreshOutcome => ({
    kind: 'for-now',
    ambiguous,
    reason,
    answered: !ambiguous,
    ...(wait !== undefined && { retryAfterMs: wait }),
  })
  if (body.kind === 'unreadable') return forNow('unreadable', true)

  const value = body.kind === 'json' ? body.value : undefined
  if (good && hasAccessToken(value, config.tokenFields)) {
    const type = `${readPath(value, config.tokenFields.tokenType)}`.toLowerCase()
    if (type === 'mac' || type === 'n_a' || (type === 'dpop' && !dpop) || (type === 'bearer' && dpop))
      return { kind: 'configuration', reason: `token-type-${type}` }
    const tokens = readTokenResponse(value, config.tokenFields)
    if (!tokens) return forNow('unusable-token')
    return tokens.accessToken === refreshedAccessToken ? forNow('same-token') : { kind: 'success', tokens }
  }

  const code = codeAt(value, config.errorField) ?? ''
  const reason = code || (good ? 'no-access-token' : `http-${status}`)
  if (code === 'invalid_grant' || (code && config.sessionEnded.errorCodes.includes(code)))
    return { kind: 'ended', reason }
  if (NEEDS_USER.test(code)) return { kind: 'needs-user', reason }
  if (CONFIGURATION.test(code) || /^(404|405|415)$/.test(`${status}`)) return { kind: 'configuration', reason }
  if ((status === 400 || status === 401) && !PASSING.test(code)) return { kind: 'ended', reason }
  return forNow(reason, status < 200 || (status > 299 && status < 400))
}
