import { BearerWorkerError } from '../errors.ts'
import type { SocketConfiguration } from '../policy/configuration.ts'
import { isAuthorized } from '../policy/decide.ts'
import { readPath } from '../policy/paths.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { bringsToken, socketToken, withParameter } from '../policy/sockets.ts'
import { TOKEN } from '../policy/tokens.ts'
import type { Calls, SocketStep, Ticket } from '../protocol.ts'
import type { Engine } from './engine.ts'
import { answerRefusal, beginExchange, endExchange, type Sender } from './exchange.ts'
import { sessionOfTicket } from './page-exchange.ts'
import type { Session } from './session.ts'

/** Says what a WebSocket of a page connects with; refreshes first where the token has run out. */
export async function beginSocket(
  engine: Engine,
  call: Calls['beginSocket']['call'],
  account?: string,
): Promise<SocketStep> {
  const url = String(call.url)
  const protocols = [...call.protocols].map(String)
  const listed = engine.inForce?.matcher.socketOf(url)
  const session = listed && (await engine.session(listed.session, account))
  const socket = session?.config.sockets?.[listed!.index]
  if (!session || !socket || bringsToken({ url, protocols }, socket, session.config.replaces)) return AS_IS
  if (socket.ticket) return withTicket(engine, session, { url, ticket: socket.ticket })
  if (call.refused) await refuse(engine, call.refused)
  return withToken(engine, session, { url, protocols, socket })
}

/** A server has closed a socket because it refused the token. The next socket waits for the refresh that begins now. */
export async function refuseSocket(engine: Engine, { ticket }: Calls['refuseSocket']['call']): Promise<undefined> {
  await refuse(engine, ticket)
}

const AS_IS: SocketStep = { kind: 'as-is' }
const failed = (message: string): SocketStep => ({ kind: 'fail', message })

interface Asked {
  readonly url: string
  readonly protocols: readonly string[]
  readonly socket: SocketConfiguration
}

async function withToken(engine: Engine, session: Session, { socket, ...asked }: Asked): Promise<SocketStep> {
  const { exposeAccessToken } = session.config
  if (!exposeAccessToken)
    throw new BearerWorkerError({
      code: 'not-exposed',
      message: `The access token of session "${session.name}" stays in the worker. Set exposeAccessToken to true, or use a ticket.`,
    })
  const { url } = asked
  const sender = senderOf(engine, session, url)
  const step = await beginExchange({ method: 'GET', url, authorize: true }, sender)
  endExchange(step.ticket, step.kind === 'fail' ? undefined : 0, sender)
  if (step.kind === 'fail') return failed(`There was no access token of session "${session.name}" in time.`)
  if (step.kind !== 'send') return AS_IS
  const record = await sender.session.stored.read()
  if (!isAuthorized(record) || record.epoch !== step.ticket.sent?.epoch) return AS_IS
  const { accessToken } = record
  const { closeCodes } = socket
  const token = socketToken(asked, socket, { accessToken, base64url: base64url(accessToken) })
  // What the browser says of a wrong one repeats it.
  if (token.protocol !== undefined && !TOKEN.test(token.protocol))
    return failed('The access token fits into no subprotocol: write {accessToken:base64url} in "protocol".')
  return { kind: 'with-token', ...token, closeCodes, ticket: step.ticket }
}

interface TicketAsked {
  readonly url: string
  readonly ticket: NonNullable<SocketConfiguration['ticket']>
}

/** Asks for a ticket as for any resource: refreshed and replayed. */
async function withTicket(engine: Engine, session: Session, { url, ticket }: TicketAsked): Promise<SocketStep> {
  const address = new URL(ticket.url, engine.platform.base).href
  const api = engine.apiOf(session.name, address)
  const authorizer = session.for(api)
  if (authorizer.decide(await authorizer.stored.read()).kind === 'untouched') return AS_IS
  const { method, field, parameter } = ticket
  const request = new Request(address, {
    method,
    headers: { accept: 'application/json' },
    cache: 'no-store',
  })
  const ofApi = api !== undefined && { api }
  const match = { kind: 'match', session: session.name, ...session.named, authorize: true, ...ofApi } as const
  const response = await engine.respond(request, match, { keepAlive: () => {} }).catch(() => Response.error())
  const value = response.ok ? readPath(await response.json().catch(() => undefined), field) : undefined
  if (typeof value === 'string' || typeof value === 'number')
    return { kind: 'with-ticket', url: withParameter(url, parameter, `${value}`) }
  const answered = response.status > 0 ? `answered ${response.status}` : 'could not be reached'
  return failed(
    `${redactUrl(request.url)} ${answered}${response.ok ? ` without a ticket at "${field}": correct "field" of the ticket` : ''}.`,
  )
}

async function refuse(engine: Engine, ticket: Ticket): Promise<void> {
  const session = await sessionOfTicket(engine, ticket)
  if (!ticket.sent) return
  await answerRefusal({ ...ticket, outcome: 'refused' }, senderOf(engine, session, ticket.url))
}

function senderOf(engine: Engine, session: Session, url: string): Sender {
  return {
    session: session.for(engine.apiOf(session.name, url)),
    platform: engine.platform,
    isListed: () => engine.inForce?.matcher.socketOf(url)?.session === session.name,
    // A socket is never opened again by us: as a body that cannot be sent again, it waits for a refresh that is near.
    isReplayable: async () => false,
    keepAlive: (work) => void work.catch(() => {}),
  }
}

/** Of visible ASCII, which an access token is. @see https://www.rfc-editor.org/rfc/rfc4648#section-5 */
const base64url = (text: string): string => btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
