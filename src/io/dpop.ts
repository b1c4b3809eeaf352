/** Proofs that a request comes from where its token was issued to. @see https://www.rfc-editor.org/rfc/rfc9449 */
import {
  allowInsecureRequests,
  customFetch,
  DPoP,
  generateKeyPair,
  modifyAssertion,
  protectedResourceRequest,
  WWWAuthenticateChallengeError,
  type CryptoKeyPair,
  type DPoPHandle,
} from 'oauth4webapi'
import type { SessionStore } from './session-store.ts'

/** A nonce may be missing, and the clock be wrong: each is learned at once. */
export const MORE_TRIES = 2
/** A `Date` header counts whole seconds, and is under way for a while. */
const CLOCK_NOISE_MS = 5_000

/** A key that cannot be taken out, with what servers want to see in its proofs: their nonces, and their time. */
export class ProofKey {
  readonly handle: DPoPHandle
  /** ms that the clock of an origin is ahead of this device's, where it shows its own. */
  readonly #ahead = new Map<string, number>()

  private constructor(pair: CryptoKeyPair) {
    this.handle = DPoP({}, pair, {
      [modifyAssertion]: (_, payload) => {
        const ahead = this.#ahead.get(new URL(String(payload['htu'])).origin) ?? 0
        payload['iat'] = Number(payload['iat']) + Math.round(ahead / 1000)
      },
    })
  }

  /** The key in the store; made there once, whichever context comes first. */
  static async in(store: SessionStore, key: string): Promise<ProofKey> {
    const stored = (await store.readAll()).get(key)
    if (isPair(stored)) return new ProofKey(stored)
    const made = await generateKeyPair('ES256')
    const stands = await store.swap(key, (before) =>
      isPair(before) ? undefined : { privateKey: made.privateKey, publicKey: made.publicKey },
    )
    return new ProofKey(stands as CryptoKeyPair)
  }

  /** Sends with a new proof; and again where the server wants a nonce of its own in it, or another time. */
  async send(
    accessToken: string,
    { method, url }: { readonly method: string; readonly url: string },
    send: (proof: string) => Promise<Response>,
    again: () => Promise<boolean>,
  ): Promise<Response> {
    for (let more = MORE_TRIES; ; more--) {
      const { response, curable } = await this.#attempt(accessToken, method, url, send)
      if (!curable || more === 0 || !(await again())) return response
    }
  }

  /** Looks at an answer. Returns the errors that another proof would not meet with any more; the nonce is kept by the handle. */
  learn(response: Response): readonly string[] {
    const date = Date.parse(response.headers.get('date') ?? '')
    const { origin } = response.url ? new URL(response.url) : {}
    const before = origin === undefined ? 0 : (this.#ahead.get(origin) ?? 0)
    const ahead = date - Date.now()
    const news = origin !== undefined && Math.abs(ahead - before) > CLOCK_NOISE_MS
    if (news) this.#ahead.set(origin, ahead)
    return [...(news ? ['invalid_dpop_proof'] : []), ...(response.headers.has('dpop-nonce') ? ['use_dpop_nonce'] : [])]
  }

  async #attempt(
    accessToken: string,
    method: string,
    url: string,
    send: (proof: string) => Promise<Response>,
  ): Promise<{ response: Response; curable: boolean }> {
    let cured: readonly string[] = []
    try {
      const response = await protectedResourceRequest(accessToken, method, new URL(url), undefined, null, {
        DPoP: this.handle,
        // Which API may be plain http is the configuration's to say: loopback only.
        [allowInsecureRequests]: true,
        [customFetch]: async (_, { headers }) => {
          const response = await send(headers['dpop']!)
          cured = this.learn(response)
          return response
        },
      })
      return { response, curable: false }
    } catch (error) {
      // It throws the challenges of an answer, with the answer.
      if (!(error instanceof WWWAuthenticateChallengeError)) throw error
      return {
        response: error.response,
        curable: error.cause.some(({ parameters }) => cured.includes(parameters.error!)),
      }
    }
  }
}

const isPair = (stored: unknown): stored is CryptoKeyPair =>
  Object(stored).privateKey instanceof CryptoKey && Object(stored).publicKey instanceof CryptoKey
