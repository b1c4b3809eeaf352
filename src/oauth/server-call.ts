/** One request to an authorization server, with our limits: time, bytes, redirects, cookies. */
import { allowInsecureRequests, clockTolerance, customFetch, type Client } from 'oauth4webapi'
import type { RefreshAnswer } from '../policy/classify.ts'
import { codeAt } from '../policy/paths.ts'
import { readAnswer } from '../io/token-endpoint.ts'
import { MORE_PROOFS, type ProofKey } from './proof-key.ts'

/** An ID token from the token endpoint is always new, but this device's clock may be hours off. */
const CLOCK_TOLERANCE_SECONDS = 86_400

/** One call of the server: all that is sent, and how long it may take. */
export interface ServerCall {
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
  readonly proofKey?: ProofKey | undefined
  /** Metadata may come from the browser's cache, where no script can write. */
  readonly cache?: RequestCache
}

/**
 * One call, and another where the server wants a nonce of its own in the proof, or another time.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-8
 */
export async function proven(
  { proofKey }: ServerCall,
  send: (seen: (response: Response) => void) => Promise<Response>,
): Promise<RefreshAnswer> {
  let cured: readonly string[] = []
  for (let more = MORE_PROOFS; ; more--) {
    const answer = await readAnswer(await send((response) => (cured = learnFrom(response, proofKey))))
    const code = answer.body.kind === 'json' ? codeAt(answer.body.value, 'error') : undefined
    if (code === undefined || more === 0 || !cured.includes(code)) return answer
  }
}

function learnFrom(response: Response, proofKey: ProofKey | undefined): readonly string[] {
  const { url, headers } = response
  return proofKey?.learn({ url, nonce: headers.get('dpop-nonce'), date: headers.get('date') }) ?? []
}

export const clientOf = (clientId: string): Client => ({
  client_id: clientId,
  [clockTolerance]: CLOCK_TOLERANCE_SECONDS,
})

/** What oauth4webapi sends a request with: its time, its proof, no cookies and no redirects. */
export function options(
  issuer: string,
  { fetch, signal, proofKey, cache = 'no-store' }: ServerCall,
  seen?: (response: Response) => void,
) {
  return {
    ...(proofKey && { DPoP: proofKey.handle }),
    // Only where the configuration itself names a loopback issuer.
    [allowInsecureRequests]: issuer.startsWith('http:'),
    [customFetch]: async (
      url: string,
      { method, headers, body }: { method: string; headers: Record<string, string>; body?: BodyInit | undefined },
    ) => {
      const response = await fetch(url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        signal,
        redirect: 'error',
        credentials: 'omit',
        cache,
      })
      seen?.(response)
      return response
    },
  }
}

/** Of an error of oauth4webapi; undefined for any other. */
export const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code
