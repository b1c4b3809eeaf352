import type { TokenResponse } from './vocabulary.ts'
import { isCredential, TOKEN } from './tokens.ts'
import type { VaultCalls, VaultQuestion } from '../protocol.ts'

/** A question of an app, checked: any script of its pages can send anything. */
export type CheckedQuestion =
  | { readonly name: 'ping' }
  | { readonly name: 'token'; readonly call: VaultCalls['token']['call'] }
  | { readonly name: 'proof'; readonly call: VaultCalls['proof']['call'] }
  | { readonly name: 'learn'; readonly call: VaultCalls['learn']['call'] }
  | { readonly name: 'signOut'; readonly call: VaultCalls['signOut']['call'] }
  | { readonly name: 'adopt'; readonly call: Omit<VaultCalls['adopt']['call'], 'tokens'> & { tokens: TokenResponse } }

/** Characters of a nonce or a date that are taken. */
const LONGEST_HEADER = 4_096
/** Captured longer ago than this, in ms, tokens are not taken: the request that brought them has timed out. */
const LONGEST_AGE_MS = 600_000

/** The id of a question, by which its reply is known; undefined for a message that is none. */
export function idOf(data: unknown): number | undefined {
  const { id } = Object(data) as Partial<VaultQuestion>
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : undefined
}

/** What an app asks; undefined for anything else. It is a copy: nothing that the message has besides is kept. */
export function asQuestion(data: unknown): CheckedQuestion | undefined {
  const { name, with: call } = Object(data) as Partial<VaultQuestion>
  if (name === 'ping') return { name }
  const fields = Object(call) as Readonly<Record<string, unknown>>
  const { session, have, reason, tokens, ageMs, returnTo, accessToken, method, url, nonce, date } = fields
  if (typeof session !== 'string') return undefined
  switch (name) {
    case 'token':
      if (!(have === undefined || isCredential(have)) || !isReason(reason)) return undefined
      return { name, call: { session, have, reason } }
    case 'proof':
      if (!isCredential(accessToken) || !isMethod(method) || !isHttp(url)) return undefined
      return { name, call: { session, accessToken, method, url } }
    case 'learn':
      if (!isHttp(url) || !isShort(nonce) || !isShort(date)) return undefined
      return { name, call: { session, url, nonce, date } }
    case 'signOut':
      return typeof returnTo === 'string' ? { name, call: { session, returnTo } } : undefined
    case 'adopt': {
      const adopted = asTokens(tokens)
      const isAge = typeof ageMs === 'number' && ageMs >= 0 && ageMs <= LONGEST_AGE_MS
      return adopted && isAge ? { name, call: { session, tokens: adopted, ageMs } } : undefined
    }
    default:
      return undefined
  }
}

const isMethod = (value: unknown): value is string => typeof value === 'string' && TOKEN.test(value)
const isHttp = (value: unknown): value is string => typeof value === 'string' && /^https?:\/\//i.test(value)
/** A header that was read; without one, null. */
const isShort = (value: unknown): value is string | null =>
  value === null || (typeof value === 'string' && value.length <= LONGEST_HEADER)

const isReason = (value: unknown): value is VaultCalls['token']['call']['reason'] =>
  value === 'missing' || value === 'expired' || value === 'refused' || value === 'asked'

function asTokens(value: unknown): TokenResponse | undefined {
  const { accessToken, refreshToken, idToken, tokenType, scope, expiresIn } = Object(value) as Partial<TokenResponse>
  const isSound =
    isCredential(accessToken) &&
    [refreshToken, idToken].every((each) => each === undefined || isCredential(each)) &&
    (tokenType === undefined || (typeof tokenType === 'string' && TOKEN.test(tokenType))) &&
    (scope === undefined || typeof scope === 'string') &&
    (expiresIn === undefined || (Number.isFinite(expiresIn) && expiresIn > 0))
  if (!isSound) return undefined
  return {
    accessToken: accessToken!,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(idToken !== undefined && { idToken }),
    ...(tokenType !== undefined && { tokenType }),
    ...(scope !== undefined && { scope }),
    ...(expiresIn !== undefined && { expiresIn }),
  }
}
