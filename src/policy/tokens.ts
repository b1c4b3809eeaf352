import { readAll } from './paths.ts'
import type { AccessToken, RefreshToken, TokenResponse } from './vocabulary.ts'

/** Where a number or a point in time is in an answer, and its unit. */
export interface Measured<Unit extends string> {
  readonly at: readonly string[]
  readonly in: Unit
}

/** Where tokens are in an answer: each a list of paths, or of `header:NAME`; the first that is there counts. */
export interface TokenFields {
  readonly accessToken: readonly string[]
  readonly refreshToken: readonly string[]
  readonly idToken: readonly string[]
  readonly tokenType: readonly string[]
  readonly expiresIn: Measured<'s' | 'ms'>
  /** A point in time, by the server's clock. */
  readonly expiresAt?: Measured<'s' | 'ms' | 'iso'>
}

/** 16 KiB: what servers take in one header field. */
const LONGEST_CREDENTIAL = 16_384
/** Ten years. Longer lifetimes are milliseconds, or points in time. */
export const LONGEST_LIFETIME_SECONDS = 315_360_000
/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/

/** The headers of an answer, as `Headers` iterates them. */
export type AnswerHeaders = Iterable<readonly [name: string, value: string]>

/** What is known of an answer besides its body. */
export interface AnswerFacts {
  readonly headers?: AnswerHeaders | undefined
  /** ms since epoch, on this device's clock, when the request was sent: for points in time where no `Date` can be read. */
  readonly sentAt?: number | undefined
}

/**
 * Whether a header can carry it: visible ASCII, and not "undefined", "null" or "[object Object]", which some servers
 * send for a missing token.
 * @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12
 */
export function isCredential(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= LONGEST_CREDENTIAL &&
    /^[!-~]+$/.test(value) &&
    !/^(undefined|null|\[object.*)$/.test(value)
  )
}

/** A number of seconds that can be believed, in a number or a string. */
export function secondsOf(value: unknown): number | undefined {
  const seconds = numberOf(value)
  return seconds > 0 && seconds <= LONGEST_LIFETIME_SECONDS ? seconds : undefined
}

function numberOf(value: unknown): number {
  if (typeof value === 'string' && value.trim()) return Number(value)
  return typeof value === 'number' ? value : NaN
}

/** What a header says at this name; names are compared whatever their case. */
export function headerOf(headers: AnswerHeaders, name: string): string | undefined {
  for (const [each, value] of headers) if (each.toLowerCase() === name.toLowerCase()) return value
  return undefined
}

/** Every value at these paths, in their order; a path `header:NAME` is a header of the answer. */
export function valuesAt(body: unknown, paths: readonly string[], headers: AnswerHeaders = []): unknown[] {
  return paths.flatMap((path) => (path.startsWith('header:') ? headerOf(headers, path.slice(7)) : readAll(body, path)))
}

/** The scheme before a token in a header; one of the usual schemes alone is no token. */
const SCHEME = /^\S+[ \t]+(?=\S+$)|^(bearer|dpop|jwt|token|basic)$/i

/** Every token at these paths, usable or not; the scheme of a header is taken off. */
export function tokensAt(body: unknown, paths: readonly string[], headers: AnswerHeaders = []): string[] {
  return paths
    .flatMap((path) =>
      valuesAt(body, [path], headers).map((value) =>
        path.startsWith('header:') && typeof value === 'string' ? value.trim().replace(SCHEME, '') : value,
      ),
    )
    .filter((value) => typeof value === 'string' && value !== '') as string[]
}

/** Whether there is a non-empty string where the access token stands, usable or not. */
export function hasAccessToken(body: unknown, fields: TokenFields, headers?: AnswerHeaders): boolean {
  return tokensAt(body, fields.accessToken, headers).length > 0
}

/** Reads a token response; what is not usable in it is as if it were missing. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export function readTokenResponse(
  body: unknown,
  fields: TokenFields,
  facts: AnswerFacts = {},
): TokenResponse | undefined {
  const first = (paths: readonly string[]): unknown => tokensAt(body, paths, facts.headers)[0]
  const accessToken = first(fields.accessToken)
  if (!isCredential(accessToken)) return undefined
  const refreshToken = first(fields.refreshToken)
  const idToken = first(fields.idToken)
  const tokenType = valuesAt(body, fields.tokenType, facts.headers).find(isTokenType)
  const [scope] = readAll(body, 'scope')
  const expiresIn = lifetimeIn(body, fields, facts)
  return {
    accessToken: accessToken as AccessToken,
    ...(isCredential(refreshToken) && { refreshToken: refreshToken as RefreshToken }),
    ...(isCredential(idToken) && { idToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(typeof scope === 'string' && { scope }),
    ...(expiresIn && { expiresIn }),
  }
}

const isTokenType = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value)

/** Seconds; the shorter where the answer has both a lifetime and a point in time. */
function lifetimeIn(body: unknown, { expiresIn, expiresAt }: TokenFields, facts: AnswerFacts): number | undefined {
  const { headers = [], sentAt = NaN } = facts
  const serverNow = Date.parse(headerOf(headers, 'date') ?? '') || sentAt
  const first = (paths: readonly string[], read: (value: unknown) => number) =>
    valuesAt(body, paths, headers)
      .map((value) => secondsOf(read(value)))
      .find((seconds) => seconds !== undefined)
  const lifetimes = [
    first(expiresIn.at, (value) => numberOf(value) / (expiresIn.in === 'ms' ? 1000 : 1)),
    first(expiresAt?.at ?? [], (value) => (timeOf(value, expiresAt!.in) - serverNow) / 1000),
  ].filter((seconds) => seconds !== undefined)
  return lifetimes.length ? Math.min(...lifetimes) : undefined
}

/** ms since epoch. A date without a time zone is in UTC: servers that leave it out mean that. */
function timeOf(value: unknown, unit: 's' | 'ms' | 'iso'): number {
  if (unit !== 'iso') return numberOf(value) * (unit === 's' ? 1000 : 1)
  if (typeof value !== 'string' || value.length > 100) return NaN
  return Date.parse(value.trim().replace(/^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(:\d\d)?(\.\d*)?)$/i, '$1T$2Z'))
}
