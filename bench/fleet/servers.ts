/** The authorization server and the resource server of a scene: what they answer is a function of the time and of one user's session. */
import type { NoAnswer, RefreshAnswer } from '../../src/policy/classify.ts'
import type { Random } from '../../scripts/random.ts'

/** ms since the start of the disturbance; before it the time is negative. */
export type At = number

/** What the authorization server knows of one browser's session. */
export interface Family {
  /** The number of the refresh token that is good. */
  current: number
  /** When the one before was spent. */
  rotatedAt: At
  ended: boolean
}

export interface Answered {
  readonly answer: RefreshAnswer | NoAnswer
  readonly tookMs: number
}

export interface TokenCall {
  readonly at: At
  /** The number of the refresh token that is presented. */
  readonly token: number
  readonly family: Family
  readonly random: Random
}

export type TokenEndpoint = (call: TokenCall) => Answered

export const LIFETIME_SECONDS = 600
/** What `timeoutSeconds` is by default. */
export const TIMEOUT_MS = 10_000

const quick = (random: Random) => 50 + random.next() * 100

const answer = (status: number, value?: unknown, retryAfter?: string): RefreshAnswer => ({
  kind: 'answer',
  status,
  body: value === undefined ? { kind: 'empty' } : { kind: 'json', value },
  ...(retryAfter !== undefined && { retryAfter }),
})

/** Opaque, and another one each time. */
export const accessTokenOf = (at: At): string => `a${at}`

/** Issues new tokens. A refresh token that is not rotated is always number 0. */
export const healthy: TokenEndpoint = ({ at, random }) => ({
  answer: answer(200, tokens(at, 0)),
  tookMs: quick(random),
})

const tokens = (at: At, refreshToken: number) => ({
  access_token: accessTokenOf(at),
  refresh_token: `r${refreshToken}`,
  expires_in: LIFETIME_SECONDS,
})

/** Rotates; takes the token before once more within the grace, and ends the session when a spent one comes later (RFC 9700 section 4.14.2). */
export function rotating(graceMs: number): TokenEndpoint {
  return ({ at, token, family, random }) => {
    const tookMs = quick(random)
    const isSpent = token !== family.current
    if (family.ended || (isSpent && (token !== family.current - 1 || at - family.rotatedAt > graceMs))) {
      family.ended = true
      return { answer: answer(400, { error: 'invalid_grant' }), tookMs }
    }
    if (!isSpent) {
      family.current++
      family.rotatedAt = at
    }
    return { answer: answer(200, tokens(at, family.current)), tookMs }
  }
}

export const unavailable: TokenEndpoint = ({ random }) => ({ answer: answer(503), tookMs: quick(random) })

export const silent: TokenEndpoint = () => ({ answer: { kind: 'no-answer', why: 'timeout' }, tookMs: TIMEOUT_MS })

/** 429 with the same number of seconds for all. */
export const tooMany =
  (seconds: number): TokenEndpoint =>
  ({ random }) => ({ answer: answer(429, undefined, `${seconds}`), tookMs: quick(random) })

/** 503 with the moment at which the work on the server will be done, the same for all. */
export const downUntil =
  (end: At): TokenEndpoint =>
  ({ at, random }) => ({
    answer: answer(503, undefined, `${Math.max(1, Math.ceil((end - at) / 1000))}`),
    tookMs: quick(random),
  })

/** The server does its work, and a part of the answers is lost on the way. */
export const lossy =
  (share: number, endpoint: TokenEndpoint): TokenEndpoint =>
  (call) => {
    const answered = endpoint(call)
    return call.random.next() < share ? { answer: { kind: 'no-answer', why: 'network' }, tookMs: 200 } : answered
  }

/** The server does its work in 4 to 14 s: two of five answers come after the browser has given up. */
export const slow =
  (endpoint: TokenEndpoint): TokenEndpoint =>
  (call) => {
    const tookMs = 4_000 + call.random.next() * 10_000
    const { answer } = endpoint({ ...call, at: call.at + tookMs })
    return tookMs > TIMEOUT_MS ? silent(call) : { answer, tookMs }
  }
