import { credentialsOf } from '../../engine/authorize.ts'
import { exchangeEntry } from '../../engine/exchange-entry.ts'
import { History } from '../../engine/history.ts'
import { Matcher } from '../../engine/matcher.ts'
import { isOneOf } from '../../engine/own-endpoints.ts'
import { nameOfKey, seenBy } from '../../policy/api-tokens.ts'
import { decide, needsProof } from '../../policy/decide.ts'
import type { SessionRecord } from '../../policy/vocabulary.ts'
import { wait } from '../../io/deadline.ts'
import type { CallName, DirectRules, Entry, MatchRules, Notice, Ticket } from '../../protocol.ts'
import type { Ask } from '../ask.ts'
import type { Connection } from '../connection.ts'
import { hasReplacedMembers } from '../intercept/replaced-members.ts'
import { readyState } from '../own-origin.ts'
import { isWorker } from '../realm.ts'
import type { SessionViews } from '../session-views.ts'
import { readHint, writeHint } from './hint.ts'
import { onAccountChange, tabAccount } from '../tab-account.ts'
import { isAccountUnknown } from '../worker-account.ts'
import { hideFragmentInTiming } from './timing-names.ts'
import type { StoredRules } from './stored-rules.ts'
import { type StoredSession, StoredSessions } from './stored-sessions.ts'

/** What a request of this page is sent with. */
export interface Permit {
  /** Value of `Authorization`. */
  readonly credentials: string
  /** Values of it that count as none. */
  readonly replaces: readonly string[]
  readonly rules: DirectRules
  /** Whether a static route lets the request pass the worker. */
  readonly hasRoute: boolean
  readonly session: string
  /** The account that it goes as, where the tab has chosen one. */
  readonly named: { readonly account?: string }
  /** The API whose access token it is, if any. */
  readonly api: string | undefined
  readonly sent: NonNullable<Ticket['sent']>
}

/** A request that may go by the lane: the rules of its session, and the API whose access token it gets. */
export interface Listed {
  readonly rules: MatchRules
  readonly api: string | undefined
}

interface Page {
  /** Path of the configuration. */
  readonly configuration: string
  readonly views: SessionViews
  /** Tells everybody, this page too. */
  readonly tell: (notice: Notice) => void
}

/** A token that a server refused. */
interface RefusedToken {
  /** Its epoch and generation. */
  readonly id: string
  /** Resolves once the engine has said what to do with the first request that was sent with it. */
  readonly answered: Promise<void>
}

/** What a request is sent again with: the token of this record. */
export interface Successor {
  readonly permit: Permit
  readonly record: SessionRecord
}

/** ms for which a page that has just been opened leaves the worker alone, at most. */
const OPENING_MS = 50

/** Calls after which another token may be the right one: the notice of that may come later than their reply. */
const CHANGING: readonly CallName[] = ['setTokens', 'refresh', 'signOut', 'finishSignIn', 'continueExchange', 'hello']

/**
 * The page's own lane: requests of sessions with `direct` that this page authorizes itself. Only where the token is good;
 * everything else goes by the worker, as it does without the lane.
 */
export class DirectLane {
  /** Asks the worker; set once there is somebody to ask. */
  ask!: Ask
  #rules: ReadonlyMap<string, MatchRules> = new Map()
  #matcher: Matcher | undefined
  #hasRoute = false
  /** Whether whoever covers this page has said what is in force. */
  #isConfirmed = false
  /** While a page that has just been opened reads what is stored; it never rejects. */
  beginning: Promise<unknown> | undefined
  /** The first answer that this page waits for. */
  first: Promise<unknown> | undefined
  readonly #stored: StoredSessions
  /** The last token of each session, and of each of its APIs, that was refused here. */
  readonly #refused = new Map<string, RefusedToken>()
  readonly #history: History
  readonly #page: Page

  constructor(page: Page) {
    const { configuration, tell } = page
    this.#page = page
    this.#stored = new StoredSessions(configuration)
    this.#history = new History((notice) => notice.kind === 'entries' && tell({ ...notice, direct: true }))
    globalThis.addEventListener('pagehide', () => {
      this.#history.tellNow()
      this.#stored.close()
    })
    // Notices that came while the page was frozen or hidden in the back-forward cache are late, or lost.
    globalThis.addEventListener('resume', () => this.#stored.invalidate(), true)
    globalThis.addEventListener('pageshow', ({ persisted }) => persisted && this.#stored.invalidate())
    onAccountChange(() => {
      this.#refused.clear()
      this.#stored.invalidate()
    })
    const hint = readHint(configuration)
    if (hint) this.beginning = this.#begin(hint === 'routes')
  }

  /** Whether any session is direct, as far as is known. */
  get isOn(): boolean {
    return (this.#matcher !== undefined || this.beginning !== undefined) && !isAccountUnknown()
  }

  /**
   * Resolves when a page that has just been opened has its first answer, or seems to want none: a worker that starts
   * meanwhile would take the processor from it.
   */
  async opened(): Promise<void> {
    if (!this.beginning) return
    await Promise.race([this.#firstAnswer(), wait(OPENING_MS)])
  }

  async #firstAnswer(): Promise<void> {
    await this.beginning
    if (readyState() === 'loading')
      await new Promise((resolve) => globalThis.addEventListener('DOMContentLoaded', resolve, { once: true }))
    await this.first
  }

  /**
   * What whoever covers this page has said is in force. Only a worker says it for the next page too, and only where requests
   * go to it may they go by the lane instead: those of a worker that has the page script do, although it cannot ask it.
   */
  know({ by, hello, sendHere }: Pick<Connection, 'by' | 'hello' | 'sendHere'>): void {
    this.#isConfirmed = true
    const rules = hello.rules.some(({ direct }) => direct) ? hello.rules : undefined
    const hasRoute = hello.hasRoutes === true
    if (by === 'worker') writeHint(this.#page.configuration, rules && (hasRoute ? 'routes' : 'no routes'))
    this.#use((by === 'worker' && !sendHere) || isWorker ? rules : undefined, hasRoute)
  }

  /**
   * What a URL is to the lane: one whose requests go this way, or a request whose answer is read for tokens. Nothing once a
   * script has replaced what decides that. No script of the page may run between this and what is sent.
   */
  look(url: string): Listed | 'capture' | undefined {
    if (hasReplacedMembers()) {
      // A request that is read for tokens may go by the worker now.
      this.#stored.invalidate()
      return undefined
    }
    // Any script of the origin can have written what is stored: until somebody has read the file, no token leaves for another origin.
    if (!this.#isConfirmed && !url.startsWith(`${location.origin}/`)) return undefined
    const match = this.#matcher?.match({ url, method: 'GET', mode: 'cors', destination: '' }, () => null)
    if (match?.capture !== undefined) return 'capture'
    const rules = match && this.#rules.get(match.session)
    return rules?.direct && { rules, api: match?.api }
  }

  /** What to send a request with; undefined for one that goes by the worker. At once, where the store need not be read. */
  permit(listed: Listed, url: string): Permit | undefined | Promise<unknown> {
    const { cached } = this.#stored
    if (!cached) return this.#stored.read()
    return this.#page.views.get(listed.rules.session)?.refreshing ? undefined : this.#permitBy(listed, cached, url)
  }

  /**
   * A server refused the token: the requests after this one wait at the worker for another. Undefined for the first request
   * that was sent with it, which asks the engine what to do; the others wait until that has answered.
   * @param answered resolves when the engine has answered this one
   */
  refused({ session, api, named, sent }: Permit, answered: Promise<void>): Promise<void> | undefined {
    const key = keyOf(session, api, named.account)
    const id = idOf(sent)
    const before = this.#refused.get(key)
    if (before?.id === id) return before.answered
    this.#refused.set(key, { id, answered })
    return undefined
  }

  /** What replaces a permit whose token was refused; undefined where the store has nothing newer. */
  async successorOf({ session, api, named, sent }: Permit, url: string): Promise<Successor | undefined> {
    const listed = this.look(url)
    if (typeof listed !== 'object' || listed.rules.session !== session || listed.api !== api) return undefined
    const sessions = this.#stored.cached ?? (await this.#stored.read())
    const permit = this.#permitBy(listed, sessions, url)
    // The tab may have chosen another account meanwhile.
    if (!permit || permit.named.account !== named.account || idOf(permit.sent) === idOf(sent)) return undefined
    return { permit, record: seenBy(sessions.get(session)!.record, api) }
  }

  /** Another token may be the right one from now on. */
  invalidate(): void {
    this.#stored.invalidate()
  }

  /** This page has called somebody. */
  called(name: CallName): void {
    if (this.isOn && CHANGING.includes(name)) this.#stored.invalidate()
  }

  heard(notice: Notice): void {
    if (!this.isOn) return
    if (notice.kind === 'entries' && notice.direct) this.#history.keep(notice.entries)
    if (notice.kind !== 'changed' && notice.kind !== 'session') return
    this.#stored.invalidate()
    // So that the next request need not wait for it.
    if (!this.beginning) void this.#stored.read()
  }

  ticketOf(
    { session, named, sent }: Permit,
    { method, url, startedAt }: Pick<Ticket, 'method' | 'url' | 'startedAt'>,
  ): Ticket {
    return { session, ...named, method, url, startedAt, waitedMs: 0, outcome: 'sent', sent }
  }

  /** A request has ended that no worker knows of. Without a status it was a network error. */
  end(ticket: Ticket, status: number | undefined): void {
    const { session, account, url } = ticket
    const api = this.#matcher?.apiOf(session, url)
    const named = {
      ...(account !== undefined && { account }),
      ...(api !== undefined && { resource: nameOfKey(api) }),
    }
    this.#history.add(exchangeEntry(ticket, status, { named, now: Date.now() }))
  }

  /** The history of a worker, with what it was not there to hear. */
  completed(entries: readonly Entry[]): readonly Entry[] {
    const known = new Set(entries.map((entry) => JSON.stringify(entry)))
    const own = this.#history.entries.filter((entry) => !known.has(JSON.stringify(entry)))
    if (own.length === 0) return entries
    const endOf = ({ at, durationMs }: Entry) => at + durationMs
    return [...entries, ...own].sort((a, b) => endOf(a) - endOf(b)).slice(-200)
  }

  async #begin(hasRoute: boolean): Promise<void> {
    const stored = await this.#stored.begin().catch(() => undefined)
    // The worker was faster.
    if (!this.beginning) return
    this.beginning = undefined
    this.#match(stored?.rules.some(({ direct }) => direct) ? stored : undefined, hasRoute)
  }

  #use(rules: readonly MatchRules[] | undefined, hasRoute: boolean): void {
    this.beginning = undefined
    this.#match(rules && { rules, matcher: new Matcher(rules, location.origin) }, hasRoute)
    this.#stored.use(rules ?? [])
    if (rules) void this.#stored.read()
  }

  #match(stored: StoredRules | undefined, hasRoute: boolean): void {
    this.#rules = new Map(stored?.rules.map((each) => [each.session, each]))
    this.#matcher = stored?.matcher
    this.#hasRoute = hasRoute
    if (stored && hasRoute) hideFragmentInTiming()
  }

  #permitBy(
    { rules: { session, direct, replaces }, api }: Listed,
    sessions: ReadonlyMap<string, StoredSession>,
    url: string,
  ): Permit | undefined {
    const stored = sessions.get(session)
    if (!stored || isOneOf(stored.endpoints, url)) return undefined
    const decision = decide(seenBy(stored.record, api), direct!.refreshBy, Date.now())
    if (decision.kind !== 'send') return undefined
    const { epoch, generation } = decision.record
    // The vault makes the proofs, and only the worker has a port to it.
    if (needsProof(decision.record)) return undefined
    const sent = { epoch, generation, proofs: 0 }
    const account = tabAccount()
    if (this.#refused.get(keyOf(session, api, account))?.id === idOf(sent)) return undefined
    const credentials = credentialsOf(decision.record, direct!)
    const named = account === undefined ? {} : { account }
    return { credentials, replaces, rules: direct!, hasRoute: this.#hasRoute, session, named, api, sent }
  }
}

const keyOf = (session: string, api: string | undefined, account: string | undefined): string =>
  JSON.stringify([session, api, account])

const idOf = ({ epoch, generation }: NonNullable<Ticket['sent']>): string => `${epoch} ${generation}`
