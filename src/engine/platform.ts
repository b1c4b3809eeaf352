import type { BearerWorkerError } from '../errors.ts'
import type { SessionStore } from '../io/session-store.ts'
import type { Entry, Notice, PageQuestion, PageReply, WantedOfPages } from '../protocol.ts'
import type { AuthorizationServers } from './authorization-server.ts'

/** What a realm hands to the engine; everything else that the engine uses exists in both realms. */
export interface Platform {
  /** The browser's own, never an interceptor. */
  readonly fetch: typeof fetch
  /** The URL that relative patterns and endpoints are resolved against. */
  readonly base: string
  /** The configuration's path: contexts that share it share its sessions. */
  readonly configuration: string
  /** URL of the folder whose pages are covered. */
  readonly home: string
  /** ms since epoch. */
  readonly now: () => number
  /** 0 to 1. */
  readonly random: () => number
  readonly store: SessionStore
  /** The engine runs in a page: tokens are in its memory anyway. */
  readonly inPage?: boolean
  /** Asks the pages of the site, one after the other, until one replies something else than `pass`. */
  readonly askPages: AskPages
  /** In a page, which can ask no page but itself: has the others refresh. */
  readonly refreshElsewhere?: RefreshElsewhere
  /** Reads cookies that scripts of the site can read, by their names. */
  readonly readCookies: (names: readonly string[]) => Promise<Readonly<Record<string, string>>>
  /** Sends a notice to the pages of this origin, and to its other workers. */
  readonly tell: (notice: Notice) => void
  readonly record: (entry: Entry) => void
  /** The OAuth part, once it is loaded. */
  readonly authorizationServers: () => AuthorizationServers | undefined
  /** Resolves with undefined once this life of the realm has read the configuration from its file; with the problem when it cannot. */
  readonly unconfirmed: () => Promise<BearerWorkerError | undefined>
}

/** Resolves with undefined when no page replies within `limitMs`, or the signal is aborted. */
export type AskPages = (
  question: PageQuestion,
  limits: { readonly limitMs: number; readonly signal: AbortSignal },
) => Promise<Exclude<PageReply, { readonly kind: 'pass' }> | undefined>

/** A token that another page is to refresh into the store. */
export interface WantedElsewhere extends WantedOfPages {
  readonly session: string
  readonly account: string | undefined
}

/**
 * Waits until this page's own code provides, or another page has tried. Resolves with whether another has: the store then says
 * what it brought. Resolves with false as well when neither is there within `limitMs`, or the signal is aborted.
 */
export type RefreshElsewhere = (
  wanted: WantedElsewhere,
  limits: {
    readonly limitMs: number
    readonly signal: AbortSignal
    /** Whether the store has another state than the one that a token is wanted for. */
    readonly isTried: () => Promise<boolean>
    /** Missing where the pages share no store. */
    readonly tell: ((notice: Notice) => void) | undefined
  },
) => Promise<boolean>

/** What an event brings along with its request. */
export interface Occasion {
  readonly keepAlive: KeepAlive
  /** Aborted when the page gave the request up. */
  readonly signal?: AbortSignal | undefined
}

/** Keeps the realm alive until the work is done: `ExtendableEvent.waitUntil` where there is one. */
export type KeepAlive = (work: Promise<unknown>) => void
