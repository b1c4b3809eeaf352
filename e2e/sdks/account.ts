import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'

type Claims = Readonly<Record<string, unknown>>

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

/** The public key of every token, as a JWK set. */
export const KEYS = { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'stand-in', use: 'sig', alg: 'RS256' }] }

/** A user of a stand-in: which of the tokens are good, and how often they were refreshed. */
export class Account {
  readonly lifetimeSeconds = 3600
  /** Whether the server would sign the user in without a question, by its cookie. */
  isKnown = false
  /** Refreshes that brought tokens. */
  refreshes = 0
  /** Refreshes that were refused. */
  refusals = 0
  readonly #accessTokens = new Set<string>()
  readonly #refreshTokens = new Set<string>()

  /** A JWT that the API accepts from now on. */
  accessToken(claims: Claims = {}): string {
    const token = this.jwt(claims)
    this.#accessTokens.add(token)
    return token
  }

  /** A JWT that the API does not accept: an ID token. */
  jwt(claims: Claims = {}): string {
    const now = Math.floor(Date.now() / 1000)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const payload = { sub: 'ada', iat: now, exp: now + this.lifetimeSeconds, jti: randomBytes(8).toString('hex') }
    const signed = `${encode({ alg: 'RS256', typ: 'JWT', kid: 'stand-in' })}.${encode({ ...payload, ...claims })}`
    return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), privateKey).toString('base64url')}`
  }

  /** A JWT as well: Keycloak's SDK reads it. */
  refreshToken(): string {
    const token = this.jwt({ typ: 'Refresh' })
    this.#refreshTokens.add(token)
    return token
  }

  /** Whether this refresh token brings tokens; counts the refresh. It can be used again, unless it `rotates`. */
  refreshesWith(token: string | undefined, { rotates = false } = {}): boolean {
    const isGood = token !== undefined && this.#refreshTokens.has(token)
    if (isGood) this.refreshes++
    else this.refusals++
    if (isGood && rotates) this.#refreshTokens.delete(token)
    return isGood
  }

  accepts(accessToken: string): boolean {
    return this.#accessTokens.has(accessToken)
  }

  /** The API refuses every access token that was issued so far. */
  refuseAccessTokens(): void {
    this.#accessTokens.clear()
  }

  /** The session is over at the server: no refresh brings a token any more. */
  endSession(): void {
    this.isKnown = false
    this.#refreshTokens.clear()
    this.refuseAccessTokens()
  }
}
