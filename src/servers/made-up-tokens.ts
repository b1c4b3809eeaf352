import type { JsonObject } from './known-server.ts'

/** Long enough ago that no difference of clocks can explain a refusal of the token. */
const AGE_SECONDS = 10

const base64url = (value: string): string => Buffer.from(value).toString('base64url')

/** A JWT whose claims are plausible and whose signature is none. */
export function madeUpJwt(claims: JsonObject): string {
  const header = base64url(JSON.stringify({ alg: 'HS256', typ: 'JWT' }))
  return `${header}.${base64url(JSON.stringify(claims))}.${base64url('made up, and no signature')}`
}

/** A JWT issued shortly before `now`, both in seconds. */
export function issuedJwt(now: number, lifetimeSeconds: number, claims: JsonObject): string {
  const issuedAt = now - AGE_SECONDS
  return madeUpJwt({ iat: issuedAt, exp: issuedAt + lifetimeSeconds, ...claims })
}

/** A JWT that says when it ends and not when it was issued. */
export function endingJwt(now: number, lifetimeSeconds: number, claims: JsonObject): string {
  return madeUpJwt({ exp: now - AGE_SECONDS + lifetimeSeconds, ...claims })
}

/** A token that says nothing to anybody but its server. */
export const opaqueToken = (name: string): string => `made-up-${name}`
