/** Every message between page and worker, each call with its reply. No logic here. */
import type { ErrorData } from './errors.ts'

/** A header that the page gives to requests which it may give up. The worker takes it off: no server ever sees it. */
export const MARK = 'bearer-worker'

/** What a page may know of a session: never a token. */
export interface SessionView {
  readonly name: string
  /** `ended`: the server ended it, and `reason` says why. */
  readonly state: 'signed-out' | 'active' | 'ended'
  /** The server's own code, e.g. `invalid_grant`. */
  readonly reason?: string
  /** ms since epoch, on this device's clock. */
  readonly expiresAt?: number
  readonly scope?: string
  readonly tokenType?: string
  /** Payload of the id token, else of a JWT access token. Unverified. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly refreshing: boolean
  /** ms since epoch. A refresh failed for now; this is the next try. */
  readonly retryAt?: number
}

/** What the worker would do with a request, and why. */
export interface Explanation {
  readonly touched: boolean
  readonly session?: string
  /** E.g. `authorize`, `refresh-first`, `other-origin`, `excepted`, `has-authorization`, `signed-out`. */
  readonly code: string
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
  /** Of a request `sent`, `refreshed-first`, `replayed`, `refused`, `failed`, …; of a refresh `success`, `for-now`, `ended`, …. */
  readonly outcome: string
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
  /** Names of its headers, in lower case. */
  readonly headers: readonly string[]
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
  readonly hello: { readonly call: { readonly version: string }; readonly reply: Hello }
  /** Take over the page that asks. */
  readonly claim: { readonly call: object; readonly reply: undefined }
  /** A page is visible again, or online: look whether a refresh is due. Also keeps a worker awake. */
  readonly wake: { readonly call: { readonly online: boolean }; readonly reply: undefined }
  readonly setTokens: {
    readonly call: { readonly session?: string | undefined; readonly tokens: unknown }
    readonly reply: SessionView
  }
  readonly session: { readonly call: { readonly session?: string | undefined }; readonly reply: SessionView }
  readonly refresh: { readonly call: { readonly session?: string | undefined }; readonly reply: SessionView }
  readonly getAccessToken: { readonly call: { readonly session?: string | undefined }; readonly reply: string }
  /** For what cannot pass a worker (upload progress, synchronous XHR): the headers to send with one request. */
  readonly authorize: {
    readonly call: { readonly request: RequestFacts; readonly refused?: Refused }
    readonly reply: Authorization
  }
  /** The same for what cannot even wait: the header of a session that has one now. */
  readonly atHand: {
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

/** The headers to send a request with; undefined to leave it alone, `failed` when it waited in vain: a network error. */
export type Authorization = Readonly<Record<string, string>> | 'failed' | undefined

/** An answer that a request of the page's own way got. */
export interface Refused {
  readonly status: number
  readonly challenge: string | null
  readonly body: string
  /** What it had been sent with. */
  readonly headers: Readonly<Record<string, string>>
}

/** What a page has to know of a session's configuration: which requests to hold. */
export interface Patterns {
  readonly session: string
  readonly resources: readonly string[]
  readonly except: readonly string[]
}

export type CallName = keyof Calls

/** What every page is told when it says hello. */
export interface Hello {
  readonly version: string
  /** Names of the sessions, the default one first, with what may be known of each. */
  readonly sessions: readonly SessionView[]
  readonly patterns: readonly Patterns[]
  /** Differs from the worker's own when its static routes belong to an older configuration; register with it. */
  readonly revision?: string | undefined
  /** When the worker was first asked, if that was in this life of it, in ms since the epoch: documents that are older may go by the static routes of the one before. */
  readonly since?: number | undefined
}

/** The envelope of a call; `bearerWorker` is the protocol's version, so that other messages are never taken for ours. */
export type Call = {
  readonly [Name in CallName]: { readonly bearerWorker: 1; readonly name: Name } & {
    readonly with: Calls[Name]['call']
  }
}[CallName]
export type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: ErrorData }

/** What all tabs and all workers of an origin are told, by BroadcastChannel. */
export type Notice =
  | { readonly kind: 'session'; readonly view: SessionView }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  /** A page has seen a configuration that has other routes than the worker was installed with. */
  | { readonly kind: 'configuration' }
  | { readonly kind: 'changed'; readonly session: string; readonly epoch: number; readonly generation: number }
