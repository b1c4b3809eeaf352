/**
 * The one exchange of a request to a protected resource, whoever sends it: the worker, a page without a worker, an
 * upload with progress. It says what to send with, looks at the answer, and says whether to give it to the page or to
 * send the request again. What it must remember is in a ticket, which can cross a message port.
 */
import { afterRefusal } from '../policy/refusal.ts'
import { LONGEST_HOLD_MS, YOUNG_TOKEN_WAIT_MS } from '../policy/schedule.ts'
import { isAuthorized } from '../policy/decide.ts'
import type { AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import { wait, within } from '../io/deadline.ts'
import { refreshAfterRefusal } from './refresh-after-refusal.ts'
import type { Step, Ticket } from '../protocol.ts'
import { credentialsOf, PROOF } from './authorize.ts'
import type { Authorizer } from './authorizer.ts'
import { challengeErrors, type Answer, isRefused } from './answer.ts'
import { exchangeEntry } from './exchange-entry.ts'
import type { KeepAlive, Platform } from './platform.ts'

/** Most proofs for one request: the first, one with the server's nonce, and one with its time. */
const MOST_PROOFS = 3

/** Who sends the request. */
export interface Sender {
  readonly platform: Platform
  readonly session: Authorizer
  /** Whether the configuration in force still gives the request the token: it may be newer than when the exchange began. */
  readonly isListed: () => boolean
  /** Whether the body can be sent again: it is no stream, and at most `maxReplayBytes` long. */
  readonly isReplayable: () => Promise<boolean>
  readonly keepAlive: KeepAlive
}

/** What is known of a request when its exchange begins. */
export interface Outgoing {
  readonly method: string
  readonly url: string
  /** Whether it is to be sent with the session's token. */
  readonly authorize: boolean
}

/** An exchange that ends in a network error before anything is sent. */
export const failAtOnce = (outgoing: Outgoing, sender: Sender): Step => fail(ticketOf(outgoing, sender))

/** Begins an exchange: waits, if need be, until there is a token to send with. */
export async function beginExchange(outgoing: Outgoing, sender: Sender): Promise<Step> {
  const { session } = sender
  const ticket = ticketOf(outgoing, sender)
  if (!outgoing.authorize) return sendAsIs(ticket)
  const record = session.stored.cached ?? (await session.stored.read())
  const decision = session.decide(record)
  switch (decision.kind) {
    case 'untouched':
      return sendAsIs({ ...ticket, outcome: 'untouched' })
    case 'hold':
      return hold(record, ticket, sender)
    case 'send':
      return session.isReplacing(decision.record.accessToken)
        ? holdForReplacement(decision.record, ticket, sender)
        : sendWith(decision.record, ticket, sender)
    case 'send-and-refresh': {
      if (session.isReplacing(decision.record.accessToken)) return holdForReplacement(decision.record, ticket, sender)
      const refreshing = session.refresh(record)
      sender.keepAlive(refreshing)
      if (await sender.isReplayable()) return sendWith(decision.record, ticket, sender)
      // A body that cannot be sent again waits for the new token: a refusal of the old one could not be replayed.
      return holdForReplacement(decision.record, ticket, sender)
    }
  }
}

/** Looks at the answer to an attempt. */
export async function continueExchange(ticket: Ticket, answer: Answer, sender: Sender): Promise<Step> {
  const { session } = sender
  const { sent } = ticket
  // The answer to an attempt that carried no token is never a refusal of one.
  if (!sent) return give(ticket)
  const again = await proveAgain(ticket, answer, sender)
  if (again) return again
  const refused = await isRefused(answer, session.config)
  if (ticket.probe !== undefined) session.refusals.endProbe(ticket.probe, !refused)
  if (!refused) return give(ticket)
  const { probe: _, ...rest } = ticket
  return answerRefusal({ ...rest, outcome: 'refused', refusedStatus: answer.status }, sender)
}

/** Ends an exchange: its entry in the history. `status` is the one that the page gets; undefined for a network error. */
export function endExchange(
  ticket: Ticket,
  status: number | undefined,
  { platform, session }: Pick<Sender, 'platform' | 'session'>,
): void {
  if (ticket.probe !== undefined) session.refusals.endProbe(ticket.probe, false)
  platform.record(exchangeEntry(ticket, status, { named: session.named, now: platform.now() }))
}

function ticketOf({ method, url }: Outgoing, { session, platform }: Sender): Ticket {
  return {
    session: session.name,
    ...session.named,
    method,
    url,
    startedAt: platform.now(),
    waitedMs: 0,
    outcome: 'sent',
  }
}

const give = (ticket: Ticket): Step => ({ kind: 'give', ticket })
const sendAsIs = ({ sent: _, ...ticket }: Ticket): Step => ({ kind: 'send-as-is', ticket })
const fail = (ticket: Ticket): Step => ({ kind: 'fail', ticket: { ...ticket, outcome: 'failed' } })

async function sendWith(record: AuthorizedRecord, ticket: Ticket, { session, isListed }: Sender): Promise<Step> {
  if (!isListed()) return sendAsIs({ ...ticket, outcome: 'untouched' })
  const { config } = session
  const { epoch, generation } = record
  const headers = { [config.header]: credentialsOf(record, config) }
  const proving = session.proverOf(record)
  const sent = { epoch, generation, proofs: (ticket.sent?.proofs ?? 0) + (proving ? 1 : 0) }
  const step = { kind: 'send' as const, ticket: { ...ticket, sent } }
  if (!proving) return { ...step, headers }
  const proof = await proving
    .then((prover) => prover.proofFor(record, ticket))
    .catch((error: unknown) => {
      // A vault may be out of reach: the request ends as without a token in time.
      if (session.vault) return undefined
      throw error
    })
  return proof === undefined ? fail(ticket) : { ...step, headers: { ...headers, [PROOF]: proof } }
}

/** Waits for a refresh, since there is no token that could be sent. */
async function hold(record: SessionRecord, ticket: Ticket, sender: Sender): Promise<Step> {
  const { session } = sender
  const { refreshed, waitedMs } = await timed(session.refresh(record), ticket, sender)
  const waited = { ...ticket, waitedMs: ticket.waitedMs + waitedMs }
  switch (refreshed?.kind) {
    case undefined:
      return fail(waited)
    case 'success':
    case 'moved':
      // Never with the token of somebody who signed in while it waited.
      if (!isAuthorized(refreshed.record) || !isAwaited(record, refreshed.record))
        return sendAsIs({ ...waited, outcome: 'untouched' })
      return sendWith(refreshed.record, { ...waited, outcome: 'refreshed-first' }, sender)
    case 'ended':
    case 'signed-out':
      return sendAsIs({ ...waited, outcome: 'untouched' })
    case 'failed':
      // The token endpoint answered without a token: send the old one, so that the page sees the resource server's own answer.
      return refreshed.pause.answered && isAuthorized(refreshed.record)
        ? sendWith(refreshed.record, waited, sender)
        : fail(waited)
  }
}

/**
 * Whether a token is what a request waited for that was held with `before`: a refreshed one of the same user, or, where
 * nobody was signed in and the page's own code, or the vault, was asked, the first one.
 */
const isAwaited = (
  before: SessionRecord,
  { epoch, generation, sessionGeneration = generation }: AuthorizedRecord,
): boolean => (before.state === 'active' ? epoch === before.epoch : sessionGeneration === before.generation + 1)

/** Waits for the refresh under way, though there is a token: it was refused, or this request cannot be sent twice. */
async function holdForReplacement(record: AuthorizedRecord, ticket: Ticket, sender: Sender): Promise<Step> {
  const { session } = sender
  const { refreshed, waitedMs } = await timed(session.refresh(record), ticket, sender)
  const waited = { ...ticket, waitedMs: ticket.waitedMs + waitedMs }
  if (refreshed?.kind === 'ended' || refreshed?.kind === 'signed-out')
    return sendAsIs({ ...waited, outcome: 'untouched' })
  if (!refreshed || refreshed.kind === 'failed' || !isAuthorized(refreshed.record))
    return sendWith(record, waited, sender)
  const next = refreshed.record
  if (next.epoch !== record.epoch) return sendAsIs({ ...waited, outcome: 'untouched' })
  return sendWith(next, { ...waited, outcome: 'refreshed-first' }, sender)
}

/** Settles with what the refresh brought; undefined when it takes longer than a request may be held, or fails unexpectedly. */
async function timed<T>(refreshing: Promise<T>, { waitedMs: before }: Ticket, { platform }: Sender) {
  const from = platform.now()
  const refreshed = await within(Math.max(LONGEST_HOLD_MS - before, 0), refreshing).catch(() => undefined)
  return { refreshed, waitedMs: platform.now() - from }
}

/**
 * The server wants its nonce or its time in the proof: that is no refusal of the token.
 * @see https://www.rfc-editor.org/rfc/rfc9449#section-9
 */
async function proveAgain(ticket: Ticket, answer: Answer, sender: Sender): Promise<Step | undefined> {
  const { session, isReplayable } = sender
  const { proofs, epoch } = ticket.sent ?? { proofs: 0, epoch: 0 }
  if (proofs === 0) return undefined
  const record = await session.stored.read()
  const prover = isAuthorized(record) ? await session.proverOf(record) : undefined
  const curable = prover?.learn({ url: ticket.url, nonce: answer.header('dpop-nonce'), date: answer.header('date') })
  if (proofs >= MOST_PROOFS || !curable?.some((code) => challengeErrors(answer).includes(code))) return undefined
  if (record.epoch !== epoch || !isAuthorized(record) || !(await isReplayable())) return undefined
  return sendWith(record, ticket, sender)
}

/** What to do with a request whose token was refused: what `afterRefusal` says. */
export async function answerRefusal(ticket: Ticket, sender: Sender): Promise<Step> {
  const { session, platform, keepAlive } = sender
  const { epoch, generation } = ticket.sent!
  const record = await session.stored.read()
  const isCurrent = record.epoch === epoch && record.generation === generation
  if (isCurrent && isAuthorized(record)) session.refused(record)
  const next = afterRefusal({
    sentEpoch: epoch,
    sentGeneration: generation,
    record,
    now: platform.now(),
    alreadyReplayed: ticket.replayed === true,
    alreadyWaited: ticket.waitedForToken === true,
    replayable: ticket.replayed !== true && (await sender.isReplayable()),
    refreshable: session.refreshable,
    ineffective: session.refusals.isIneffective,
  })
  switch (next) {
    case 'give':
      return give(ticket)
    case 'end-and-give':
      if (record.state === 'active') await session.expire(record)
      return give(ticket)
    case 'refresh-and-give':
      keepAlive(refreshAfterRefusal(session, record))
      return give(ticket)
    case 'replay':
      return replay(record, ticket, sender)
    case 'refresh-and-replay': {
      const { refreshed, waitedMs } = await timed(refreshAfterRefusal(session, record), ticket, sender)
      const waited = { ...ticket, waitedMs: ticket.waitedMs + waitedMs }
      const isNew = refreshed?.kind === 'success' || refreshed?.kind === 'moved'
      return isNew ? replay(refreshed.record, waited, sender) : give(waited)
    }
    case 'wait-and-replay':
      return waitForYoungToken(ticket, sender)
  }
}

/** Sends again, unless somebody else has signed in. */
async function replay(record: SessionRecord, ticket: Ticket, sender: Sender): Promise<Step> {
  if (!isAuthorized(record) || record.epoch !== ticket.sent!.epoch) return give(ticket)
  return sendWith(record, { ...ticket, replayed: true, outcome: 'replayed' }, sender)
}

/** The resource server's clock may be behind: one request tries the token again after a second, the others wait for its answer. */
async function waitForYoungToken(ticket: Ticket, sender: Sender): Promise<Step> {
  const { session, platform } = sender
  const { generation, epoch } = ticket.sent!
  const from = platform.now()
  const isProbe = session.refusals.beginProbe(generation)
  const isAccepted = isProbe
    ? await wait(YOUNG_TOKEN_WAIT_MS).then(() => true)
    : await session.refusals.probed(generation)
  const waited: Ticket = { ...ticket, waitedForToken: true, waitedMs: ticket.waitedMs + platform.now() - from }
  if (!isAccepted) return answerRefusal(waited, sender)
  const current = await session.stored.read()
  if (!isAuthorized(current) || current.epoch !== epoch) {
    session.refusals.endProbe(generation, false)
    return give(waited)
  }
  return sendWith(current, { ...waited, outcome: 'replayed', ...(isProbe && { probe: generation }) }, sender)
}
