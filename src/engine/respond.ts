import type { Step, Ticket } from '../protocol.ts'
import { isAtMost, isBodyless } from '../io/body.ts'
import type { Admitted } from './admission.ts'
import { answerOf } from './answer.ts'
import { withHeaders } from './authorize.ts'
import { capture, type Captured } from './capture.ts'
import { beginExchange, continueExchange, endExchange, type Sender } from './exchange.ts'
import type { Occasion, Platform } from './platform.ts'

interface Responding extends Pick<Admitted, 'match' | 'session' | 'isListed'> {
  readonly platform: Platform
  readonly occasion: Occasion
}

/** Answers one request that matches: with the server's real answer, or a network error. */
export async function respond(request: Request, { match, occasion, ...by }: Responding): Promise<Response> {
  const { session, platform } = by
  const attempts = new Attempts(request, session.config.maxReplayBytes)
  const { keepAlive } = occasion
  const authorizer = session.for(match.api)
  const sender: Sender = { ...by, session: authorizer, keepAlive, isReplayable: () => attempts.isReplayable() }
  const { method, url } = request
  let step = await beginExchange({ method, url, authorize: match.authorize }, sender)
  let status: number | undefined
  try {
    const sentAt = platform.now()
    const { response, ticket } = await exchange(step, attempts, sender, occasion)
    step = { kind: 'give', ticket }
    const { capture: index } = match
    const hadToken = ticket.sent !== undefined
    const captured: Captured =
      index === undefined
        ? { response }
        : await capture(response, { session, capture: index, url, method, sentAt, hadToken })
    if (captured.outcome) step = { kind: 'give', ticket: { ...ticket, outcome: captured.outcome } }
    if (captured.response.type !== 'error') status = captured.response.status
    return captured.response
  } finally {
    endExchange(step.ticket, status, sender)
  }
}

/** Sends until the exchange gives an answer. */
async function exchange(
  first: Step,
  attempts: Attempts,
  sender: Sender,
  { signal }: Occasion,
): Promise<{ readonly response: Response; readonly ticket: Ticket }> {
  const { fetch } = sender.platform
  let step = first
  let response = Response.error()
  for (;;) {
    signal?.throwIfAborted()
    switch (step.kind) {
      case 'fail':
        return { response: Response.error(), ticket: step.ticket }
      case 'give':
        return { response, ticket: step.ticket }
      case 'send-as-is':
        response.body?.cancel().catch(() => {})
        return { response: await fetch(attempts.next()), ticket: step.ticket }
      case 'send': {
        response.body?.cancel().catch(() => {})
        const attempt = await send(attempts.next(), step.headers, sender.platform, signal)
        response = attempt.response
        const { sent, ...ticket } = step.ticket
        step = await continueExchange(
          attempt.authorized && sent ? { ...ticket, sent } : ticket,
          answerOf(response),
          sender,
        )
      }
    }
  }
}

/** The attempts of one request. A body is kept for the next one before it is used. @see https://fetch.spec.whatwg.org/#dom-request-clone */
class Attempts {
  readonly #isBodyless: boolean
  readonly #limit: number
  #next: Request
  #isReplayable: Promise<boolean> | undefined

  constructor(request: Request, limit: number) {
    this.#isBodyless = isBodyless(request)
    this.#next = request
    this.#limit = limit
  }

  next(): Request {
    const request = this.#next
    if (!this.#isBodyless) this.#next = request.clone()
    return request
  }

  async isReplayable(): Promise<boolean> {
    return this.#isBodyless || (this.#isReplayable ??= isAtMost(this.#limit, this.#next.clone()))
  }
}

interface Attempt {
  readonly response: Response
  /** Whether it carried the token. */
  readonly authorized: boolean
}

async function send(
  request: Request,
  headers: Readonly<Record<string, string>>,
  { fetch, base }: Platform,
  signal: AbortSignal | undefined,
): Promise<Attempt> {
  if (request.mode !== 'no-cors')
    return { response: await fetch(withHeaders(request, headers, { signal })), authorized: true }
  const lifted = (credentials: RequestCredentials) => fetch(withHeaders(request, headers, { credentials }))
  // Only a request that changes nothing, of another origin, is sent again: there the server may not allow CORS.
  if (!isBodyless(request) || new URL(request.url).origin === base) {
    return { response: await lifted(request.credentials), authorized: true }
  }
  try {
    const { credentials } = request
    const withoutCookies = (error: unknown) =>
      credentials === 'include' ? lifted('same-origin') : Promise.reject(error)
    // A wildcard of CORS does not allow cookies.
    return { response: await lifted(credentials).catch(withoutCookies), authorized: true }
  } catch {
    return { response: await fetch(request), authorized: false }
  }
}
