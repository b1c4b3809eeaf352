import { namesUser } from '../policy/patterns.ts'
import { asHttp } from '../policy/sockets.ts'
import { asServersReadIt } from '../policy/server-paths.ts'
import type { MatchRules, RequestFacts } from '../protocol.ts'
import { addressOf, compile, withoutQuery } from './compiled-pattern.ts'

/** What a request is to a session: to be sent with its token, or to be read for tokens, or both. */
export interface Match {
  readonly kind: 'match'
  readonly session: string
  /** The account that it goes as, where its page has chosen one. The matcher does not know it. */
  readonly account?: string
  /** It gets the session's token. */
  readonly authorize: boolean
  /** Key of the API whose access token that is; undefined for the session's own. */
  readonly api?: string
  /** Index of the `capture` that lists it, whose answer is read for tokens. */
  readonly capture?: number
}

/** An access token: the session's own, or that of one of its APIs. */
export interface TokenName {
  readonly session: string
  /** Key of the API. */
  readonly api?: string | undefined
}

/** Why a request matches nothing. `session` is the one whose `resources` list the URL, if any. */
export interface Mismatch {
  readonly kind: 'mismatch'
  readonly why:
    | 'names-user'
    | 'own-endpoint'
    | 'excepted'
    | 'navigation'
    | 'destination'
    | 'has-authorization'
    | 'other-path'
    | 'other-origin'
  readonly session?: string
}

export type Verdict = Match | Mismatch

/** What the matcher looks at; a `Request` is such facts. */
export type Matchable = Pick<RequestFacts, 'url' | 'method' | 'mode' | 'destination'>

/** The value of a header that a request has by itself, by its name. */
export type OwnHeader = (name: string) => string | null

interface CompiledRules extends MatchRules {
  /** Index of the `resources` that lists it first. */
  readonly resourceOf: (url: string) => number | undefined
  readonly isResource: (url: string) => boolean
  readonly isExcepted: (url: string) => boolean
  readonly captureOf: (url: string) => number | undefined
  /** Whether it is one of the session's own endpoints, which never get a token. */
  readonly isOwn: (url: string) => boolean
  /** Index of the `sockets` that lists a WebSocket. */
  readonly socketOf: (url: string) => number | undefined
}

/** Tells what requests are to the sessions of a configuration. Worker and page use the same one. */
export class Matcher {
  readonly #sessions: readonly CompiledRules[]
  readonly #base: string

  /** @param base the site's origin. Throws a `TypeError` for a pattern that `URLPattern` refuses. */
  constructor(rules: readonly MatchRules[], base: string) {
    this.#base = base
    this.#sessions = rules.map((session) => ({
      ...session,
      ...listOf(session.resources, base),
      isExcepted: session.except.length > 0 ? anyReading(anyOf(session.except, base)) : () => false,
      captureOf: indexIn(session.capture, base),
      isOwn: isOneOf(session.own.map((url) => addressOf(new URL(url, base)))),
      socketOf: indexIn((session.sockets ?? []).map(asHttp), base),
    }))
  }

  /** The match of a request, or the reason why it has none. `ownHeader` returns the value that the request has by itself. */
  verdictOn(request: Matchable, ownHeader: OwnHeader): Verdict {
    const { url } = request
    // The browser authorizes a request with the user that its URL names.
    if (namesUser(url)) return { kind: 'mismatch', why: 'names-user' }
    for (const rules of isReadable(request, this.#base) ? this.#sessions : []) {
      const capture = rules.captureOf(url)
      if (capture === undefined) continue
      const verdict = this.#authorization([rules], request, ownHeader)
      if (verdict.kind === 'match') return { ...verdict, capture }
      return { kind: 'match', session: rules.session, authorize: false, capture }
    }
    return this.#authorization(this.#sessions, request, ownHeader)
  }

  /** The match of a request; undefined when there is none. */
  match(request: Matchable, ownHeader: OwnHeader): Match | undefined {
    const verdict = this.verdictOn(request, ownHeader)
    return verdict.kind === 'match' ? verdict : undefined
  }

  /** The session whose resources or captures list a URL, whatever the rest of the request: which requests have to wait. */
  sessionOf(url: string): string | undefined {
    if (namesUser(url)) return undefined
    return this.#sessions.find(
      ({ isResource, isExcepted, captureOf }) => captureOf(url) !== undefined || (isResource(url) && !isExcepted(url)),
    )?.session
  }

  /** Whose access token a URL would get, whatever the rest of the request. A session's own endpoints get none. */
  tokenOf(url: string): TokenName | undefined {
    const session = this.sessionOf(url)
    if (session === undefined || this.#rulesOf(session)?.isOwn(url)) return undefined
    return { session, api: this.apiOf(session, url) }
  }

  /** The `sockets` that lists a WebSocket, by its index, and its session: the first that matches. */
  socketOf(url: string): { readonly session: string; readonly index: number } | undefined {
    const address = asHttp(url)
    if (namesUser(address)) return undefined
    for (const { session, socketOf } of this.#sessions) {
      const index = socketOf(address)
      if (index !== undefined) return { session, index }
    }
    return undefined
  }

  /**
   * Whether a session lists a URL for the access token of this API, whatever the rest of the request, and it is none of its
   * own endpoints.
   */
  lists(session: string, url: string, api?: string): boolean {
    const rules = this.#rulesOf(session)
    return (
      rules !== undefined &&
      !namesUser(url) &&
      rules.isResource(url) &&
      apiIn(rules, url) === api &&
      !rules.isExcepted(url) &&
      !rules.isOwn(url)
    )
  }

  /** Key of the API whose access token a URL of a session gets; undefined for the session's own. A WebSocket has the URL of its handshake. */
  apiOf(session: string, url: string): string | undefined {
    const rules = this.#rulesOf(session)
    return rules && apiIn(rules, asHttp(url))
  }

  #rulesOf(session: string): CompiledRules | undefined {
    return this.#sessions.find((each) => each.session === session)
  }

  #authorization(sessions: readonly CompiledRules[], request: Matchable, ownHeader: OwnHeader): Verdict {
    const { url } = request
    let nearest: Mismatch | undefined
    for (const rules of sessions) {
      if (!rules.isResource(url)) continue
      const why = reasonAgainst(rules, request, ownHeader)
      if (!why) return matchOf(rules, url)
      nearest ??= { kind: 'mismatch', why, session: rules.session }
      // The first session that lists the request decides. A header of the page must not make the next session match.
      if (why === 'has-authorization') break
    }
    return nearest ?? { kind: 'mismatch', why: this.#isKnownOrigin(url) ? 'other-path' : 'other-origin' }
  }

  #isKnownOrigin(url: string): boolean {
    const { origin } = new URL(url)
    return this.#sessions.some(({ resources }) => resources.some((pattern) => originOf(pattern, this.#base) === origin))
  }
}

function matchOf(rules: CompiledRules, url: string): Match {
  const match = { kind: 'match' as const, session: rules.session, authorize: true }
  const api = apiIn(rules, url)
  return api === undefined ? match : { ...match, api }
}

/** The first of `resources` that lists a URL says whose access token it gets. */
function apiIn({ apis, resourceOf }: CompiledRules, url: string): string | undefined {
  const index = apis && resourceOf(url)
  return index === undefined ? undefined : apis?.[index]
}

/** Origin of a pattern, without the wildcard of its host. */
export const originOf = (pattern: string, base: string): string => new URL(pattern.replace('*.', ''), base).origin

function reasonAgainst(
  { isOwn, isExcepted, header, replaces, navigations, destinations }: CompiledRules,
  { url, method, mode, destination }: Matchable,
  ownHeader: OwnHeader,
): Mismatch['why'] | undefined {
  if (isOwn(url)) return 'own-endpoint'
  if (isExcepted(url)) return 'excepted'
  if (mode === 'navigate') {
    if (!navigations || method !== 'GET') return 'navigation'
  } else {
    const isLoaded = mode === 'no-cors' && destination !== ''
    const isData = !isLoaded && mayBeData({ destination })
    if (!isData && !destinations.includes(destination.replace('shared', ''))) return 'destination'
  }
  const own = ownHeader(header)
  return own === null || replaces.includes(own) ? undefined : 'has-authorization'
}

/** Whether the engine can read the answer: that of a `no-cors` request to another origin is opaque. */
function isReadable({ mode, url }: Matchable, base: string): boolean {
  if (mode === 'navigate') return false
  return mode !== 'no-cors' || new URL(url).origin === base
}

/**
 * Whether a request that is no `no-cors` one is for data. JSON, CSS and text modules are. A CSS module looks like a style sheet
 * with `crossorigin`.
 */
function mayBeData({ destination }: Pick<Matchable, 'destination'>): boolean {
  return ['', 'json', 'text', 'style', 'image', 'audio', 'video', 'track'].includes(destination)
}

function indexIn(patterns: readonly string[], base: string): (url: string) => number | undefined {
  const compiled = patterns.map((pattern) => compile(pattern, base))
  return (url) => {
    const index = compiled.findIndex((pattern) => pattern.test(url))
    return index < 0 ? undefined : index
  }
}

const anyOf = (patterns: readonly string[], base: string): ((url: string) => boolean) =>
  listOf(patterns, base).isResource

function listOf(patterns: readonly string[], base: string): Pick<CompiledRules, 'isResource' | 'resourceOf'> {
  const resourceOf = indexIn(patterns, base)
  return { resourceOf, isResource: (url) => resourceOf(url) !== undefined }
}

/** Also tests the URL as servers normalize it, so that another spelling of a path does not evade `except`. */
const anyReading = (test: (url: string) => boolean) => (url: string) => {
  if (test(url)) return true
  const read = asServersReadIt(url)
  return read !== undefined && test(read)
}

function isOneOf(addresses: readonly string[]): (url: string) => boolean {
  const known = new Set(addresses)
  return anyReading((url) => known.has(withoutQuery(url)))
}
