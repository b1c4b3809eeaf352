import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { RefreshConfiguration } from '../policy/configuration.ts'
import { callTokenEndpoint } from '../io/token-endpoint.ts'
import type { Platform } from './platform.ts'

/** Who brings a session new access tokens: an endpoint described by hand, or an authorization server by its metadata. */
export interface TokenSource {
  readonly method: string
  readonly url: string
  readonly timeoutSeconds: number
  /** Whether tokens are bound to a key. */
  readonly dpop: boolean
  /** Finds out what has to be known before a token is sent; returns what came in the way, if anything. */
  ready(): Promise<RefreshOutcome | undefined>
  /** Sends the refresh token. Rejects never. */
  call(refreshToken: string, gaveUp: AbortSignal): Promise<RefreshAnswer | NoAnswer>
}

export function describedByHand(
  config: RefreshConfiguration,
  { fetch, base }: Pick<Platform, 'fetch' | 'base'>,
): TokenSource {
  const { method, timeoutSeconds } = config
  return {
    method,
    get url() {
      return new URL(config.url, base).href
    },
    timeoutSeconds,
    dpop: false,
    ready: async () => undefined,
    call: (refreshToken, gaveUp) => callTokenEndpoint(config, { refreshToken }, { fetch, base, gaveUp }),
  }
}
