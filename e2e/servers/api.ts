import type { OutgoingHttpHeaders } from 'node:http'
import { answerCors, answerJson } from '../../src/testing/servers/answers.ts'
import { type Gate, HeldGate } from '../../src/testing/servers/gate.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import { type Handler, listen, type Listener } from '../../src/testing/servers/listener.ts'
import { type ReceivedRequest, receive } from '../../src/testing/servers/received-request.ts'

interface Answer {
  readonly status: number
  readonly headers?: OutgoingHttpHeaders
  readonly body: unknown
}

/** What a resource server says to a token that is no good. @see https://www.rfc-editor.org/rfc/rfc6750#section-3.1 */
const INVALID_TOKEN: Answer = {
  status: 401,
  headers: {
    'www-authenticate': 'Bearer realm="rows", error="invalid_token", error_description="The access token expired"',
  },
  body: { error: 'invalid_token' },
}

const MISSING_TOKEN: Answer = {
  status: 401,
  headers: { 'www-authenticate': 'Bearer realm="rows"' },
  body: { error: 'no token' },
}

/**
 * A resource server: it checks the token of every request and echoes the request.
 * It has an origin of its own, and the site mounts it below `/api/`. Paths below a folder `public` need no token.
 */
export class Api {
  readonly requests: ReceivedRequest[] = []
  scheme = 'Bearer'
  /** The response to an invalid token. */
  refusal = INVALID_TOKEN
  /** Refuses valid tokens too, as a server does after its keys have changed. */
  refusesEveryToken = false
  /** Takes only tokens that were issued for this API. */
  audience: string | undefined
  /** Headers that CORS lets a page of another origin read. */
  exposedHeaders: readonly string[] = []
  readonly #issuer: Issuer
  readonly #answers = new Map<string, Answer>()
  readonly #gates = new Map<string, HeldGate>()
  #listener: Listener | undefined

  constructor(issuer: Issuer) {
    this.#issuer = issuer
  }

  static async start(issuer: Issuer): Promise<Api> {
    const api = new Api(issuer)
    api.#listener = await listen(api.handle)
    return api
  }

  get origin(): string {
    if (!this.#listener) throw new Error('This API is mounted on a site only.')
    return this.#listener.origin()
  }

  url(path: string): string {
    return this.origin + path
  }

  /** The requests to one path, in the order they came. */
  to(path: string): readonly ReceivedRequest[] {
    return this.requests.filter((request) => request.path === path)
  }

  /** Answers this path with this response, whatever the token. */
  answer(path: string, answer: Answer): void {
    this.#answers.set(path, answer)
  }

  /** Holds the responses of a path. The token is checked when they are released. */
  hold(path: string): Gate {
    const gate = new HeldGate()
    this.#gates.set(path, gate)
    return gate
  }

  async stop(): Promise<void> {
    await this.#listener?.stop()
  }

  async start(): Promise<void> {
    await this.#listener?.start()
  }

  readonly handle: Handler = async (request, response) => {
    if (answerCors(request, response, this.exposedHeaders)) return
    const received = await receive(request)
    this.requests.push(received)
    await this.#gates.get(received.path)?.pass()
    const isPublic = received.path.includes('/public/')
    const answer = this.#answers.get(received.path) ?? (isPublic ? undefined : this.#refuse(received.authorization))
    if (answer) return answerJson(response, answer.status, answer.body, answer.headers)
    const { method, path, query, body, bodyLength, bodyHash, authorization } = received
    answerJson(response, 200, {
      method,
      path,
      query,
      authorized: authorization !== undefined,
      body: body.slice(0, 1000),
      bodyLength,
      bodyHash,
    })
  }

  #refuse(authorization: string | undefined): Answer | undefined {
    if (authorization === undefined) return MISSING_TOKEN
    const [scheme, token] = authorization.split(' ')
    const isGood =
      !this.refusesEveryToken &&
      scheme === this.scheme &&
      token !== undefined &&
      this.#issuer.accepts(token, this.audience)
    return isGood ? undefined : this.refusal
  }
}
