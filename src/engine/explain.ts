import { redactUrl } from '../policy/redact-url.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { isAuthorized } from '../policy/decide.ts'
import type { SessionRecord } from '../policy/vocabulary.ts'
import type { Explanation, RequestFacts } from '../protocol.ts'
import { within } from '../io/deadline.ts'
import type { Authorizer } from './authorizer.ts'
import type { Engine } from './engine.ts'
import { type Mismatch, originOf } from './matcher.ts'
import type { Session } from './session.ts'
import { lookAway, VAULT_LOOK_MS } from './vault-look.ts'

/** What would be done with a request, and why, with both sides of what was compared. */
export async function explain(engine: Engine, request: RequestFacts, account?: string): Promise<Explanation> {
  const { href: url } = new URL(request.url, engine.platform.base)
  const shown = redactUrl(url)
  const socket = engine.inForce!.matcher.socketOf(url)
  if (socket) return explainSocket(await engine.session(socket.session, account), { ...socket, url }, engine)
  const verdict = engine.verdictOn({ ...request, url }, (name) => request.headers[name.toLowerCase()] ?? null)
  if (verdict.kind === 'mismatch') return { touched: false, ...explainMismatch(engine, verdict, request, url) }
  const session = await engine.session(verdict.session, account)
  // Where it takes long, what is known counts.
  await within(VAULT_LOOK_MS, lookAway(session)).catch(() => {})
  if (verdict.authorize) {
    const authorizer = session.for(verdict.api)
    return explainDecision(authorizer, await authorizer.stored.read(), shown)
  }
  const message = `${shown} is a sign-in of ${shownName(session)}: the tokens in its answer are stored, and the page gets the answer without them.`
  return touched(session, 'capture', message)
}

/** Only `WebSocket` and `WebSocketStream` have such URLs. */
async function explainSocket(
  session: Session,
  { url, index }: { readonly url: string; readonly index: number },
  engine: Engine,
): Promise<Explanation> {
  const authorizer = session.for(engine.apiOf(session.name, url))
  const explanation = explainDecision(authorizer, await authorizer.stored.read(), redactUrl(url))
  const way = WAYS.find((key) => session.config.sockets?.[index]?.[key] !== undefined)
  return { ...explanation, message: `${explanation.message} It is a WebSocket: "${way}" of "sockets" says how.` }
}

const WAYS = ['ticket', 'protocol', 'parameter', 'firstMessage'] as const

function explainDecision(session: Authorizer, record: SessionRecord, shown: string): Explanation {
  const name = shownName(session)
  const decision = session.decide(record)
  switch (decision.kind) {
    case 'send':
      return touched(session, 'authorize', `${shown} is sent with the access token of ${name}.`)
    case 'send-and-refresh':
      return touched(
        session,
        'authorize',
        `${shown} is sent with the access token of ${name}, which is refreshed meanwhile since it expires soon.`,
      )
    case 'hold':
      return touched(session, 'refresh-first', `${shown} waits until ${whatIsAwaited(session, record, name)}.`)
    case 'untouched': {
      const why =
        decision.why === 'signed-out'
          ? `nobody is signed in to ${name}.`
          : `the server ended ${name}, and nobody has signed in since.`
      return { ...touched(session, decision.why, `Not touched: ${why}`), touched: false }
    }
  }
}

function whatIsAwaited({ named }: Authorizer, record: SessionRecord, whose: string): string {
  const { reason } = record.pause ?? {}
  const failed = reason === undefined ? '' : `; the last attempt failed (${reason})`
  return named.resource === undefined || isAuthorized(record)
    ? `the access token of ${whose} is refreshed, since it has expired${failed}`
    : `there is an access token of ${whose}, which is fetched at its first use${failed}`
}

const touched = ({ name, named }: Authorizer, code: Explanation['code'], message: string): Explanation => ({
  touched: true,
  session: name,
  ...named,
  code,
  message,
})

/** A session as messages name it. */
function shownName({ name, named: { account, resource } }: Authorizer): string {
  const session = account === undefined ? `session "${name}"` : `session "${name}" of account "${account}"`
  return resource === undefined ? session : `${session} for ${resource}`
}

function explainMismatch(engine: Engine, { why, session }: Mismatch, request: RequestFacts, url: string) {
  const { configuration } = engine.inForce!
  const config = configuration.sessions.find(({ name }) => name === session)
  const message = `Not touched: ${config ? inSession(why, config, request, url) : outside(engine, why, url)}`
  return { code: why, message, ...(session !== undefined && { session }) }
}

/** Why a request is not touched although `resources` of a session list its URL. */
function inSession(
  why: Mismatch['why'],
  config: SessionConfiguration,
  { mode, method, destination }: RequestFacts,
  url: string,
): string {
  const shown = redactUrl(url)
  const { name } = config
  switch (why) {
    case 'own-endpoint':
      return `${shown} is an endpoint of session "${name}" itself.`
    case 'excepted':
      return `${shown} is in "except" of session "${name}" (${config.except.join(', ')}).`
    case 'navigation':
      return `${shown} is a navigation (${method}), and "navigations" of session "${name}" is ${config.navigations}.`
    case 'destination':
      return `${shown} is loaded as "${destination}" (${mode}), and "destinations" of session "${name}" lists ${config.destinations.join(', ') || 'none'}.`
    default:
      return `the request already has the header ${config.header}.`
  }
}

function outside(engine: Engine, why: Mismatch['why'], url: string): string {
  const { configuration } = engine.inForce!
  const patterns = configuration.sessions.flatMap(({ resources }) => resources.map(({ url }) => url))
  const origins = [...new Set(patterns.map((pattern) => originOf(pattern, engine.platform.base)))]
  switch (why) {
    case 'names-user':
      return 'its URL names a user, and the browser authorizes it with that.'
    case 'other-path':
      return `${redactUrl(url)} matches none of ${patterns.join(', ')}.`
    default: {
      const { origin } = new URL(url)
      const isOwn = origin === new URL(engine.platform.base).origin
      const which = isOwn
        ? `the page's own origin, and no pattern in "resources" is for it, only for`
        : 'another origin than'
      return `${origin} is ${which} ${origins.join(', ')}.`
    }
  }
}
