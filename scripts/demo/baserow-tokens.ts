import { randomBytes, randomUUID } from 'node:crypto'
import { jwtVerify, SignJWT } from 'jose'

export type TokenType = 'access' | 'refresh'

/** Issues and checks tokens like Baserow's: JWTs that are not stored, so that revoking one is a list of identifiers. */
export class BaserowTokens {
  readonly #secret = randomBytes(32)
  readonly #lifetimes: Readonly<Record<TokenType, number>>
  readonly #userId: number
  readonly #issued: Record<TokenType, Set<string>> = { access: new Set(), refresh: new Set() }
  readonly #revoked: Record<TokenType, Set<string>> = { access: new Set(), refresh: new Set() }

  /** @param lifetimes in seconds */
  constructor(lifetimes: Readonly<Record<TokenType, number>>, userId: number) {
    this.#lifetimes = lifetimes
    this.#userId = userId
  }

  async issue(type: TokenType): Promise<string> {
    const jti = randomUUID()
    this.#issued[type].add(jti)
    const now = Math.floor(Date.now() / 1000)
    return new SignJWT({ token_type: type, user_id: this.#userId })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt(now)
      .setExpirationTime(now + this.#lifetimes[type])
      .setJti(jti)
      .sign(this.#secret)
  }

  async accepts(type: TokenType, token: unknown): Promise<boolean> {
    const jti = await this.#identify(type, token)
    return jti !== undefined && !this.#revoked[type].has(jti)
  }

  /** Refuses this refresh token from now on. False when it was not accepted before. */
  async revoke(refreshToken: unknown): Promise<boolean> {
    if (!(await this.accepts('refresh', refreshToken))) return false
    const jti = await this.#identify('refresh', refreshToken)
    if (jti !== undefined) this.#revoked.refresh.add(jti)
    return true
  }

  /** Refuses every token of this type that was issued so far. */
  revokeAll(type: TokenType): void {
    for (const jti of this.#issued[type]) this.#revoked[type].add(jti)
  }

  async #identify(type: TokenType, token: unknown): Promise<string | undefined> {
    if (typeof token !== 'string') return undefined
    try {
      const { payload } = await jwtVerify(token, this.#secret, { algorithms: ['HS256'] })
      return payload['token_type'] === type ? payload.jti : undefined
    } catch {
      return undefined
    }
  }
}
