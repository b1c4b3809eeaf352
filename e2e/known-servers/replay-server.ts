/** A server that gives the documented answers of a known server, and keeps the requests that it got. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { DocumentedAnswer, DocumentedRequest, JsonObject, KnownServer } from '../../src/servers/known-server.ts'
import { type Listener, listen } from '../../src/testing/servers/listener.ts'
import { type ReceivedRequest, receive } from '../../src/testing/servers/received-request.ts'
import type { Site } from '../servers/site.ts'
import { EXAMPLE_SITE, type Moved, moved, originsOf, withNonce } from './moved-here.ts'
import { addressOf, addressOfReceived, hasBodyOf } from './same-request.ts'

/** What a documented request is for. */
export type Purpose = 'signIn' | 'refresh' | 'signOut' | 'api' | 'metadata'

const SUCCESS: DocumentedAnswer = { status: 200, body: { rows: [] } }

export class ReplayServer {
  /** Every request to a documented URL, in the order of its arrival. */
  readonly received: { readonly purpose: Purpose; readonly request: ReceivedRequest }[] = []
  /** Requests that nobody has documented. */
  readonly unexpected: string[] = []
  /** The query of each visit to the authorization endpoint and to the end-session endpoint. */
  readonly visits: { readonly authorization: URLSearchParams[]; readonly endSession: URLSearchParams[] } = {
    authorization: [],
    endSession: [],
  }
  /** Whether the API answers with its documented refusal: to the token of the sign-in, or to every one. */
  refuses: 'none' | 'first' | 'all' = 'none'
  /** The answers to the next requests of a purpose, before the documented ones. */
  readonly next: Record<Purpose, DocumentedAnswer[]> = { signIn: [], refresh: [], signOut: [], api: [], metadata: [] }
  readonly configuration: Moved['configuration']
  readonly answers: Moved['answers']
  readonly #site: Site
  readonly #listeners: readonly Listener[]

  private constructor({ configuration, answers }: Moved, site: Site, listeners: readonly Listener[]) {
    this.configuration = configuration
    this.answers = answers
    this.#site = site
    this.#listeners = listeners
  }

  /** Starts a server for each origin that is documented, and mounts what is on the site's own. */
  static async start(server: KnownServer, site: Site): Promise<ReplayServer> {
    const handle = (request: IncomingMessage, response: ServerResponse) => replay.#handle(request, response)
    const documented = originsOf(server)
    const listeners = await Promise.all(documented.map(() => listen(handle)))
    const origins = new Map(documented.map((origin, index) => [origin, listeners[index]!.origin()]))
    const replay: ReplayServer = new ReplayServer(
      moved(server, origins.set(EXAMPLE_SITE, site.origin)),
      site,
      listeners,
    )
    site.configuration = replay.configuration
    for (const { request } of replay.#exchanges) {
      const { origin, pathname } = new URL(request.url, site.origin)
      if (origin === site.origin) site.mounts.set(pathname, handle)
    }
    return replay
  }

  async stop(): Promise<void> {
    await Promise.all(this.#listeners.map((listener) => listener.stop()))
  }

  /** The requests of a purpose. */
  requests(purpose: Purpose): readonly ReceivedRequest[] {
    return this.received.filter((each) => each.purpose === purpose).map(({ request }) => request)
  }

  get #exchanges(): readonly { purpose: Purpose; request: DocumentedRequest; answer: DocumentedAnswer }[] {
    const { signIn, refresh, signOut, refusal } = this.answers
    return [
      ...(refresh ? [{ purpose: 'refresh' as const, ...refresh }] : []),
      ...(signIn.by === 'page' ? [] : [{ purpose: 'signIn' as const, ...signIn.exchange }]),
      ...(signIn.by === 'code' && signIn.metadata ? [{ purpose: 'metadata' as const, ...signIn.metadata }] : []),
      ...(signOut ? [{ purpose: 'signOut' as const, ...signOut }] : []),
      { purpose: 'api' as const, ...refusal },
    ]
  }

  /** The endpoints that the user's browser visits. */
  get #endpoints(): { readonly authorization_endpoint?: string } {
    const { signIn } = this.answers
    if (signIn.by !== 'code') return {}
    const { main } = this.configuration['sessions'] as { main: { authorizationServer: { metadata?: JsonObject } } }
    return (signIn.metadata?.answer.body ?? main.authorizationServer.metadata ?? {}) as JsonObject
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = await receive(request)
    if (answerPreflight(request, response)) return
    if (this.#visit(received, response)) return
    const address = addressOfReceived(received)
    const { origin } = this.#site
    const candidates = this.#exchanges.filter((each) => addressOf(each.request, origin) === address)
    const found = candidates.find((each) => hasBodyOf(received, each.request, origin)) ?? candidates[0]
    if (!found) {
      this.unexpected.push(address)
      return answer(response, { status: 404 })
    }
    this.received.push({ purpose: found.purpose, request: received })
    answer(response, this.next[found.purpose].shift() ?? this.#answerTo(found, received))
  }

  #answerTo(
    { purpose, answer }: { purpose: Purpose; answer: DocumentedAnswer },
    received: ReceivedRequest,
  ): DocumentedAnswer {
    if (purpose === 'api') return this.refuses === 'all' || this.#refusesFirst(received) ? answer : SUCCESS
    const nonce = this.visits.authorization.at(-1)?.get('nonce')
    const { id_token } = Object(answer.body) as { readonly id_token?: string }
    if (purpose !== 'signIn' || id_token === undefined || !nonce) return answer
    return { ...answer, body: { ...(answer.body as JsonObject), id_token: withNonce(id_token, nonce) } }
  }

  #refusesFirst({ headers }: ReceivedRequest): boolean {
    if (this.refuses !== 'first') return false
    const documented = Object.entries(this.answers.refusal.request.headers ?? {})
    return documented.every(([name, value]) => headers[name] === value)
  }

  /** A navigation: the user agrees at once, and is back. */
  #visit({ method, origin, path, query }: ReceivedRequest, response: ServerResponse): boolean {
    const visited = origin + path
    const parameters = new URLSearchParams(query)
    const { authorization_endpoint } = this.#endpoints
    if (method !== 'GET') return false
    if (visited === authorization_endpoint) {
      this.visits.authorization.push(parameters)
      const back = new URL(parameters.get('redirect_uri') ?? '')
      back.search = `${new URLSearchParams({ code: 'made-up-code', state: parameters.get('state') ?? '' })}`
      response.writeHead(302, { location: back.href }).end()
      return true
    }
    if (visited !== this.answers.endSession?.url) return false
    this.visits.endSession.push(parameters)
    response.writeHead(302, { location: this.#site.url('/') }).end()
    return true
  }
}

/** Allows what a page of another origin asks for, as the servers' pages say to set them. */
function answerPreflight({ method, headers }: IncomingMessage, response: ServerResponse): boolean {
  if (headers.origin === undefined) return false
  response.setHeader('access-control-allow-origin', headers.origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('vary', 'origin')
  if (method !== 'OPTIONS') return false
  response.setHeader('access-control-allow-methods', headers['access-control-request-method'] ?? '')
  response.setHeader('access-control-allow-headers', headers['access-control-request-headers'] ?? '')
  response.writeHead(204).end()
  return true
}

function answer(response: ServerResponse, { status, headers = {}, body }: DocumentedAnswer): void {
  response.writeHead(status, { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers })
  response.end(body === undefined ? undefined : JSON.stringify(body))
}
