import { toErrorData } from '../errors.ts'
import { answerCall, type EngineOptions, startEngine } from '../engine/start.ts'
import type { Match } from '../engine/matcher.ts'
import type { Engine } from '../engine/engine.ts'
import { cookiesIn } from '../policy/placeholders.ts'
import type { CallName, Calls, PageQuestion, PageReply, Reply } from '../protocol.ts'
import { loadOAuthPart, type PartLoading } from './oauth-part.ts'
import { adopt, answerForPage, copyForPage, forPage, page, pageFetch, read } from './page-realm.ts'

export interface EngineInPageOptions extends Pick<EngineOptions, 'configuration' | 'script' | 'home'>, PartLoading {
  /** A worker runs as well, and it alone has the tokens that are kept in memory. */
  readonly besideWorker: boolean
  /** Asks this page; undefined when it cannot say. */
  readonly askPage: (question: PageQuestion, limits: { readonly limitMs: number }) => Promise<PageReply | undefined>
  /** The page's `document.cookie`. */
  readonly readCookies: () => string
}

/** The calls whose replies may hold a token that the page must not have: only this part makes them. */
const OWN_CALLS: readonly CallName[] = ['beginExchange', 'continueExchange', 'endExchange']

/** The engine, running for a page, in a realm of its own. */
export class EngineInPage {
  readonly #engine: Engine
  readonly #besideWorker: boolean

  constructor({
    besideWorker,
    askPage,
    readCookies,
    loadScript,
    oauthPart,
    pagePart,
    ...options
  }: EngineInPageOptions) {
    this.#besideWorker = besideWorker
    this.#engine = startEngine({
      ...options,
      fetch: fetchAsPage,
      inPage: !besideWorker,
      parts: { authorizationServers: () => loadOAuthPart({ loadScript, oauthPart, pagePart }) },
      askPages: async (question, { limitMs }) => {
        const reply = await adopt(askPage(copyForPage(question), copyForPage({ limitMs })), (given) =>
          structuredClone(given),
        )
        return reply?.kind === 'pass' ? undefined : reply
      },
      readCookies: async (names) => cookiesIn(readCookies(), names),
    })
  }

  /** Answers as the worker does, with a `Reply` as JSON: an object of this realm must not come to the page. */
  call(name: CallName, call: object): Promise<string> {
    const reply = OWN_CALLS.includes(name) ? Promise.resolve(undefined) : answerCall(this.#engine, name, call as never)
    return forPage(
      reply.then(
        (value): Reply => ({ ok: true, value }),
        (error: unknown): Reply => ({ ok: false, error: toErrorData(error) }),
      ),
      (each) => JSON.stringify(each),
    )
  }

  /** The same for this part itself. */
  ask<Name extends CallName>(name: Name, call: Calls[Name]['call']): Promise<Calls[Name]['reply']> {
    return answerCall(this.#engine, name, call as never) as Promise<Calls[Name]['reply']>
  }

  /** Answers a request of the page that matches; undefined for any other, which is not used up then. Rejects as `fetch` does. */
  send(request: Request): Promise<Response> | undefined {
    const match = this.#match(request)
    if (!match) return undefined
    const url = read(Request, 'url', request)
    // The answer to a sign-in holds tokens: no object of the page's realm may ever hold them.
    const answer = this.#respond(new Request(request), match, match.capture === undefined ? pageFetch : fetchAsPage)
    return forPage(
      answer.then((response) => answerForPage(response, url)),
      (given) => given.answer,
    )
  }

  /** The same, for a request of this part, whose answer does not come to the page as an object. */
  async fetch(request: Request): Promise<Response> {
    const match = this.#match(request)
    const response = await (match ? this.#respond(request, match, fetchAsPage) : fetchAsPage(request))
    if (response.type === 'error') throw new TypeError('Failed to fetch')
    return response
  }

  /** Whether a request is for the engine. */
  takes(request: Request): boolean {
    return this.#match(request) !== undefined
  }

  #match(request: Request): Match | undefined {
    const of = <Name extends keyof Request>(name: Name) => read(Request, name, request)
    const facts = { url: of('url'), method: of('method'), mode: of('mode'), destination: of('destination') }
    const header = (name: string) => Reflect.apply(Headers.prototype.get, of('headers'), [name]) as string | null
    const match = this.#engine.match(facts, header)
    return match && this.#hasTokens(match.session) ? match : undefined
  }

  #hasTokens(name: string): boolean {
    if (!this.#besideWorker) return true
    const sessions = this.#engine.inForce?.configuration.sessions ?? []
    return !sessions.some((each) => each.name === name && each.storage === 'memory')
  }

  #respond(request: Request, match: Match, send: typeof fetch): Promise<Response> {
    return this.#engine.respond(request, match, { keepAlive: () => {}, signal: request.signal, fetch: send })
  }
}

/** Fetches in this realm, with the referrer of the page. */
const fetchAsPage: typeof fetch = (input, init) => {
  if (!(input instanceof Request) || input.referrer !== 'about:client') return fetch(input, init)
  const { referrerPolicy } = input
  return fetch(new Request(input, { referrer: page.window.location.href, referrerPolicy }), init)
}
