import { BearerWorkerError } from '../errors.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { isAccount } from '../policy/account.ts'
import { needsBody } from '../policy/refusal.ts'
import { parsedBody } from '../io/body.ts'
import type { Calls, PageRequest, PageStep, Step, Ticket } from '../protocol.ts'
import { receivedAnswer } from './answer.ts'
import { staysBehind } from './authorize.ts'
import { captureTokens, isSignIn } from './capture.ts'
import type { Engine } from './engine.ts'
import { beginExchange, continueExchange, endExchange, failAtOnce, type Sender } from './exchange.ts'
import type { Match } from './matcher.ts'
import type { Session } from './session.ts'

/** Status of an answer that asks for another proof. @see https://www.rfc-editor.org/rfc/rfc9449#section-9 */
const ASKS_FOR_PROOF = 401

/** Begins the exchange of a request that a page sends itself. */
export async function beginPageExchange(
  engine: Engine,
  { request }: Calls['beginExchange']['call'],
  account?: string,
): Promise<PageStep> {
  const { method, bytes, seenByWorker } = request
  const { href: url } = new URL(request.url, engine.platform.base)
  const facts = { ...request, url }
  const ownHeader = (name: string) => request.headers[name.toLowerCase()] ?? null
  const matched = engine.match(facts, ownHeader, account)
  if (!matched || isReadByWorker(matched, request)) return { kind: 'elsewhere' }
  const admission = await engine.admit(facts, ownHeader, matched)
  if (admission.kind === 'mismatch') return { kind: 'elsewhere' }
  const { session } = admission
  if (!mayLeave(session, engine.platform.inPage === true)) return { kind: 'elsewhere' }
  // A proof would follow a redirect to another origin. The worker lets it follow none.
  if (seenByWorker && session.needsProofs) return { kind: 'elsewhere' }
  const sender = senderOf(engine, session, { url, bytes })
  if (admission.kind === 'unconfirmed')
    return forPage(failAtOnce({ method, url, authorize: false }, sender), session.config)
  const { match, isListed } = admission
  if (isReadByWorker(match, request)) return { kind: 'elsewhere' }
  const step = await beginExchange({ method, url, authorize: match.authorize }, { ...sender, isListed })
  if (step.kind === 'send-as-is' && seenByWorker) return { kind: 'elsewhere' }
  const { capture } = match
  return forPage(capture === undefined ? step : { ...step, ticket: { ...step.ticket, capture } }, session.config)
}

/** A worker that sees a sign-in reads its answer, too. */
const isReadByWorker = ({ capture }: Match, { seenByWorker }: PageRequest): boolean =>
  seenByWorker && capture !== undefined

/** Looks at the answer to an attempt of a page. */
export async function continuePageExchange(engine: Engine, call: Calls['continueExchange']['call']): Promise<PageStep> {
  const { ticket, answer, bytes } = call
  const session = await sessionOfTicket(engine, ticket)
  // A page may have made the ticket itself: it gets no header that it would not get at the beginning.
  if (!mayLeave(session, engine.platform.inPage === true)) return { kind: 'elsewhere' }
  const sender = senderOf(engine, session, { url: ticket.url, bytes })
  const step = await continueExchange(ticket, receivedAnswer(answer), sender)
  const { status, body } = answer
  const { capture, url, method, startedAt: sentAt } = ticket
  if (step.kind !== 'give' || capture === undefined || status < 200 || status > 299)
    return forPage(step, session.config)
  const hadToken = step.ticket.sent !== undefined
  const headers = Object.entries(answer.headers)
  const capturing = { session, capture, url, method, sentAt, hadToken }
  const captured = await captureTokens(parsedBody(body ?? ''), headers, capturing)
  if (captured === 'lost')
    return forPage({ kind: 'fail', ticket: { ...step.ticket, outcome: 'failed' } }, session.config)
  const outcome = captured ? ({ outcome: 'captured' } as const) : noToken(isSignIn(capturing))
  const given = forPage({ kind: 'give', ticket: { ...step.ticket, ...outcome } }, session.config)
  if (!captured) return given
  const { text, hiddenHeaders } = captured
  return { ...given, hiddenHeaders, ...(text !== undefined && { body: text }) }
}

/** What an answer to `capture` without a token is called, where one was to be expected. */
const noToken = (isExpected: boolean) => (isExpected ? ({ outcome: 'no-token' } as const) : {})

/** The page has given an answer to the app, or a network error. */
export async function endPageExchange(
  engine: Engine,
  { ticket, answer }: Calls['endExchange']['call'],
): Promise<undefined> {
  const session = await sessionOfTicket(engine, ticket)
  const sender = senderOf(engine, session, { url: ticket.url, bytes: Number.POSITIVE_INFINITY })
  // The answer to a replay was not held: it is looked at now, since it counts when the new token was refused, too.
  const isUnseen = answer !== undefined && isLast(ticket, session.config)
  const last = isUnseen ? (await continueExchange(ticket, receivedAnswer(answer), sender)).ticket : ticket
  endExchange(last, answer?.status, sender)
}

/** Whether the next answer is given to the page whatever it says. */
function isLast({ replayed, sent, capture }: Ticket, config: SessionConfiguration): boolean {
  return replayed === true && sent?.proofs === 0 && capture === undefined && !needsBody(config)
}

function forPage(step: Step, config: SessionConfiguration): PageStep & Step {
  const { capture, sent } = step.ticket
  const { statuses } = config.invalidToken
  const shown = sent && sent.proofs > 0 ? [...statuses, ASKS_FOR_PROOF] : statuses
  if (capture !== undefined) return { ...step, statuses: shown, reads: 'everything' }
  // Whatever this answer is, the page gets it: so its events need not be held.
  if (isLast(step.ticket, config)) return { ...step, statuses: [], reads: 'nothing' }
  return { ...step, statuses: sent ? shown : [], reads: needsBody(config) ? 'refusals' : 'nothing' }
}

function senderOf(
  engine: Engine,
  session: Session,
  { url, bytes }: { readonly url: string; readonly bytes: number },
): Sender {
  const api = engine.apiOf(session.name, url)
  return {
    session: session.for(api),
    platform: engine.platform,
    isListed: () => engine.lists(session.name, url, api),
    isReplayable: async () => bytes <= session.config.maxReplayBytes,
    keepAlive: (work) => void work.catch(() => {}),
  }
}

/**
 * A page can read what is on disk anyway; what is in memory stays in the worker. A header that browsers send on to
 * another origin after a redirect goes with no XMLHttpRequest: there is no way to keep it from following one.
 */
function mayLeave({ config }: Session, inPage: boolean): boolean {
  return staysBehind(config.header) && (inPage || config.storage === 'indexeddb' || config.exposeAccessToken)
}

/** The session of an exchange, whichever account its page has chosen since. What a page sends is unknown until it is checked. */
export async function sessionOfTicket(engine: Engine, ticket: Ticket): Promise<Session> {
  const { session, account, method, url, startedAt, waitedMs } = Object(ticket) as Partial<Ticket>
  const isSound =
    [session, method, url].every((text) => typeof text === 'string') &&
    (account === undefined || isAccount(account)) &&
    [startedAt, waitedMs].every(Number.isFinite)
  if (isSound) return engine.session(session, account)
  throw new BearerWorkerError({ code: 'invalid-call', message: 'This is no ticket of an exchange.' })
}
