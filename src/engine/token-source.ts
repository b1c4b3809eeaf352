import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { RefreshConfiguration } from '../policy/configuration.ts'
import type { RefreshBy, RefreshCredential } from '../policy/vocabulary.ts'
import { callTokenEndpoint } from '../io/token-endpoint.ts'

/** Who brings a session new access tokens: an endpoint that the configuration describes, or an authorization server. */
export interface TokenSource {
  readonly method: string
  readonly url: string
  readonly timeoutSeconds: number
  /** What it wants to be shown. */
  readonly by: RefreshBy
  /** Whether its tokens are bound to a key. @see https://www.rfc-editor.org/rfc/rfc9449 */
  readonly dpop: boolean
  /** Finds out what must be known before a credential is sent. Resolves with the outcome that prevents the call, if any. */
  ready(): Promise<RefreshOutcome | undefined>
  /** Sends the credential. Never rejects. */
  call(credential: RefreshCredential, signal: AbortSignal): Promise<RefreshAnswer | NoAnswer>
}

/** The token source of a session with `refresh`. */
export function describedTokenSource(
  config: RefreshConfiguration,
  { fetch, base }: { readonly fetch: typeof globalThis.fetch; readonly base: string },
): TokenSource {
  const { method, timeoutSeconds } = config
  return {
    method,
    url: new URL(config.url, base).href,
    timeoutSeconds,
    by: config.body === 'none' ? 'cookie' : 'refresh-token',
    dpop: false,
    ready: async () => undefined,
    call: (credential, signal) =>
      callTokenEndpoint(config, credential.kind === 'cookie' ? '' : credential.token, { fetch, base, gaveUp: signal }),
  }
}
