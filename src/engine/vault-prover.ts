import type { Prover } from './authorization-server.ts'
import type { Vault } from './vault.ts'

/** ms for one proof: a request waits for it. */
const PROOF_LIMIT_MS = 10_000
/** A `Date` header counts whole seconds, and takes a while to arrive. */
const CLOCK_NOISE_MS = 5_000

/** Has the vault make the proofs: its key never leaves it. Each is for one method, one URL and one token, of this very moment. */
export class VaultProver implements Prover {
  /** By origin: ms that its clock is ahead of this device's, as the vault was last told. */
  readonly #clockOffsets = new Map<string, number>()
  readonly #session: string
  readonly #vault: Vault
  readonly #now: () => number

  constructor(session: string, vault: Vault, now: () => number) {
    this.#session = session
    this.#vault = vault
    this.#now = now
  }

  async proofFor(
    { accessToken }: Parameters<Prover['proofFor']>[0],
    { method, url }: { readonly method: string; readonly url: string },
  ): Promise<string> {
    const limits = { limitMs: PROOF_LIMIT_MS, signal: new AbortController().signal }
    const call = { session: this.#session, accessToken, method, url }
    const answer = await this.#vault.call('proof', call, limits)
    if (answer.kind === 'reply') return answer.value
    throw new Error('The vault made no proof.')
  }

  /** The vault is told before it is asked for the next proof: messages of one port come in their order. */
  learn({ url, nonce, date }: Parameters<Prover['learn']>[0]): readonly string[] {
    if (!URL.canParse(url)) return []
    const { origin } = new URL(url)
    const offset = Date.parse(date ?? '') - this.#now()
    const isNewTime = Math.abs(offset - (this.#clockOffsets.get(origin) ?? 0)) > CLOCK_NOISE_MS
    if (isNewTime) this.#clockOffsets.set(origin, offset)
    if (nonce !== null || isNewTime) {
      const limits = { limitMs: PROOF_LIMIT_MS, signal: new AbortController().signal }
      void this.#vault.call('learn', { session: this.#session, url, nonce, date }, limits)
    }
    return [...(isNewTime ? ['invalid_dpop_proof'] : []), ...(nonce === null ? [] : ['use_dpop_nonce'])]
  }
}
