import { BearerWorkerError } from '../errors.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { needsBody } from '../policy/refusal.ts'
import type { Calls, PageStep, Step, Ticket } from '../protocol.ts'
import { receivedAnswer } from './answer.ts'
import { staysBehind } from './authorize.ts'
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
  const match = engine.match({ ...request, url }, (name) => request.headers[name.toLowerCase()] ?? null)
  if (!match) return { kind: 'elsewhere' }
  const session = await engine.session(match.session)
  // The answer to a sign-in holds tokens: no XMLHttpRequest may have it.
  if (match.capture !== undefined || !mayLeave(session, engine.platform.inPage === true)) return { kind: 'elsewhere' }
  const step = await beginExchange(
    { method, url, authorize: match.authorize },
    senderOf(engine, session, { url, bytes: request.bytes }),
  )
  if (step.kind === 'send-as-is' && request.seenByWorker) return { kind: 'elsewhere' }
  return forPage(step, session.config)
}

/** Looks at the answer to an attempt of a page. */
export async function continuePageExchange(engine: Engine, call: Calls['continueExchange']['call']): Promise<PageStep> {
  const { ticket, answer, bytes } = call
  const session = await engine.session(checked(ticket).session)
  // A page may have made the ticket itself: it gets no header that it would not get at the beginning.
  if (!mayLeave(session, engine.platform.inPage === true)) return { kind: 'elsewhere' }
  const sender = senderOf(engine, session, { url: ticket.url, bytes })
  const step = await continueExchange(ticket, receivedAnswer(answer), sender)
  return forPage(step, session.config)
}

/** The page has given an answer to the app, or a network error. */
export async function endPageExchange(
  engine: Engine,
  { ticket, answer }: Calls['endExchange']['call'],
): Promise<undefined> {
  const session = await engine.session(checked(ticket).session)
  const sender = senderOf(engine, session, { url: ticket.url, bytes: Number.POSITIVE_INFINITY })
  // The answer to a replay was not held: it is looked at now, since it counts when the new token was refused, too.
  const isUnseen = answer !== undefined && isLast(ticket, session.config)
  const last = isUnseen ? (await continueExchange(ticket, receivedAnswer(answer), sender)).ticket : ticket
  endExchange(last, answer?.status, sender)
}

/** Whether the next answer is given to the page whatever it says. */
function isLast({ replayed, sent }: Ticket, config: SessionConfiguration): boolean {
  return replayed === true && sent?.proofs === 0 && !needsBody(config)
}

function forPage(step: Step, config: SessionConfiguration): PageStep & Step {
  const { sent } = step.ticket
  const { statuses } = config.invalidToken
  const shown = sent && sent.proofs > 0 ? [...statuses, ASKS_FOR_PROOF] : statuses
  // Whatever this answer is, the page gets it: so its events need not be held.
  if (isLast(step.ticket, config)) return { ...step, statuses: [], reads: 'nothing' }
  return { ...step, statuses: sent ? shown : [], reads: needsBody(config) ? 'refusals' : 'nothing' }
}

function senderOf(
  engine: Engine,
  session: Session,
  { url, bytes }: { readonly url: string; readonly bytes: number },
): Sender {
  return {
    session,
    platform: engine.platform,
    isListed: () => engine.lists(session.name, url),
    isReplayable: async () => bytes <= session.config.maxReplayBytes,
    keepAlive: (work) => void work.catch(() => {}),
  }
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
