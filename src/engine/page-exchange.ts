import { BearerWorkerError } from '../errors.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { needsBody } from '../policy/refusal.ts'
import type { Calls, PageStep, Step, Ticket } from '../protocol.ts'
import { receivedAnswer } from './answer.ts'
import { staysBehind } from './authorize.ts'
import { captureBody } from './capture.ts'
import type { Engine } from './engine.ts'
import { beginExchange, continueExchange, endExchange, type Sender } from './exchange.ts'
import type { Session } from './session.ts'

/** Status of an answer that asks for another proof. @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
const ASKS_FOR_PROOF = 401

/** Begins the exchange of a request that a page sends itself. */
export async function beginPageExchange(
  engine: Engine,
  { request }: Calls['beginExchange']['call'],
): Promise<PageStep> {
  const { method } = request
  const { href: url } = new URL(request.url, engine.platform.base)
  const match = engine.match({ ...request, url }, (name) => request.headers.includes(name.toLowerCase()))
  if (!match) return { kind: 'elsewhere' }
  const session = await engine.session(match.session)
  // The answer to a sign-in holds tokens: no XMLHttpRequest may have it.
  if (match.capture || !mayLeave(session, engine.platform.inPage === true)) return { kind: 'elsewhere' }
  const step = await beginExchange(
    { method, url, authorize: match.authorize },
    senderOf(engine, session, request.bytes),
  )
  if (step.kind === 'send-as-is' && request.seenByWorker) return { kind: 'elsewhere' }
  return forPage(match.capture ? { ...step, ticket: { ...step.ticket, capture: true } } : step, session.config)
}

/** Looks at the answer to an attempt of a page. */
export async function continuePageExchange(engine: Engine, call: Calls['continueExchange']['call']): Promise<PageStep> {
  const { ticket, answer, bytes } = call
  const session = await engine.session(checked(ticket).session)
  const step = await continueExchange(ticket, receivedAnswer(answer), senderOf(engine, session, bytes))
  const { status, body } = answer
  if (step.kind !== 'give' || !ticket.capture || status < 200 || status > 299) return forPage(step, session.config)
  const captured = body === undefined ? undefined : await captureText(body, session, ticket)
  const outcome = captured === undefined ? 'no-token' : 'captured'
  const given = forPage({ kind: 'give', ticket: { ...step.ticket, outcome } }, session.config)
  return captured === undefined ? given : { ...given, body: captured }
}

/** The page has given an answer to the app, or a network error. */
export async function endPageExchange(
  engine: Engine,
  { ticket, status }: Calls['endExchange']['call'],
): Promise<undefined> {
  const session = await engine.session(checked(ticket).session)
  endExchange(ticket, status, { session, platform: engine.platform })
}

async function captureText(text: string, session: Session, { startedAt }: Ticket): Promise<string | undefined> {
  try {
    return await captureBody(JSON.parse(text), session, startedAt)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

function forPage(step: Step, config: SessionConfiguration): PageStep & Step {
  const { capture, sent } = step.ticket
  const { statuses } = config.invalidToken
  const shown = sent && sent.proofs > 0 ? [...statuses, ASKS_FOR_PROOF] : statuses
  if (capture) return { ...step, statuses: shown, reads: 'everything' }
  return { ...step, statuses: sent ? shown : [], reads: needsBody(config) ? 'refusals' : 'nothing' }
}

function senderOf(engine: Engine, session: Session, bytes: number): Sender {
  const isReplayable = async () => bytes <= session.config.maxReplayBytes
  return { session, platform: engine.platform, isReplayable, keepAlive: (work) => void work.catch(() => {}) }
}

/**
 * A page can read what is on disk anyway; what is in memory stays in the worker. A header that browsers send on to
 * another origin after a redirect, as they do with a proof, goes with no XMLHttpRequest: there is no way to keep it from
 * following one.
 */
function mayLeave({ config, authorizationServer }: Session, inPage: boolean): boolean {
  if (!staysBehind(config.header) || authorizationServer?.dpop) return false
  return inPage || config.storage === 'indexeddb' || config.exposeAccessToken
}

/** What a page sends is unknown until it is checked. */
function checked(ticket: Ticket): Ticket {
  const { session, method, url, startedAt, waitedMs } = Object(ticket) as Partial<Ticket>
  const isSound =
    [session, method, url].every((text) => typeof text === 'string') && [startedAt, waitedMs].every(Number.isFinite)
  if (isSound) return ticket
  throw new BearerWorkerError({ code: 'invalid-call', message: 'This is no ticket of an exchange.' })
}
