import type { NoAnswer, RefreshAnswer, RefreshOutcome } from '../policy/classify.ts'
import type { Api } from '../policy/api-tokens.ts'
import type { RefreshConfiguration } from '../policy/configuration.ts'
import { namedBy } from '../policy/placeholders.ts'
import type { RefreshBy, SessionRecord } from '../policy/vocabulary.ts'
import { callTokenEndpoint } from '../io/token-endpoint.ts'
import type { ProvideReason } from '../protocol.ts'

/** What one refresh is made with. */
export interface RefreshAttempt {
  readonly refreshToken?: string | undefined
  readonly accessToken?: string | undefined
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api?: Api | undefined
  /** Why a new token is needed. */
  readonly reason: ProvideReason
  /** Aborted when the user leaves or another signs in. */
  readonly signal: AbortSignal
}

/** What another page is asked to refresh. */
export interface AttemptElsewhere extends Pick<RefreshAttempt, 'api' | 'reason' | 'signal'> {
  readonly seen: Pick<SessionRecord, 'epoch' | 'generation'>
  /** Whether the store has another state than `seen`. */
  readonly isTried: () => Promise<boolean>
}

/**
 * Who brings a session new access tokens: an endpoint that the configuration describes, an authorization server, or the
 * page's own code.
 */
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
  /** Has another page refresh, before this one takes the lock. Resolves with whether one has tried: `call` is not needed then. */
  elsewhere?(attempt: AttemptElsewhere): Promise<boolean>
  /** Asks for a new token. Never rejects. */
  call(attempt: RefreshAttempt): Promise<RefreshAnswer | NoAnswer | RefreshOutcome>
}

/** What the token source of a session with `refresh` needs of the realm. */
interface Realm {
  readonly fetch: typeof globalThis.fetch
  /** The site's origin. */
  readonly base: string
  /** Reads cookies that scripts of the site can read. */
  readonly readCookies: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>
}

/** The token source of a session with `refresh.url`. */
export function describedTokenSource(config: RefreshConfiguration, by: RefreshBy, realm: Realm): TokenSource {
  const { method, timeoutSeconds } = config
  const { fetch, base, readCookies } = realm
  return {
    method,
    get url() {
      return new URL(config.url, base).href
    },
    timeoutSeconds,
    by,
    dpop: false,
    ready: async () => undefined,
    async call({ refreshToken, accessToken, api, signal }) {
      const names = namedBy(config).cookies
      const cookies = names.length > 0 ? await readCookies(names) : {}
      return callTokenEndpoint(config, { refreshToken, accessToken, cookies }, { fetch, base, gaveUp: signal, api })
    },
  }
}
