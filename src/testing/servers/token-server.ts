import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerCors, answerJson } from './answers.ts'
import { FAULTS, type FaultName } from './faults.ts'
import { type Gate, HeldGate } from './gate.ts'
import { Issuer, type TokenResponse } from './issuer.ts'
import { type Handler, listen, type Listener } from './listener.ts'
import { type ReceivedRequest, receive } from './received-request.ts'

export const PASSWORD = 'correct horse battery staple'

const REFRESH_COOKIE = 'refresh'

export interface Lane {
  fault: FaultName | undefined
  readonly refreshes: ReceivedRequest[]
}

/**
 * An authorization server with the endpoints that apps use:
 * `POST /login` (JSON), `POST /cookie-login`; refresh by `POST /token` (form), `POST /refresh` (JSON), `GET
 * /session-token` (cookie); `POST /revoke`.
 * It has an origin of its own, and the site mounts it below `/auth/`.
 */
export class TokenServer {
  readonly issuer = new Issuer()
  readonly signIns: ReceivedRequest[] = []
  /** Every refresh request that arrived, whatever the response was. */
  readonly refreshes: ReceivedRequest[] = []
  readonly revocations: ReceivedRequest[] = []
  /** Requests that followed a redirect of the token endpoint, to this or to another origin: must stay empty. */
  readonly redirected: ReceivedRequest[] = []
  /** Changes the body of a successful response, for servers with other field names. */
  shape: (response: TokenResponse) => unknown = (response) => response
  /** The response to an invalid refresh token. */
  refusal: { readonly status: number; readonly body: unknown } = { status: 400, body: { error: 'invalid_grant' } }
  /**
   * Whether a refresh that names a `resource`, or else a `scope`, brings a token for that API alone. With the code of the
   * refusal for APIs that get none.
   */
  apis: ReadonlyMap<string, 'allowed' | (string & {})> | undefined
  readonly #listener: Listener
  readonly #elsewhere: Listener
  /**
   * Further token endpoints by path (`/lanes/1`), each with a fault and a record of its own, so that many can fail
   * at once.
   */
  readonly lanes = new Map<string, Lane>()
  #fault: { readonly name: FaultName; times: number } | undefined
  #gate: HeldGate | undefined

  private constructor(listener: Listener, elsewhere: Listener) {
    this.#listener = listener
    this.#elsewhere = elsewhere
  }

  static async start(): Promise<TokenServer> {
    const server: TokenServer = new TokenServer(
      await listen((request, response) => server.handle(request, response)),
      await listen((request, response) => server.#answerRedirected(request, response)),
    )
    return server
  }

  get origin(): string {
    return this.#listener.origin()
  }

  url(path: string): string {
    return this.origin + path
  }

  /** Opens a further token endpoint at a host of its own, since browsers limit the connections to one host. */
  openLane(name: string): { readonly lane: Lane; readonly url: string } {
    const lane: Lane = { fault: undefined, refreshes: [] }
    this.lanes.set(`/lanes/${name}`, lane)
    return { lane, url: `${this.#listener.origin(`${name}.localhost`)}/lanes/${name}` }
  }

  /** Answers the next refresh requests with a fault of the table, and later ones normally. */
  fail(name: FaultName, { times = Number.POSITIVE_INFINITY } = {}): void {
    this.#fault = { name, times }
  }

  recover(): void {
    this.#fault = undefined
  }

  /** Holds the responses to refresh requests until the gate is released. */
  hold(): Gate {
    this.#gate = new HeldGate()
    return this.#gate
  }

  async stop(): Promise<void> {
    await Promise.all([this.#listener.stop(), this.#elsewhere.stop()])
  }

  async start(): Promise<void> {
    await Promise.all([this.#listener.start(), this.#elsewhere.start()])
  }

  readonly handle: Handler = async (request, response) => {
    // Chromium repeats a POST when a kept-alive connection breaks. Without such connections, each arrival is one call.
    response.setHeader('connection', 'close')
    if (answerCors(request, response)) return
    const received = await receive(request)
    const lane = this.lanes.get(received.path)
    if (lane) return this.#refreshInLane(lane, received, response)
    switch (`${received.method} ${received.path.replace(/^\/auth(?=\/)/, '')}`) {
      case 'POST /login':
        return this.#signIn(received, response)
      case 'POST /cookie-login':
        return this.#signInByCookie(received, response)
      case 'POST /token':
        return this.#refresh(received, response, new URLSearchParams(received.body).get('refresh_token'))
      case 'POST /refresh':
        return this.#refresh(received, response, fieldOf(received.body, 'refresh_token'))
      case 'GET /session-token':
        return this.#refresh(received, response, cookieOf(received, REFRESH_COOKIE))
      case 'POST /revoke':
        return this.#revoke(received, response)
      case 'POST /redirected':
        return this.#answerRedirected(request, response, received)
      default:
        answerJson(response, 404, { error: 'not found' })
    }
  }

  #signIn(received: ReceivedRequest, response: ServerResponse): void {
    this.signIns.push(received)
    if (fieldOf(received.body, 'password') !== PASSWORD)
      return answerJson(response, 401, { error: 'wrong_credentials' })
    answerJson(response, 200, this.shape(this.issuer.signIn(fieldOf(received.body, 'username') ?? undefined)), {
      'x-request-id': 'sign-in',
    })
  }

  /** The page gets no token, only an `HttpOnly` cookie. */
  #signInByCookie(received: ReceivedRequest, response: ServerResponse): void {
    this.signIns.push(received)
    answerJson(response, 200, { user: 'ada' }, refreshCookie(this.issuer.signIn()))
  }

  async #refresh(received: ReceivedRequest, response: ServerResponse, presented: string | null): Promise<void> {
    this.refreshes.push(received)
    await this.#gate?.pass()
    const fault = this.#takeFault()
    if (fault) return this.#break(fault, response, presented)
    const audience = this.apis && (fieldIn(received, 'resource') ?? fieldIn(received, 'scope') ?? undefined)
    const answer = audience === undefined ? 'allowed' : (this.apis?.get(audience) ?? 'invalid_target')
    if (answer !== 'allowed') return answerJson(response, 400, { error: answer })
    const issued = this.issuer.refresh(presented ?? '', { audience })
    if (!issued) return answerJson(response, this.refusal.status, this.refusal.body)
    if (received.method !== 'GET') return answerJson(response, 200, this.shape(issued))
    const { refresh_token: _, ...withoutRefreshToken } = issued
    answerJson(response, 200, this.shape(withoutRefreshToken), refreshCookie(issued))
  }

  #refreshInLane({ fault, refreshes }: Lane, received: ReceivedRequest, response: ServerResponse): void {
    refreshes.push(received)
    const presented = new URLSearchParams(received.body).get('refresh_token')
    if (fault) return this.#break(fault, response, presented)
    const issued = this.issuer.refresh(presented ?? '')
    answerJson(response, issued ? 200 : this.refusal.status, issued ?? this.refusal.body)
  }

  #break(fault: FaultName, response: ServerResponse, presented: string | null): void {
    const issue = (options?: { readonly rotates?: boolean }) => this.issuer.refresh(presented ?? '', options)
    const latestAccessToken = this.issuer.latestAccessToken(presented ?? '')
    FAULTS[fault].answer({ response, issue, latestAccessToken, elsewhere: this.#elsewhere.origin() })
  }

  #takeFault(): FaultName | undefined {
    if (!this.#fault || this.#fault.times <= 0) return undefined
    this.#fault.times--
    return this.#fault.name
  }

  #revoke(received: ReceivedRequest, response: ServerResponse): void {
    this.revocations.push(received)
    this.issuer.revoke(new URLSearchParams(received.body).get('token') ?? '')
    answerJson(response, 200, {})
  }

  async #answerRedirected(
    request: IncomingMessage,
    response: ServerResponse,
    received?: ReceivedRequest,
  ): Promise<void> {
    if (!received && answerCors(request, response)) return
    this.redirected.push(received ?? (await receive(request)))
    answerJson(response, 200, { access_token: 'a-token-from-elsewhere', token_type: 'Bearer' })
  }
}

function fieldOf(json: string, name: string): string | null {
  try {
    const fields = JSON.parse(json) as Record<string, unknown>
    return typeof fields[name] === 'string' ? fields[name] : null
  } catch {
    return null
  }
}

/** Of a body in either form. */
const fieldIn = ({ body }: ReceivedRequest, name: string): string | null =>
  body.startsWith('{') ? fieldOf(body, name) : new URLSearchParams(body).get(name)

function cookieOf(received: ReceivedRequest, name: string): string | null {
  const cookies = (received.headers.cookie ?? '').split('; ')
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1) ?? null
}

function refreshCookie({ refresh_token }: TokenResponse): { 'set-cookie'?: string } {
  return refresh_token ? { 'set-cookie': `${REFRESH_COOKIE}=${refresh_token}; Path=/; HttpOnly; SameSite=Lax` } : {}
}
