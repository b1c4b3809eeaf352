import { createHmac, randomBytes } from 'node:crypto'

/** A token response in the spelling of RFC 6749, section 5.1. */
export interface TokenResponse {
  readonly access_token: string
  readonly token_type: string
  readonly expires_in?: number
  readonly refresh_token?: string
  readonly scope?: string
}

interface Family {
  revoked: boolean
  /** The user that the tokens belong to. */
  readonly subject: string
  latestAccessToken?: string
}

interface AccessToken {
  readonly family: Family
  /** The one API that takes it; undefined for the API that takes what a sign-in brings. */
  readonly audience: string | undefined
  readonly expiresAt: number
  expired: boolean
}

interface RefreshToken {
  readonly family: Family
  spentAt?: number
}

/** Issues tokens and knows which of them are valid: rotation, reuse detection, lifetimes. Does no networking. */
export class Issuer {
  /** The lifetime of an access token, in seconds: `expires_in` says it, and the API goes by it. */
  lifetimeSeconds = 600
  tellsLifetime = true
  format: 'opaque' | 'jwt' = 'opaque'
  /**
   * A refresh returns a new refresh token and invalidates the old one; reuse of an old one ends the family (RFC
   * 9700, section 4.14.2).
   */
  rotates = true
  /** How long an old refresh token is still accepted, in seconds. */
  graceSeconds = 0
  /** A refresh revokes the previous access token, as django-oauth-toolkit does. */
  revokesOldAccessTokens = false
  /** How often an old refresh token was reused after its grace period, which ends a family. */
  lateReuses = 0
  /** Every token response, the newest last. */
  readonly issued: TokenResponse[] = []
  readonly #accessTokens = new Map<string, AccessToken>()
  readonly #refreshTokens = new Map<string, RefreshToken>()

  get latest(): TokenResponse {
    const latest = this.issued.at(-1)
    if (!latest) throw new Error('Nobody has signed in yet.')
    return latest
  }

  /** Every token that was issued: tests search for them in places where none may appear. */
  get everyToken(): readonly string[] {
    return this.issued.flatMap(({ access_token, refresh_token }) =>
      refresh_token ? [access_token, refresh_token] : [access_token],
    )
  }

  signIn(subject = 'ada'): TokenResponse {
    return this.#respond({ revoked: false, subject }, true)
  }

  /** Refuses this access token from now on. */
  expire(accessToken: string): void {
    const token = this.#accessTokens.get(accessToken)
    if (token) token.expired = true
  }

  /**
   * Returns undefined if the refresh token is not valid, or no longer valid.
   * @param audience the API that the access token is for
   */
  refresh(
    presented: string,
    { rotates = this.rotates, audience }: { readonly rotates?: boolean; readonly audience?: string | undefined } = {},
  ): TokenResponse | undefined {
    const token = this.#refreshTokens.get(presented)
    if (!token || token.family.revoked) return undefined
    const { family, spentAt } = token
    if (spentAt !== undefined && Date.now() - spentAt > this.graceSeconds * 1000) {
      family.revoked = true
      this.lateReuses++
      return undefined
    }
    if (this.revokesOldAccessTokens) this.#expire((access) => access.family === family)
    if (rotates) token.spentAt ??= Date.now()
    return this.#respond(family, rotates, audience)
  }

  /** The newest access token of the family of this refresh token. */
  latestAccessToken(refreshToken: string): string | undefined {
    return this.#refreshTokens.get(refreshToken)?.family.latestAccessToken
  }

  /** Revokes an access token, or a refresh token with its whole family (RFC 7009). */
  revoke(token: string): void {
    const refreshToken = this.#refreshTokens.get(token)
    if (refreshToken) refreshToken.family.revoked = true
    const access = this.#accessTokens.get(token)
    if (access) access.expired = true
  }

  /** The user that an access token was issued for; undefined for one that was not issued here. */
  subjectOf(accessToken: string): string | undefined {
    return this.#accessTokens.get(accessToken)?.family.subject
  }

  /** @param audience the API that asks */
  accepts(accessToken: string, audience?: string): boolean {
    const token = this.#accessTokens.get(accessToken)
    if (token === undefined || token.audience !== audience) return false
    return !token.expired && !token.family.revoked && Date.now() < token.expiresAt
  }

  /** Refuses every access token that was issued so far, whatever its lifetime. */
  expireAccessTokens(): void {
    this.#expire(() => true)
  }

  /** Makes every token that was issued so far invalid, as "sign out everywhere" does. */
  endEverySession(): void {
    for (const { family } of this.#refreshTokens.values()) family.revoked = true
  }

  #expire(which: (token: AccessToken) => boolean): void {
    for (const token of this.#accessTokens.values()) if (which(token)) token.expired = true
  }

  #respond(family: Family, withRefreshToken: boolean, audience?: string): TokenResponse {
    const accessToken = this.format === 'jwt' ? this.#jwt(family.subject) : `at-${randomBytes(18).toString('hex')}`
    this.#accessTokens.set(accessToken, {
      family,
      audience,
      expired: false,
      expiresAt: Date.now() + this.lifetimeSeconds * 1000,
    })
    family.latestAccessToken = accessToken
    const response: TokenResponse = {
      access_token: accessToken,
      token_type: 'Bearer',
      scope: audience ?? 'rows',
      ...(this.tellsLifetime && { expires_in: this.lifetimeSeconds }),
      ...(withRefreshToken && { refresh_token: this.#refreshToken(family) }),
    }
    this.issued.push(response)
    return response
  }

  #refreshToken(family: Family): string {
    const refreshToken = `rt-${randomBytes(18).toString('hex')}`
    this.#refreshTokens.set(refreshToken, { family })
    return refreshToken
  }

  #jwt(subject: string): string {
    const issuedAt = Math.floor(Date.now() / 1000)
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const claims = {
      sub: subject,
      name: subject === 'ada' ? 'Ada ☂ Lovelace' : subject,
      iat: issuedAt,
      exp: issuedAt + this.lifetimeSeconds,
      jti: randomBytes(8).toString('hex'),
    }
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
    return `${signed}.${createHmac('sha256', 'a secret of the tests').update(signed).digest('base64url')}`
  }
}
