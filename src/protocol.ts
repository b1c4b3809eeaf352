/** Every message between page and worker, each call with its reply. No logic here. */
import type { BearerWorkerErrorCode, ErrorData } from './errors.ts'

/**
 * The end of the fragment of a request that a page has authorized itself: a static route lets it pass the worker. No server and
 * no page ever sees it. @see https://fetch.spec.whatwg.org/#concept-response-url
 */
export const DIRECT_FRAGMENT = 'bearer-worker-direct'

/** A header of a request that the page may give up. The worker takes it off; a page without a worker of ours adds none. */
export const MARK_HEADER = 'bearer-worker'

/** Where the parts that are loaded on demand put themselves in the global scope, each as a `PartInScript`. */
export const PAGE_PART: unique symbol = Symbol.for('bearer-worker.page-part')
export const OAUTH_PART: unique symbol = Symbol.for('bearer-worker.oauth-part')

/**
 * A reason of ours for the state of a session, or for a pause of its refreshes, where the server has given no code.
 * `SessionView.reason` and `BearerWorkerError.reason` have it.
 */
export type OwnReason =
  /** The access token is past its lifetime, a resource server refused it, and the session cannot be refreshed. */
  | 'expired'
  /** Resource servers refused new access tokens five times within 60 s: for 60 s, a refusal starts no refresh. */
  | 'refresh-ineffective'
  /** The token endpoint could not be reached, or the connection broke. */
  | 'network'
  /** The token endpoint did not answer within `timeoutSeconds`. */
  | 'timeout'
  /** The answer of the token endpoint could not be read to its end: cut short, wrongly compressed, or over 1 MiB. */
  | 'unreadable'
  /** A good answer of the token endpoint has no access token where `tokenFields` says. */
  | 'no-access-token'
  /** The new access token fits into no header: spaces, line breaks, no visible ASCII, or over 16 KiB. */
  | 'unusable-token'
  /** The new access token is the one that a resource server has just refused, or a JWT that runs out. */
  | 'same-token'
  /** The token endpoint answered with this status and without a code: `http-503`. */
  | `http-${number}`
  /** A token type that cannot be used: `mac`, or `dpop` where the configuration does not say `dpop`, or another where it does. */
  | `token-type-${string}`
  /** `"by": "page"`: no open page has called `provideTokens()`, or none replied in time. */
  | 'no-provider'
  /** `"by": "page"`: the provider of the page rejected. The session is kept. */
  | 'provider-failed'
  /** `"by": "page"`: the provider of the page says that the session is over. */
  | 'provider-ended'
  /** No open page could reach the vault, or it did not answer in time. */
  | 'vault-unreachable'
  /** The vault does not list the origin of this app in `apps`, has no such session, or its configuration has mistakes: the console says which. */
  | 'vault-refused'
  /** This app made the vault refresh too often: ten times within 60 s. */
  | 'vault-limit'
  /** The metadata of the authorization server could not be read. */
  | 'metadata-unreachable'
  /** The metadata, or the answer to a sign-in, are those of another issuer. */
  | 'issuer-mismatch'
  /** The user came back with a `state` that is too old, or was begun for another redirect URI. */
  | 'state-mismatch'
  /** The ID token of a sign-in has another `nonce` than the request. */
  | 'nonce-mismatch'
  /** The ID token of a sign-in is missing, or does not pass its checks. */
  | 'invalid-id-token'
  /** The token response of a sign-in does not pass its checks. */
  | 'invalid-response'
  /**
   * The code of the error that prevented a refresh or a sign-in, since it is not known where the refresh token may go:
   * `configuration-unreachable`, `configuration-invalid`, `part-unavailable`, `unknown-session`; `sign-in-failed` for any
   * other failure of a sign-in.
   */
  | BearerWorkerErrorCode

/** A part, and the version of the file that it came in. */
export interface LoadedPart<Part> {
  readonly version: string
  readonly part: Part
}

/** The same of a script file: it makes the part with the classes that it is to use. */
export interface PartInScript {
  readonly version: string
  readonly make: (browser: object) => unknown
}

/** What a page may know of a session: never a token. */
export interface SessionView {
  /** Its key in `sessions` of the configuration. */
  readonly name: string
  /** The account that it is the session of; missing where the tab has chosen none. See `bearerWorker.use()`. */
  readonly account?: string
  /**
   * `signed-out`: nobody has signed in, or the user has signed out. `active`: somebody is signed in, even while the access
   * token is expired and cannot be refreshed for now. `ended`: the server ended it, and `reason` says why; the user has to
   * sign in again.
   */
  readonly state: 'signed-out' | 'active' | 'ended'
  /** Why it ended, or why its last refresh or sign-in failed: the server's own code, e.g. `invalid_grant`, or one of ours. */
  readonly reason?: OwnReason | (string & {})
  /** When the access token expires: ms since epoch, on this device's clock. Missing when its lifetime is unknown. */
  readonly expiresAt?: number
  /** `scope` of the token response. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
  readonly scope?: string
  /** `token_type` of the token response, as the server wrote it. @see https://www.rfc-editor.org/rfc/rfc6749#section-7.1 */
  readonly tokenType?: string
  /** Payload of the id token, else of a JWT access token. Unverified. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Changes when a user signs in or out; has no other meaning. */
  readonly epoch: number
  /** Whether a refresh is under way. */
  readonly refreshing: boolean
  /** ms since epoch. A refresh failed for now; this is the next try. */
  readonly retryAt?: number
}

/** What decides about a request. The first three are touched by the worker, the others are not. */
export type ExplanationCode =
  /** It is sent with the access token. */
  | 'authorize'
  /** It waits for a refresh, since the access token has expired; then it is sent with the new one. */
  | 'refresh-first'
  /** It is a sign-in that `capture` lists: its answer is read for tokens. */
  | 'capture'
  /** `resources` list it, but nobody is signed in. */
  | 'signed-out'
  /** `resources` list it, but the server has ended the session. */
  | 'session-ended'
  /** It already has the header that the token would go into. */
  | 'has-authorization'
  /** Its URL names a user (`https://user@host/`), and the browser authorizes it with that. */
  | 'names-user'
  /** It is an endpoint of the session itself, such as `refresh.url`. */
  | 'own-endpoint'
  /** `except` lists it. */
  | 'excepted'
  /** It is a navigation, and `navigations` is false, or its method is not GET. */
  | 'navigation'
  /** It is loaded for something that `destinations` does not list, e.g. as a script. */
  | 'destination'
  /** Its origin is known, but no pattern matches its path. */
  | 'other-path'
  /** No pattern names its origin. */
  | 'other-origin'

/** What the worker would do with a request, and why. */
export interface Explanation {
  /** Whether the worker does anything with it. */
  readonly touched: boolean
  /** The session whose `resources` or `capture` list it, if any. */
  readonly session?: string
  /** The account that the tab has chosen, if any. */
  readonly account?: string
  readonly code: ExplanationCode
  /** For people, with both sides of what was compared. */
  readonly message: string
}

/** One handled request or refresh: never a token, no query values. */
export interface Entry {
  readonly kind: 'request' | 'refresh'
  /** When it began: ms since epoch, on this device's clock. */
  readonly at: number
  /** Name of its session. */
  readonly session: string
  /** The account that it went as; missing where its tab has chosen none. */
  readonly account?: string
  /** `resource` of the entry of `resources` whose access token it is about, else its `scope`; missing for the session's own token. */
  readonly resource?: string
  /** Of the request; `PAGE` for a refresh by the page's own code. */
  readonly method: string
  /** Absolute, without credentials and fragment; of the query, only the names. */
  readonly url: string
  /** Of a request an `ExchangeOutcome`, of a refresh a `RefreshOutcomeKind`. */
  readonly outcome: ExchangeOutcome | RefreshOutcomeKind
  /** Status of the answer that the page got, or of the token endpoint's; missing for a network error or an opaque response. */
  readonly status?: number
  /** Of a replayed request: status of the answer that refused its token. */
  readonly refusedStatus?: number
  /** ms that the request was held before it was sent, or sent again; 0 for a refresh. */
  readonly waitedMs: number
  /** ms from its beginning to the answer. */
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
  /** Its key in `sessions` of the configuration; the first one by default. */
  readonly session?: string
  /** The account that signs in: a name of the site's own. By default the one that this tab has chosen. */
  readonly account?: string
  /** Where the user comes back to: a URL of the site's own origin. The page's own by default. */
  readonly returnTo?: string
  /** Further parameters of the authorization request. */
  readonly parameters?: Readonly<Record<string, string>>
}

/** Each call of a page: what it sends, and the reply it gets. */
export interface Calls {
  /** Are you Bearer Worker? Answered at once, whatever the worker is busy with. */
  readonly ping: { readonly call: object; readonly reply: undefined }
  /** Are you there, which version, and is a good configuration in force? Re-reads the configuration. */
  readonly hello: { readonly call: object; readonly reply: Hello }
  /** Take over the page that asks. */
  readonly claim: { readonly call: object; readonly reply: undefined }
  /** A page is visible again, or online: look whether a refresh is due. Also keeps a worker awake. */
  readonly wake: { readonly call: { readonly online: boolean }; readonly reply: undefined }
  readonly setTokens: {
    readonly call: {
      readonly session?: string | undefined
      readonly account?: string | undefined
      readonly tokens: unknown
    }
    readonly reply: SessionView
  }
  readonly session: { readonly call: { readonly session?: string | undefined }; readonly reply: SessionView }
  readonly sessions: { readonly call: object; readonly reply: readonly SessionView[] }
  /** Names of the accounts that are signed in, sorted. */
  readonly accounts: { readonly call: object; readonly reply: readonly string[] }
  /** `wanted`: another page needs the token, and this one's code provides it. */
  readonly refresh: {
    readonly call: { readonly session?: string | undefined; readonly wanted?: WantedOfPages | undefined }
    readonly reply: SessionView
  }
  readonly getAccessToken: { readonly call: { readonly session?: string | undefined }; readonly reply: string }
  /** Begins the exchange of a request that the page sends itself: one that would lose something behind a worker, or that no worker sees. */
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
  /**
   * What the vault's frame in a page says of a session, so that another app's sign-in or sign-out is seen here. It is a hint:
   * where it differs from what is known, the vault itself is asked.
   */
  readonly lookAtVault: {
    readonly call: { readonly session: string; readonly state: unknown; readonly epoch: unknown }
    readonly reply: undefined
  }
  /** What a WebSocket of the page is to connect with. `refused`: the ticket of one whose handshake the server may have refused. */
  readonly beginSocket: {
    readonly call: {
      readonly url: string
      readonly protocols: readonly string[]
      readonly refused?: Ticket | undefined
    }
    readonly reply: SocketStep
  }
  /** A server has closed a WebSocket because it refused the token: the next one gets a new token. */
  readonly refuseSocket: { readonly call: { readonly ticket: Ticket }; readonly reply: undefined }
  /** The header of a session that allows `getAccessToken()`, for synchronous requests: they pass by every worker and cannot wait. */
  readonly synchronousHeaders: {
    readonly call: {
      readonly session: string
      readonly api?: string | undefined
      /** The account that the request goes as, `null` for none; that of the page by default. */
      readonly account?: string | null | undefined
    }
    readonly reply: PassingHeaders | undefined
  }
  /** The page gave up a request before its response headers: the one at `index` of those with this method and URL, `of` so many. */
  readonly abort: {
    readonly call: { readonly method: string; readonly url: string; readonly index: number; readonly of: number }
    readonly reply: undefined
  }
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
  readonly signOut: {
    readonly call: {
      readonly session?: string | undefined
      readonly account?: string | undefined
      /** Where the page is. */
      readonly page?: string
    }
    readonly reply: string | undefined
  }
  readonly explain: { readonly call: { readonly request: RequestFacts }; readonly reply: Explanation }
  readonly history: { readonly call: object; readonly reply: readonly Entry[] }
}

/** What a request that passes by every worker is sent with. */
export interface PassingHeaders {
  readonly headers: Readonly<Record<string, string>>
  /** URLs of the authorization server that the session's metadata name: they get no token. */
  readonly endpoints: readonly string[]
}

/** What became of a request. */
export type ExchangeOutcome =
  /** It was sent at once, with the access token. */
  | 'sent'
  /** It was sent without a token: nobody was signed in, or the configuration no longer lists it. */
  | 'untouched'
  /** It waited for a refresh, and was sent with the new access token. */
  | 'refreshed-first'
  /** The server refused the access token, and the request was sent once more. */
  | 'replayed'
  /** The server refused the access token, and the page got that answer: there was no newer token, or the body could not be sent again. */
  | 'refused'
  /** The page got a network error: the network failed, or there was no access token in time. */
  | 'failed'
  /** A sign-in: the tokens of the answer were stored, and the page got the answer without them. */
  | 'captured'
  /** A sign-in that `capture` lists was answered without a token at the paths of `tokenFields`. */
  | 'no-token'

/** What became of a refresh. */
export type RefreshOutcomeKind =
  /** It brought a new access token. */
  | 'success'
  /** Another tab refreshed first, or somebody signed in or out meanwhile: what the store says then counts. */
  | 'moved'
  /** It brought no token for now. The session is kept, and `SessionView.retryAt` says when it is tried again. */
  | 'for-now'
  /** The server ended the session. */
  | 'ended'
  /** The server wants the user to act first, e.g. `interaction_required`. The session is kept. */
  | 'needs-user'
  /** The server refused the way in which it was asked, e.g. `invalid_client`: correct the configuration. The session is kept. */
  | 'configuration'

/** What one exchange must remember between its steps. It crosses message ports, and holds no token. */
export interface Ticket {
  readonly session: string
  /** The account that the page had chosen when it began. */
  readonly account?: string
  readonly method: string
  readonly url: string
  /** ms since epoch. */
  readonly startedAt: number
  /** ms that the request was held. */
  readonly waitedMs: number
  readonly outcome: ExchangeOutcome
  /** What the last attempt was sent with; missing when it carried no token. */
  readonly sent?: { readonly epoch: number; readonly generation: number; readonly proofs: number }
  /** Index of the `capture` that lists the request: its answer is read for tokens. */
  readonly capture?: number
  readonly replayed?: boolean
  /** Status of the last answer that refused the token. */
  readonly refusedStatus?: number
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
      readonly reads: 'nothing' | 'refusals' | 'everything'
      /** With `give`: the text that replaces the body, since tokens were taken out of it. */
      readonly body?: string
      /** With `give`: names of headers that hold a token, in lower case. */
      readonly hiddenHeaders?: readonly string[]
    })

/** What to do with a WebSocket of a page. Only `with-token` has the token, and only of a session with `exposeAccessToken`. */
export type SocketStep =
  /** Nobody is signed in, or the page has put a token into it: it connects as the page asked. */
  | { readonly kind: 'as-is' }
  /** It ends as a socket does that cannot connect. The message is for developers. */
  | { readonly kind: 'fail'; readonly message: string }
  | { readonly kind: 'with-ticket'; readonly url: string }
  | {
      readonly kind: 'with-token'
      /** The URL to connect to, where it is another than the page's. */
      readonly url?: string
      /** A subprotocol after those of the page. */
      readonly protocol?: string
      readonly firstMessage?: { readonly message: unknown; readonly fixed: readonly string[] }
      /** By which the server says that it refuses the token. */
      readonly closeCodes: readonly (number | { readonly code: number; readonly reason: string })[]
      readonly ticket: Ticket
    }

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
  /** For each of `resources`, the key of the API whose access token it gets; undefined for the session's own. */
  readonly apis?: readonly (string | undefined)[] | undefined
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
  /** URL of the page of its vault, where it has one. */
  readonly vault?: string | undefined
  /** Patterns of WebSockets that get the token, where there are any. */
  readonly sockets?: readonly string[] | undefined
  /** Only of a session with `direct`, whose requests a page authorizes itself. */
  readonly direct?: DirectRules | undefined
}

/** What a page needs to authorize requests of a session itself. */
export interface DirectRules {
  readonly scheme?: string
  /** Which answers refuse the token: with these statuses, and one of the codes where there are any. */
  readonly statuses: readonly number[]
  readonly errorCodes: readonly string[]
  readonly maxReplayBytes: number
  /** What a refresh of the session presents; undefined where it cannot be refreshed. */
  readonly refreshBy?: 'refresh-token' | 'access-token' | 'cookie' | 'page' | 'vault' | undefined
  /** The issuer whose endpoints get no token. */
  readonly issuer?: string | undefined
}

export type CallName = keyof Calls

/** What every page is told when it says hello. */
export interface Hello {
  readonly version: string
  /** Names of the sessions, the default one first, with what may be known of each. */
  readonly sessions: readonly SessionView[]
  readonly rules: readonly MatchRules[]
  /**
   * Set while only a new installation of the worker can have all of the newest configuration: register the worker with it.
   * Either the static routes belong to an older one, or there is `lacksPart`.
   */
  readonly revision?: string | undefined
  /**
   * Why the newest configuration is not in force: it needs a part, and a worker can import none once it is installed. No
   * sessions: none is in force.
   */
  readonly lacksPart?: ErrorData | undefined
  /** Whether the worker sets static routes. */
  readonly hasRoutes?: boolean | undefined
  /**
   * ms since epoch when this worker instance first got `hello`; documents loaded earlier may follow the previous
   * worker's static routes.
   */
  readonly usedSince?: number | undefined
}

/** The envelope of a call; `bearerWorker` is the protocol's version, so that other messages are never taken for ours. */
export type Call = {
  readonly [Name in CallName]: { readonly bearerWorker: 1; readonly name: Name } & {
    readonly with: Calls[Name]['call']
    /** The account that the page has chosen, if any. */
    readonly account?: string | undefined
  }
}[CallName]
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }

/** Why a page's provider is asked for a token: there is none, it has expired, a server refused it, or `refresh()` was called. */
export type ProvideReason = 'missing' | 'expired' | 'refused' | 'asked'

/** Which access token is wanted, where it is that of an entry of `resources` with these. */
export interface WantedToken {
  readonly resource?: string
  readonly scope?: string
}

/**
 * Which access token a page without a worker wants of the pages whose code provides it. They refresh it into the store that
 * they share: any script of the origin can listen, so no token ever goes this way.
 */
export interface WantedOfPages {
  /** Key of the API whose access token it is; undefined for the session's own. */
  readonly api?: string | undefined
  readonly reason: ProvideReason
  /** Of the state that the page has found in the store. */
  readonly epoch: number
  readonly generation: number
}

/** What a worker asks a page, with a port for the reply. */
export type PageQuestion =
  | { readonly ask: 'cookies'; readonly names: readonly string[] }
  /** For the session of this account: a page that has chosen another one passes. */
  | ({
      readonly ask: 'provide'
      readonly session: string
      readonly account: string | undefined
      readonly reason: ProvideReason
    } & WantedToken)
  /** Which account have you chosen? The reply is its name, or null. */
  | { readonly ask: 'account' }
  /** Is a navigation to this URL yours? Only a page that says so replies. */
  | { readonly ask: 'navigation'; readonly url: string }
  /** For a port to the vault's frame in the page: the reply is an `OpenedVault`. */
  | { readonly ask: 'vault'; readonly url: string }

/** What a page says at once: a page script is there to answer. Its reply follows. */
export interface PageHeard {
  readonly kind: 'heard'
}

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
  /** `direct`: a page has sent these requests itself, and a worker that runs adds them to its history. */
  | { readonly kind: 'entries'; readonly entries: readonly Entry[]; readonly direct?: true }
  /** A page has seen a configuration that has other routes than the worker was installed with. */
  | { readonly kind: 'configuration' }
  /** A worker, or the engine in a page, has put a newer configuration in force: pages ask what it is. */
  | { readonly kind: 'rules' }
  | { readonly kind: 'changed'; readonly session: string; readonly epoch: number; readonly generation: number }
  /** No worker asks the pages for this one. It is sent again and again until a page has tried. */
  | ({
      readonly kind: 'wanted'
      readonly id: string
      readonly session: string
      readonly account?: string | undefined
    } & WantedOfPages)
  /** A page has tried to refresh what was wanted: the store says what it brought. */
  | { readonly kind: 'tried'; readonly id: string }

/** The message by which a page hands a port to the vault's frame. */
export interface VaultGreeting {
  readonly bearerWorkerVault: 1
}

/** What the vault's frame says first by a port: what it knows of each session, or why it serves this page not at all. */
export type VaultReady =
  | { readonly kind: 'ready'; readonly sessions: readonly VaultState[] }
  | { readonly kind: 'refused'; readonly message: string }

/** What a page may know of a session of the vault. */
export interface VaultState {
  readonly session: string
  readonly state: SessionView['state']
  /** Changes when a user signs in or out at the vault. */
  readonly epoch: number
}

/** A port to a vault's frame, or why there is none. */
export type OpenedVault<Port> =
  | { readonly kind: 'port'; readonly port: Port }
  | { readonly kind: 'refused' | 'unreachable' }

/** What an app asks the vault's frame by its port. */
export interface VaultCalls {
  /** For a good access token. `have` is the one that the app has; only with `refused` and `asked` a good one is replaced. */
  readonly token: {
    readonly call: { readonly session: string; readonly have?: string | undefined; readonly reason: ProvideReason }
    readonly reply: VaultAnswer
  }
  /** Puts tokens that the app has captured into the vault. `ageMs` is how long ago their request was sent. */
  readonly adopt: {
    readonly call: { readonly session: string; readonly tokens: object; readonly ageMs: number }
    readonly reply: VaultAnswer
  }
  /** For a proof of the vault's key, for one request with one token. @see https://www.rfc-editor.org/rfc/rfc9449#section-4 */
  readonly proof: {
    readonly call: {
      readonly session: string
      readonly accessToken: string
      readonly method: string
      readonly url: string
    }
    readonly reply: string
  }
  /** What an answer of a server says of the nonce and the time that it wants in proofs. */
  readonly learn: {
    readonly call: {
      readonly session: string
      readonly url: string
      readonly nonce: string | null
      readonly date: string | null
    }
    readonly reply: undefined
  }
  /** Signs out of every app. The reply is whether the user has to go on to the authorization server, by the vault's page. */
  readonly signOut: {
    readonly call: { readonly session: string; readonly returnTo: string }
    readonly reply: { readonly goesOn: boolean }
  }
}
export type VaultCallName = keyof VaultCalls

/** What the vault says of a session: never a refresh token, an ID token or a key. */
export type VaultAnswer =
  | {
      readonly state: 'active'
      readonly epoch: number
      readonly accessToken: string
      readonly tokenType?: string | undefined
      readonly scope?: string | undefined
      /** Seconds that the access token still lives, where that is known. */
      readonly secondsLeft?: number | undefined
      /** Payload of the ID token, else of a JWT access token. */
      readonly claims?: Readonly<Record<string, unknown>> | undefined
      /** Why the last sign-in failed, where another user or nobody new has come. */
      readonly reason?: string | undefined
    }
  | { readonly state: 'signed-out' | 'ended'; readonly epoch: number; readonly reason?: string | undefined }
  /** There is no good access token for now. */
  | {
      readonly state: 'paused'
      readonly kind: 'for-now' | 'needs-user' | 'configuration'
      readonly reason: string
      /** ms until the next try. */
      readonly retryAfterMs?: number | undefined
      readonly answered: boolean
    }

/** The envelope of a call to the vault. */
export interface VaultQuestion {
  readonly id: number
  readonly name: VaultCallName | 'ping'
  readonly with?: object
}

/** What comes by the port of a vault: at once that a question was heard, then its reply; and changes of a session unasked. */
export type VaultMessage =
  | { readonly kind: 'heard'; readonly id: number }
  | { readonly kind: 'reply'; readonly id: number; readonly reply: Reply }
  | ({ readonly kind: 'changed' } & VaultState)
