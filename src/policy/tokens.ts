import { readPath } from './paths.ts'
import type { TokenFields } from './configuration.ts'
import type { AccessToken, RefreshToken, TokenResponse } from './vocabulary.ts'

/** 16 KiB: what servers take in one header field. */
const LONGEST_CREDENTIAL = 16_384
/** Ten years. Longer lifetimes are milliseconds, or points in time. */
export const LONGEST_LIFETIME_SECONDS = 315_360_000
/** @see https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2 */
export const TOKEN = /^[!#$%&'*+.^`|~\w-]+$/

/** Whether a header can carry it: visible ASCII, and not what careless servers make of nothing. @see https://www.rfc-editor.org/rfc/rfc6749#appendix-A.12 */
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
  const seconds = typeof value === 'string' ? Number(value) : value
  return typeof seconds === 'number' && seconds > 0 && seconds <= LONGEST_LIFETIME_SECONDS ? seconds : undefined
}

/** Whether there is a non-empty string where the access token stands, usable or not. */
export function hasAccessToken(body: unknown, fields: TokenFields): boolean {
  const token = readPath(body, fields.accessToken)
  return typeof token === 'string' && token !== ''
}

/** Reads a token response; what is not usable in it is as if it were missing. @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
export function readTokenResponse(body: unknown, fields: TokenFields): TokenResponse | undefined {
  const accessToken = readPath(body, fields.accessToken)
  if (!isCredential(accessToken)) return undefined
  const refreshToken = readPath(body, fields.refreshToken)
  const idToken = readPath(body, fields.idToken)
  const tokenType = readPath(body, fields.tokenType)
  const scope = readPath(body, 'scope')
  const expiresIn = secondsOf(readPath(body, fields.expiresIn))
  return {
    accessToken: accessToken as AccessToken,
    ...(isCredential(refreshToken) && { refreshToken: refreshToken as RefreshToken }),
    ...(isCredential(idToken) && { idToken }),
    ...(typeof tokenType === 'string' && TOKEN.test(tokenType) && { tokenType }),
    ...(typeof scope === 'string' && { scope }),
    ...(expiresIn && { expiresIn }),
  }
}
