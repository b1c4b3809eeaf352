/** Proofs that a request comes from where its token was issued to. @see https://www.rfc-editor.org/rfc/rfc9449 */
import {
  allowInsecureRequests,
  customFetch,
  DPoP,
  generateKeyPair,
  modifyAssertion,
  protectedResourceRequest,
  type CryptoKeyPair,
  type DPoPHandle,
} from 'oauth4webapi'
import type { Prover } from '../engine/authorization-server.ts'
import type { AuthorizedRecord } from '../policy/vocabulary.ts'
import type { SessionStore } from '../io/session-store.ts'

/** Further proofs for one call of the server: a nonce may be missing, and the clock be wrong. Each is learned at once. */
export const MORE_PROOFS = 2
/** A `Date` header counts whole seconds, and takes a while to arrive. */
const CLOCK_NOISE_MS = 5_000

/** A key that cannot be extracted, with what servers want in its proofs: their nonces, and their time. */
export class ProofKey implements Prover {
  readonly handle: DPoPHandle
  /** By origin: ms that its clock is ahead of this device's. */
  readonly #ahead = new Map<string, number>()
  /** By origin: the nonce of its last answer. */
  readonly #nonces = new Map<string, string>()

  private constructor(pair: CryptoKeyPair) {
    this.handle = DPoP({}, pair, {
      [modifyAssertion]: (_, payload) => {
        const { origin } = new URL(String(payload['htu']))
        const ahead = this.#ahead.get(origin) ?? 0
        payload['iat'] = Number(payload['iat']) + Math.round(ahead / 1000)
        const nonce = this.#nonces.get(origin)
        if (nonce !== undefined) payload['nonce'] = nonce
      },
    })
  }

  /** The key in the store; whichever context comes first makes it. */
  static async in(store: SessionStore, key: string): Promise<ProofKey> {
    const stored = (await store.readAll()).get(key)
    if (isPair(stored)) return new ProofKey(stored)
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const kept = await store.swap(key, (before) => (isPair(before) ? undefined : { privateKey, publicKey }))
    return new ProofKey(kept as CryptoKeyPair)
  }

  thumbprint(): Promise<string> {
    return this.handle.calculateThumbprint()
  }

  async proofFor(
    { accessToken }: AuthorizedRecord,
    { method, url }: { readonly method: string; readonly url: string },
  ) {
    let proof = ''
    await protectedResourceRequest(accessToken, method, new URL(url), undefined, null, {
      DPoP: this.handle,
      // Which API may be plain http is the configuration's decision: loopback only.
      [allowInsecureRequests]: true,
      // Nothing is sent here: only the proof is taken.
      [customFetch]: async (_, { headers }) => {
        proof = headers['dpop'] ?? ''
        return new Response()
      },
    })
    return proof
  }

  learn({ url, nonce, date }: { readonly url: string; readonly nonce: string | null; readonly date: string | null }) {
    if (!URL.canParse(url)) return []
    const { origin } = new URL(url)
    const ahead = Date.parse(date ?? '') - Date.now()
    const isNewTime = Math.abs(ahead - (this.#ahead.get(origin) ?? 0)) > CLOCK_NOISE_MS
    if (isNewTime) this.#ahead.set(origin, ahead)
    if (nonce !== null) this.#nonces.set(origin, nonce)
    return [...(isNewTime ? ['invalid_dpop_proof'] : []), ...(nonce === null ? [] : ['use_dpop_nonce'])]
  }
}

/** A pair that this code made: what a script has put in its place may be exported, or sign nothing. */
function isPair(stored: unknown): stored is CryptoKeyPair {
  const { privateKey, publicKey } = Object(stored) as Partial<CryptoKeyPair>
  if (!(privateKey instanceof CryptoKey && publicKey instanceof CryptoKey) || privateKey.extractable) return false
  const isEs256 = ({ algorithm }: CryptoKey) =>
    (algorithm as EcKeyAlgorithm).namedCurve === 'P-256' && algorithm.name === 'ECDSA'
  const signs = privateKey.type === 'private' && privateKey.usages.includes('sign')
  return [privateKey, publicKey].every(isEs256) && signs && publicKey.type === 'public'
}
