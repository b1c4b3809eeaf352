import { claimsOf } from './claims.ts'
import { freshnessOf } from './lifetime.ts'
import { YOUNG_TOKEN_MS } from './schedule.ts'
import type { Challenge } from './challenge.ts'
import type { SessionConfiguration } from './normalize.ts'
import type { ActiveRecord, SessionRecord } from './vocabulary.ts'

/** What is known of a resource server's answer; `code` is what stands at `errorField` of its JSON body. */
export interface Answer {
  readonly status: number
  readonly challenges: readonly Challenge[]
  readonly code?: string | undefined
}

type InvalidToken = Pick<SessionConfiguration, 'invalidToken'>

/** Whether this status may refuse the token: the first, cheap look. */
export function looksRefused(status: number, { invalidToken }: InvalidToken): boolean {
  return invalidToken.statuses.includes(status)
}

/** Whether the code in the body must be known to judge. */
export function needsBody({ invalidToken }: InvalidToken): boolean {
  return invalidToken.errorCodes.length > 0
}

/**
 * Whether the answer says that the access token is invalid. Not when the token lacks a scope or an authentication level, or
 * when only the proof is wrong.
 * @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 * @see https://www.rfc-editor.org/rfc/rfc9470#section-3
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-9
 */
export function isTokenRefused({ status, challenges, code }: Answer, config: InvalidToken): boolean {
  if (!looksRefused(status, config)) return false
  if (
    challenges.some(
      ({ scheme, parameters }) =>
        /^(bearer|dpop)$/i.test(scheme) &&
        /^(insufficient_(scope|user_authentication)|use_dpop_nonce|invalid_dpop_proof)$/.test(
          parameters['error'] ?? '',
        ),
    )
  )
    return false
  if (!needsBody(config)) return true
  return code === undefined ? status > 299 : config.invalidToken.errorCodes.includes(code)
}

export type AfterRefusal =
  | 'replay'
  | 'give'
  | 'end-and-give'
  | 'refresh-and-give'
  | 'refresh-and-replay'
  | 'wait-and-replay'

export interface RefusalFacts {
  readonly sentEpoch: number
  readonly sentGeneration: number
  readonly record: SessionRecord
  readonly now: number
  /** Whether the request was replayed. Sending it again after the wait for a young token does not count. */
  readonly alreadyReplayed: boolean
  readonly replayable: boolean
  readonly refreshable: boolean
  readonly ineffective: boolean
  readonly alreadyWaited: boolean
}

/** Whether another token of the same user has replaced the refused one since, and can be sent. */
export function isReplaced({
  record,
  sentEpoch,
  sentGeneration,
  now,
}: Pick<RefusalFacts, 'record' | 'sentEpoch' | 'sentGeneration' | 'now'>): boolean {
  if (record.epoch !== sentEpoch || record.state !== 'active' || record.generation === sentGeneration) return false
  return !!record.accessToken && freshnessOf(record, now) !== 'expired'
}

/** What to do once a token was refused; `give` hands the page this answer. @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
export function afterRefusal(facts: RefusalFacts): AfterRefusal {
  const { record, now, replayable } = facts
  if (record.epoch !== facts.sentEpoch || record.state !== 'active' || facts.alreadyReplayed) return 'give'
  const newer = record.generation !== facts.sentGeneration
  const expired = freshnessOf(record, now) === 'expired'
  if (isReplaced(facts)) return replayable ? 'replay' : 'give'
  if (!facts.refreshable) return expired && !newer ? 'end-and-give' : 'give'
  if (facts.ineffective) return 'give'
  if (!replayable) return 'refresh-and-give'
  return !newer && !facts.alreadyWaited && isYoung(record, now) ? 'wait-and-replay' : 'refresh-and-replay'
}

/**
 * Whether the token is so new that a resource server whose clock is behind refuses it. An opaque token has no iat or
 * nbf, so it never counts as young.
 */
function isYoung({ accessToken, storedAt = 0 }: ActiveRecord, now: number): boolean {
  const age = now - storedAt
  if (age < 0 || age >= YOUNG_TOKEN_MS) return false
  const { iat, nbf } = claimsOf(accessToken) ?? {}
  return typeof iat === 'number' || typeof nbf === 'number'
}
