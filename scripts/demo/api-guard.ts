/** Protects the API: checks access tokens, and the DPoP proofs of those that are bound to a key. */
import { createHash, randomBytes } from 'node:crypto'
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose'
import type Provider from 'oidc-provider'
import type { AccessToken, Context } from 'oidc-provider'

interface Refusal {
  readonly challenge: string
  readonly error: string
  readonly status?: number
}

export class ApiGuard {
  /** How far the API's clock is ahead, in ms. */
  clockAheadMs = 0
  /** Every proof that arrived. */
  readonly proofs: string[] = []
  readonly #seen = new Set<string>()
  readonly #nonce = randomBytes(16).toString('base64url')
  readonly #nonces: boolean
  readonly #provider: Pick<Provider, 'AccessToken'>

  /** @param nonces whether every proof has to have one */
  constructor(provider: Pick<Provider, 'AccessToken'>, nonces: boolean) {
    this.#provider = provider
    this.#nonces = nonces
  }

  /**
   * The access token of a request if it is valid; otherwise the refusal to send.
   * @param scope that the API wants, which is the end of its resource indicator, too
   */
  async authenticate(context: Context, scope: string): Promise<AccessToken | Refusal> {
    const [, scheme = '', value = ''] = /^(Bearer|DPoP) ([^\s]+)$/i.exec(context.get('authorization')) ?? []
    if (value === '') return { challenge: 'Bearer realm="rows"', error: 'unauthorized' }
    const bad = {
      challenge: `${scheme} realm="rows", error="invalid_token", error_description="The access token expired or was revoked"`,
      error: 'invalid_token',
    }
    const token = await this.#provider.AccessToken.find(value)
    // A token of a sign-in without a resource has no audience.
    if (!token?.isValid || (token.aud !== undefined && !token.aud.endsWith(`/${scope}`))) return bad
    if (token.jkt !== undefined || scheme.toLowerCase() === 'dpop') {
      if (scheme.toLowerCase() !== 'dpop') return bad
      const proof = await this.#checkProof(context, value, token.jkt)
      if (proof !== undefined) return { challenge: `DPoP error="${proof}"`, error: proof }
    }
    if (!token.scope?.split(' ').includes(scope)) {
      return {
        challenge: `${scheme} error="insufficient_scope", scope="${scope}"`,
        error: 'insufficient_scope',
        status: 403,
      }
    }
    return token
  }

  /** @see https://www.rfc-editor.org/rfc/rfc9449#section-4.3 */
  async #checkProof(context: Context, accessToken: string, jkt: string | undefined): Promise<string | undefined> {
    this.proofs.push(context.get('dpop'))
    try {
      const { payload, protectedHeader } = await jwtVerify(context.get('dpop'), EmbeddedJWK, {
        typ: 'dpop+jwt',
        maxTokenAge: 300,
        clockTolerance: 60,
        currentDate: new Date(Date.now() + this.clockAheadMs),
      })
      if (!protectedHeader.jwk || (await calculateJwkThumbprint(protectedHeader.jwk)) !== jkt) return 'invalid_token'
      if (payload['htm'] !== context.method || payload['htu'] !== context.href.replace(/[?#].*$/, ''))
        return 'invalid_dpop_proof'
      if (payload['ath'] !== createHash('sha256').update(accessToken).digest('base64url')) return 'invalid_dpop_proof'
      if (payload.jti === undefined || this.#seen.has(payload.jti)) return 'invalid_dpop_proof'
      this.#seen.add(payload.jti)
      if (this.#nonces && payload['nonce'] !== this.#nonce) {
        context.set('DPoP-Nonce', this.#nonce)
        return 'use_dpop_nonce'
      }
      return undefined
    } catch {
      return 'invalid_dpop_proof'
    }
  }
}
