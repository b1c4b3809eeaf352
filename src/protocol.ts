/** Every message between page and worker, each call with its reply. No logic here. */
import type { ErrorData } from './errors.ts'

/** A header that the page gives to requests which it may give up. The worker takes it off: no server ever sees it. */
export const MARK = 'bearer-worker'

/** Where the parts that are loaded on demand put themselves in the global scope, each as a `LoadedPart`. */
export const PAGE_PART: unique symbol = Symbol.for('bearer-worker.page-part')
export const OAUTH_PART: unique symbol = Symbol.for('bearer-worker.oauth-part')

/** Reasons of a session's state that no server gave. */
export type OwnReason =
  /** Its token is past its lifetime, was refused, and cannot be refreshed. */
  | 'expired'
  /** New tokens were refused five times within 60 s: a refusal starts no refresh for 60 s. */
  | 'refresh-ineffective'
  | 'offline'
  | 'network'
  | 'timeout'
  | 'unreadable'
  | 'no-access-token'
  | 'no-provider'
  | 'provider-failed'
  | 'provider-ended'
  | 'unusable-token'
  | 'same-token'
  | 'metadata-unreachable'
  /** The configuration file cannot be read, or is refused: it is not known where the refresh token may go. */
  | 'configuration-unreachable'
  | 'configuration-invalid'
  /** Of a sign-in. */
  | 'state-mismatch'
  | 'issuer-mismatch'
  | 'nonce-mismatch'
  | 'invalid-id-token'
  | 'invalid-response'
  | 'sign-in-failed'

/** A part, and the version of the file that it came in. */
export interface LoadedPart<Part> {
  readonly version: string
  readonly part: Part
}

/** What a page may know of a session: never a token. */
export interface SessionView {
  readonly name: string
  /** `ended`: the server ended it, and `reason` says why. */
  readonly state: 'signed-out' | 'active' | 'ended'
  /** The server's own code, e.g. `invalid_grant`, or one of ours. */
  readonly reason?: OwnReason | (string & {})
  /** ms since epoch, on this device's clock. */
  readonly expiresAt?: number
  readonly scope?: string
  readonly tokenType?: string
  /** Payload of the id token, else of a JWT access token. Unverified. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Changes when a user signs in or out; has no other meaning. */
  readonly epoch: number
  readonly refreshing: boolean
  /** ms since epoch. A refresh failed for now; this is the next try. */
  readonly retryAt?: number
}

export type ExplanationCode =
  | 'authorize'
  | 'refresh-first'
  | 'capture'
  | 'signed-out'
  | 'session-ended'
  | 'has-authorization'
  | 'names-user'
  | 'own-endpoint'
  | 'excepted'
  | 'navigation'
  | 'destination'
  | 'other-path'
  | 'other-origin'

/** What the worker would do with a request, and why. */
export interface Explanation {
  readonly touched: boolean
  readonly session?: string
  readonly code: ExplanationCode
  /** For people, with both sides of what was compared. */
  readonly message: string
}

/** One handled request or refresh: never a token, no query values. */
export interface Entry {
  readonly kind: 'request' | 'refresh'
  /** ms since epoch. */
  readonly at: number
  readonly session: string
  readonly method: string
  readonly url: string
  readonly outcome: ExchangeOutcome | RefreshOutcomeKind
  readonly status?: number
  /** ms that the request was held. */
  readonly waitedMs: number
  readonly durationMs: number
}

/** What `explain` looks at, of a request that is not sent. */
export interface RequestFacts {
  readonly url: string
  readonly method: string
  readonly mode: string
  readonly destination: string
  /** Its own headers; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

export interface SignInOptions {
  readonly session?: string
  /** Where the user comes back to: a URL of the site's own origin. The page's own by default. */
  readonly returnTo?: string
  /** Further parameters of the authorization request. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Each call of a page: what it sends, and the reply it gets. */
export interface Calls {
  /** Are you there, which version, and is a good configuration in force? Re-reads the configuration. */
  readonly hello: { readonly call: object; readonly reply: Hello }
  /** Take over the page that asks. */
  readonly claim: { readonly call: object; readonly reply: undefined }
  /** A page is visible again, or online: look whether a refresh is due. Also keeps a worker awake. */
  readonly wake: { readonly call: { readonly online: boolean }; readonly reply: undefined }
  readonly setTokens: {
    readonly call: { readonly session?: string | undefined; readonly tokens: unknown }
    readonly reply: SessionView
  }
  readonly session: { readonly call: { readonly session?: string | undefined }; readonly reply: SessionView }
  readonly sessions: { readonly call: object; readonly reply: readonly SessionView[] }
  readonly refresh: { readonly call: { readonly session?: string | undefined }; readonly reply: SessionView }
  readonly getAccessToken: { readonly call: { readonly session?: string | undefined }; readonly reply: string }
  /** Begins the exchange of a request that the page sends itself: one that a worker would spoil, or that no worker sees. */
  readonly beginExchange: { readonly call: { readonly request: PageRequest }; readonly reply: PageStep }
  /** The answer to an attempt of it. */
  readonly continueExchange: {
    readonly call: { readonly ticket: Ticket; readonly answer: ReceivedAnswer; readonly bytes: number }
    readonly reply: PageStep
  }
  /** The page has given the answer to the app; without one it was a network error. */
  readonly endExchange: {
    readonly call: { readonly ticket: Ticket; readonly answer?: ReceivedAnswer | undefined }
    readonly reply: undefined
  }
  /** The header of a session that allows `getAccessToken()`, for synchronous requests: they pass by every worker and cannot wait. */
  readonly synchronousHeaders: {
    readonly call: { readonly session: string }
    readonly reply: Readonly<Record<string, string>> | undefined
  }
  /** The page gave up a request before its response headers. */
  readonly abort: { readonly call: { readonly mark: string }; readonly reply: undefined }
  /** The last id of one of its event streams that a page is about to connect again; without one, it will not. */
  readonly lastEventId: {
    readonly call: { readonly url: string; readonly source: number; readonly id?: string | undefined }
    readonly reply: undefined
  }
  /** The reply is the URL to navigate to. */
  readonly signIn: { readonly call: SignInOptions & { readonly page: string }; readonly reply: string }
  /** The page was loaded where the worker could not answer the user's way back. The reply is where to go, if this was one. */
  readonly finishSignIn: { readonly call: { readonly url: string }; readonly reply: string | undefined }
  /** The reply is the URL of the end-session endpoint to navigate to, if any. */
  readonly signOut: { readonly call: { readonly session?: string | undefined }; readonly reply: string | undefined }
  readonly explain: { readonly call: { readonly request: RequestFacts }; readonly reply: Explanation }
  readonly history: { readonly call: object; readonly reply: readonly Entry[] }
}

/** What became of a request. */
export type ExchangeOutcome =
  | 'sent'
  | 'untouched'
  | 'refreshed-first'
  | 'replayed'
  | 'refused'
  | 'failed'
  | 'captured'
  | 'no-token'

/** What became of a refresh. `moved`: another tab refreshed, or somebody signed in, first. */
export type RefreshOutcomeKind = 'success' | 'moved' | 'for-now' | 'ended' | 'needs-user' | 'configuration'

/** What one exchange must remember between its steps. It crosses message ports, and holds no token. */
export interface Ticket {
  readonly session: string
  readonly method: string
  readonly url: string
  /** ms since epoch. */
  readonly startedAt: number
  /** ms that the request was held. */
  readonly waitedMs: number
  readonly outcome: ExchangeOutcome
  /** What the last attempt was sent with; missing when it carried no token. */
  readonly sent?: { readonly epoch: number; readonly generation: number; readonly proofs: number }
  readonly replayed?: boolean
  /** It has waited for a token that was too young for the resource server. */
  readonly waitedForToken?: boolean
  /** Its next answer decides for all requests that wait for this generation. */
  readonly probe?: number
}

/** What to do next with a request. `send-as-is`: without a token; `fail`: a network error; `give`: the page gets this answer. */
export type Step =
  | { readonly kind: 'send'; readonly headers: Readonly<Record<string, string>>; readonly ticket: Ticket }
  | { readonly kind: 'send-as-is' | 'fail' | 'give'; readonly ticket: Ticket }

/** A request that a page sends itself. */
export interface PageRequest extends RequestFacts {
  /** Bytes of its body, Infinity for one that cannot be sent again. */
  readonly bytes: number
  /** Whether a worker sees the request when the page sends it as it is. */
  readonly seenByWorker: boolean
}

/** The same for a page: which answers it has to show, and what it gives to the app instead of a captured one. */
export type PageStep =
  /** The engine has nothing to do with it, or its token must not come to the page: the browser sends it. */
  | { readonly kind: 'elsewhere' }
  | (Step & {
      /** Statuses of answers to call `continueExchange` with, their bodies too where `reads` says so. */
      readonly statuses: readonly number[]
      readonly reads: 'nothing' | 'refusals'
    })

/** An answer that an attempt of the page received. Names of headers are in lower case. */
export interface ReceivedAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
}

/** What worker and page match the requests of a session with. */
export interface MatchRules {
  readonly session: string
  readonly resources: readonly string[]
  readonly except: readonly string[]
  readonly capture: readonly string[]
  /** The session's own endpoints: they never get a token. */
  readonly own: readonly string[]
  readonly header: string
  /** Values of the header that count as none. */
  readonly replaces: readonly string[]
  readonly navigations: boolean
  readonly destinations: readonly string[]
  readonly exposeAccessToken: boolean
}

export type CallName = keyof Calls

/** What every page is told when it says hello. */
export interface Hello {
  readonly version: string
  /** Names of the sessions, the default one first, with what may be known of each. */
  readonly sessions: readonly SessionView[]
  readonly rules: readonly MatchRules[]
  /**
   * Set while only a worker that is installed anew can have all of the newest configuration: register the worker with it.
   * Either the static routes belong to an older one, or there is `lacksPart`.
   */
  readonly revision?: string | undefined
  /** Why the newest configuration is not in force: it needs a part, and a worker can import none once it is installed. No sessions: none is in force. */
  readonly lacksPart?: ErrorData | undefined
  /** Whether the worker sets static routes. */
  readonly hasRoutes?: boolean | undefined
  /** ms since epoch when this worker instance first got `hello`; documents loaded earlier may follow the previous worker's static routes. */
  readonly usedSince?: number | undefined
}

/** The envelope of a call; `bearerWorker` is the protocol's version, so that other messages are never taken for ours. */
export type Call = {
  readonly [Name in CallName]: { readonly bearerWorker: 1; readonly name: Name } & {
    readonly with: Calls[Name]['call']
  }
}[CallName]
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }

/** Why a page's provider is asked for a token: there is none, it has expired, a server refused it, or `refresh()` was called. */
export type ProvideReason = 'missing' | 'expired' | 'refused' | 'asked'

/** What a worker asks a page, with a port for the reply. */
export type PageQuestion =
  | { readonly ask: 'cookies'; readonly names: readonly string[] }
  | { readonly ask: 'provide'; readonly session: string; readonly reason: ProvideReason }

/** What a page replies; `pass` when it cannot say. A worker then asks the next page. */
export type PageReply =
  | { readonly kind: 'pass' }
  | { readonly kind: 'provided'; readonly value: unknown }
  /** The provider says that the session is over. */
  | { readonly kind: 'over' }
  /** The provider rejected: no token for now. */
  | { readonly kind: 'failed' }

/** What all tabs and all workers of an origin are told, by BroadcastChannel. */
export type Notice =
  | { readonly kind: 'session'; readonly view: SessionView }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  /** A page has seen a configuration that has other routes than the worker was installed with. */
  | { readonly kind: 'configuration' }
  | { readonly kind: 'changed'; readonly session: string; readonly epoch: number; readonly generation: number }
