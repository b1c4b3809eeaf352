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

/** Further proofs for one call of the server: a nonce may be missing, and the clock be wrong. Each is learned at once. */
export const MORE_PROOFS = 2
/** A `Date` header counts whole seconds, and takes a while to arrive. */
const CLOCK_NOISE_MS = 5_000

/** A key that cannot be extracted, with what servers want in its proofs: their nonces, and their time. */
export class ProofKey implements Prover {
  readonly handle: DPoPHandle
  /** By origin: ms that its clock is ahead of this device's. */
  readonly #clockOffsets = new Map<string, number>()
  /** By origin: the nonce of its last answer. */
  readonly #nonces = new Map<string, string>()

  /** As it is stored. */
  readonly pair: CryptoKeyPair
  readonly #now: () => number

  constructor(pair: CryptoKeyPair, now: () => number) {
    this.pair = pair
    this.#now = now
    this.handle = DPoP({}, pair, {
      [modifyAssertion]: (_, payload) => {
        const { origin } = new URL(String(payload['htu']))
        const offset = this.#clockOffsets.get(origin) ?? 0
        payload['iat'] = Number(payload['iat']) + Math.round(offset / 1000)
        const nonce = this.#nonces.get(origin)
        if (nonce !== undefined) payload['nonce'] = nonce
      },
    })
  }

  /** A new key. It cannot be extracted. */
  static async make(now: () => number): Promise<ProofKey> {
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    return new ProofKey({ privateKey, publicKey }, now)
  }

  /** The key that is stored; undefined where none is, or something else. */
  static of(stored: unknown, now: () => number): ProofKey | undefined {
    return isPair(stored) ? new ProofKey(stored, now) : undefined
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
    const offset = Date.parse(date ?? '') - this.#now()
    const isNewTime = Math.abs(offset - (this.#clockOffsets.get(origin) ?? 0)) > CLOCK_NOISE_MS
    if (isNewTime) this.#clockOffsets.set(origin, offset)
    if (nonce !== null) this.#nonces.set(origin, nonce)
    return [...(isNewTime ? ['invalid_dpop_proof'] : []), ...(nonce === null ? [] : ['use_dpop_nonce'])]
  }
}

/** A pair that can be used: what a script has put in its place may be exported, or sign nothing. */
function isPair(stored: unknown): stored is CryptoKeyPair {
  const { privateKey, publicKey } = Object(stored) as Partial<CryptoKeyPair>
  if (!(privateKey instanceof CryptoKey && publicKey instanceof CryptoKey) || privateKey.extractable) return false
  const isEs256 = ({ algorithm }: CryptoKey) =>
    (algorithm as EcKeyAlgorithm).namedCurve === 'P-256' && algorithm.name === 'ECDSA'
  const signs = privateKey.type === 'private' && privateKey.usages.includes('sign')
  return [privateKey, publicKey].every(isEs256) && signs && publicKey.type === 'public'
}
