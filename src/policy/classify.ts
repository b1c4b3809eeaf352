import { containing } from './capture.ts'
import { isRepeated } from './lifetime.ts'
import { type NoToken, noTokenIn } from './no-token.ts'
import { codesAt, textsAt } from './paths.ts'
import { retryAfterMs } from './retry-after.ts'
import { type AnswerHeaders, hasAccessToken, readTokenResponse, valuesAt } from './tokens.ts'
import type { PageRefresh, RefreshConfiguration, SessionConfiguration } from './normalize.ts'
import type { Reason, ServerCode, TokenResponse } from './vocabulary.ts'

/** The token endpoint's answer, as far as it could be read: `unreadable` is cut short, broken gzip, or over the limit. */
export interface RefreshAnswer {
  readonly kind: 'answer'
  readonly status: number
  readonly retryAfter?: string | null
  /** The server's own clock, where it may be read: a `Retry-After` that is a date is meant by it. */
  readonly date?: string | null
  /** For tokens that are in headers. */
  readonly headers?: AnswerHeaders
  readonly body:
    | { readonly kind: 'json'; readonly value: unknown }
    | { readonly kind: 'not-json' }
    | { readonly kind: 'unreadable' }
    | { readonly kind: 'empty' }
}
export interface NoAnswer {
  readonly kind: 'no-answer'
  readonly why: 'network' | 'timeout'
}

export type RefreshOutcome =
  | { readonly kind: 'success'; readonly tokens: TokenResponse }
  | {
      readonly kind: 'for-now'
      /** The server may have rotated the refresh token. */
      readonly ambiguous: boolean
      readonly reason: Reason
      readonly retryAfterMs?: number
      readonly answered: boolean
      /** No second try at once: a refresh token for one use may be spent. */
      readonly again?: false
      /** What was looked for and what was found instead, where a good answer had no access token. */
      readonly noToken?: NoToken
    }
  | { readonly kind: 'ended'; readonly reason: Reason }
  /** The vault says that nobody is signed in, in any app; `reason` is why the last sign-in failed. */
  | { readonly kind: 'signed-out'; readonly reason?: string | undefined }
  | { readonly kind: 'needs-user'; readonly reason: Reason }
  | { readonly kind: 'configuration'; readonly reason: Reason }

/** What the answer of a token endpoint can bring: the end of a session, but no sign-out. */
export type AnswerOutcome = Exclude<RefreshOutcome, { kind: 'signed-out' }>

export interface RefreshContext {
  readonly config: Pick<SessionConfiguration, 'tokenFields' | 'errorField' | 'sessionEnded'> & {
    readonly refresh?: Pick<RefreshConfiguration | PageRefresh, 'tokenFields' | 'errorField'>
    readonly authorizationServer?: object
  }
  /** The access token that this refresh is to replace, where it was refused. */
  readonly refreshedAccessToken?: string
  /** The same where it has run out, or soon will: it is no new one unless the answer says that it lives longer. */
  readonly agedAccessToken?: string
  /** Whether the refresh presents the access token itself: a server may renew it and keep its text. */
  readonly renewsItself?: boolean
  /** Tokens that the server knows: a text that repeats one is no code, since codes are shown. */
  readonly secrets?: readonly string[]
  /** Whether a refresh of this session has succeeded before: then its configuration is right. */
  readonly refreshedBefore?: boolean
  readonly dpop: boolean
  /** ms since epoch, on this device's clock. */
  readonly now: number
  /** ms since epoch, just before the request was sent. */
  readonly sentAt?: number
}

/** @see https://openid.net/specs/openid-connect-core-1_0.html#AuthError */
const NEEDS_USER = /^(interaction|login|consent)_required$/
/**
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2
 * @see https://www.rfc-editor.org/rfc/rfc8707#section-2
 */
const CONFIGURATION = /^(invalid_(client|scope|request|target)|unauthorized_client|unsupported_grant_type)$/
/**
 * Load or time, in any spelling; and a proof's clock or nonce says nothing of the session.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-5
 */
const FOR_NOW =
  /too[\W_]*many|quota|rate[\W_]*limit|limit[\W_]*exceed|throttl|overload|busy|maintenance|slow[\W_]*down|temporar|unavailable|(server|internal)[\W_]*error|timed?[\W_]*out|try[\W_]*again|^(429|503|use_dpop_nonce|invalid_dpop_proof)$/i

/** What a refresh brought: codes first, whatever the status, then the status. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export function classify(answer: RefreshAnswer | NoAnswer, context: RefreshContext): AnswerOutcome {
  if (answer.kind === 'no-answer') return { kind: 'for-now', ambiguous: true, reason: answer.why, answered: false }
  const { status, body } = answer
  const wait = retryAfterMs(answer.retryAfter, Date.parse(answer.date ?? '') || context.now)
  const forNow = (reason: Reason, ambiguous = false): AnswerOutcome => ({
    kind: 'for-now',
    ambiguous,
    reason,
    answered: !ambiguous,
    ...(wait !== undefined && { retryAfterMs: wait }),
  })
  if (body.kind === 'unreadable') return forNow('unreadable', true)
  const value = body.kind === 'json' ? body.value : undefined
  const good = status >= 200 && status < 300
  return (
    (good && withToken(answer, value, context, forNow)) ||
    withCode(codesIn(value, context), status, context, forNow) ||
    withSentence(value, status, context, forNow) ||
    withStatus(answer, value, context, forNow)
  )
}

/**
 * What a refresh for an API says: a refused refresh ends no session, since a server may only refuse the API. `doubtful`: it
 * would have ended the session, had it been for the session's own token, and so that one has to be asked for.
 */
export function outcomeForApi(outcome: RefreshOutcome): {
  readonly outcome: RefreshOutcome
  readonly doubtful: boolean
} {
  if (outcome.kind !== 'ended') return { outcome, doubtful: false }
  return { outcome: { kind: 'needs-user', reason: outcome.reason }, doubtful: true }
}

type ForNow = (reason: Reason, ambiguous?: boolean) => AnswerOutcome

const fieldsOf = ({ config }: RefreshContext) => config.refresh?.tokenFields ?? config.tokenFields

/** An authorization server's errors are at `error`, wherever those of the API are. */
function errorPathsOf({ config }: RefreshContext): string | readonly string[] {
  const { authorizationServer, refresh, errorField } = config
  return authorizationServer ? 'error' : (refresh?.errorField ?? errorField)
}

function codesIn(value: unknown, context: RefreshContext): readonly ServerCode[] {
  const isSecret = containing(context.secrets ?? [])
  return codesAt(value, errorPathsOf(context)).filter((code) => !isSecret(code))
}

/** Some servers say a whole sentence where the code stands: of load or time it is as good as one, too long to be shown. */
function withSentence(
  value: unknown,
  status: number,
  context: RefreshContext,
  forNow: ForNow,
): AnswerOutcome | undefined {
  return textsAt(value, errorPathsOf(context)).some((text) => FOR_NOW.test(text)) ? forNow(`http-${status}`) : undefined
}

/** A good answer with an access token; undefined for one without. */
function withToken(
  answer: RefreshAnswer,
  value: unknown,
  context: RefreshContext,
  forNow: ForNow,
): AnswerOutcome | undefined {
  const { refreshedAccessToken, agedAccessToken, renewsItself, dpop, sentAt, now } = context
  const { headers } = answer
  const fields = fieldsOf(context)
  if (!hasAccessToken(value, fields, headers)) return undefined
  const [type] = valuesAt(value, fields.tokenType, headers)
    .filter((each) => typeof each === 'string')
    .map((each) => each.toLowerCase())
  if (type === 'mac' || type === 'n_a' || (type === 'dpop' && !dpop) || (type === 'bearer' && dpop))
    return { kind: 'configuration', reason: `token-type-${type}` }
  const tokens = readTokenResponse(value, fields, { headers, sentAt: sentAt ?? now })
  if (!tokens) return forNow('unusable-token')
  // A server that was shown the refused token and states a new lifetime of it has renewed it.
  const isRenewed = renewsItself && tokens.expiresIn !== undefined
  const isSame = (tokens.accessToken === refreshedAccessToken && !isRenewed) || isRepeated(tokens, agedAccessToken)
  return isSame ? forNow('same-token') : { kind: 'success', tokens }
}

/** The rows with codes; undefined where none lists a code of the answer. */
function withCode(
  codes: readonly ServerCode[],
  status: number,
  { config, refreshedBefore }: RefreshContext,
  forNow: ForNow,
): AnswerOutcome | undefined {
  const like = (pattern: RegExp): ServerCode | undefined => codes.find((code) => pattern.test(code))
  const ending = codes.find((code) => code === 'invalid_grant' || config.sessionEnded.errorCodes.includes(code))
  if (ending) return { kind: 'ended', reason: ending }
  const passing = like(FOR_NOW)
  if (passing) return forNow(passing)
  const needing = like(NEEDS_USER)
  if (needing) return { kind: 'needs-user', reason: needing }
  const wrong = like(CONFIGURATION)
  // Some servers say this of a spent refresh token, and a configuration that has refreshed once is right.
  if (!wrong) return undefined
  if (wrong !== 'invalid_request' || !refreshedBefore) return { kind: 'configuration', reason: wrong }
  return saysNothingOfTheSession(status) ? forNow(wrong) : { kind: 'ended', reason: wrong }
}

/** A failure of the server, a timeout, or too many requests. @see https://www.rfc-editor.org/rfc/rfc9110#section-15.6 */
const saysNothingOfTheSession = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status)

/** The rows with statuses. */
function withStatus(
  { status, body }: RefreshAnswer,
  value: unknown,
  context: RefreshContext,
  forNow: ForNow,
): AnswerOutcome {
  const good = status >= 200 && status < 300
  const reason: Reason = codesIn(value, context)[0] ?? (good ? 'no-access-token' : `http-${status}`)
  if (context.config.sessionEnded.statuses.includes(status)) return { kind: 'ended', reason }
  if (/^(404|405|415)$/.test(`${status}`)) return { kind: 'configuration', reason }
  const outcome = forNow(reason, status < 200 || (status > 299 && status < 400))
  if (!good || body.kind !== 'json' || outcome.kind !== 'for-now') return outcome
  return { ...outcome, again: false, noToken: noTokenIn(value, fieldsOf(context)) }
}
