import { BearerWorkerError } from '../errors.ts'
import { isAccount, noAccount, noAccountOfVault } from '../policy/account.ts'
import { isAuthorized } from '../policy/decide.ts'
import { isRefreshable } from '../policy/refresh-credential.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import type { AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import type { CallName, Calls, Hello, SessionView } from '../protocol.ts'
import { version } from '../version.ts'
import { credentialsOf } from './authorize.ts'
import type { Engine } from './engine.ts'
import { within } from '../io/deadline.ts'
import { explain } from './explain.ts'
import { beginPageExchange, continuePageExchange, endPageExchange } from './page-exchange.ts'
import type { Refreshed } from './refresh-job.ts'
import type { Session } from './session.ts'
import { refreshWanted } from './refresh-wanted.ts'
import { signOut } from './sign-out.ts'
import { beginSocket, refuseSocket } from './sockets.ts'
import { lookAgain, lookAway, VAULT_LOOK_MS } from './vault-look.ts'
import { signInAtVault } from './vault-sign-in.ts'

/** The calls that an engine answers in either realm; the others are the worker's own. */
export type EngineCall = Exclude<CallName, 'ping' | 'claim' | 'abort' | 'lastEventId'>

type Handlers = {
  readonly [Name in EngineCall]: (
    engine: Engine,
    call: Calls[Name]['call'],
    account?: string,
  ) => Promise<Calls[Name]['reply']>
}

/** One handler for each call; a missing one does not compile. `account` is the one that the page has chosen. */
export const handlers: Handlers = {
  hello: sayHello,
  beginExchange: beginPageExchange,
  continueExchange: continuePageExchange,
  endExchange: endPageExchange,
  beginSocket,
  refuseSocket,
  explain: (engine, { request }, account) => explain(engine, request, account),

  async wake(engine, { online }, account) {
    for (const session of await engine.sessions(account)) {
      await freshen(session, online).catch(() => {})
      engine.platform.tell({ kind: 'session', view: session.view })
    }
    return undefined
  },

  async sessions(engine, _, account) {
    return Promise.all((await engine.sessions(account)).map(readView))
  },

  async accounts(engine) {
    return engine.accounts()
  },

  async session(engine, call, account) {
    return readView(await engine.session(call.session, account))
  },

  async setTokens(engine, { session: name, tokens, ...call }, account) {
    const session = await engine.confirmedSession(name, named(call.account, account))
    const { tokenFields } = session.config
    const response = readTokenResponse(tokens, tokenFields, { sentAt: engine.platform.now() })
    if (response) return session.signIn(response, engine.platform.now())
    throw new BearerWorkerError({
      code: 'sign-in-failed',
      message: `setTokens() takes the token response as the server sent it, with an access token at "${tokenFields.accessToken.join('" or "')}". If the server uses another name, say so in tokenFields.`,
    })
  },

  async refresh(engine, call, account) {
    const session = await engine.session(call.session, account)
    if (call.wanted) return refreshWanted(session, call.wanted)
    const record = await session.stored.reread()
    const by = session.tokenSource?.by
    // After a sign-in by cookie, or with tokens by the page, refresh() is how a session begins.
    const mayBegin = by === 'cookie' || by === 'page' || by === 'vault'
    if (!mayBegin && !isRefreshable(record, by)) throw overOf(session)
    demand(session, await session.refresh(record, true))
    // The app has acted: APIs that were refused are asked for again, at their next use.
    await session.resume('needs-user')
    return session.view
  },

  async getAccessToken(engine, call, account) {
    const session = await engine.session(call.session, account)
    if (session.config.exposeAccessToken) return (await usable(session)).accessToken
    throw new BearerWorkerError({
      code: 'not-exposed',
      message: `The access token of session "${session.name}" stays in the worker. Set exposeAccessToken to true if a WebSocket or another SDK needs it.`,
    })
  },

  async synchronousHeaders(engine, call, chosen) {
    const session = await engine.session(call.session, call.account === null ? undefined : named(call.account, chosen))
    const { exposeAccessToken, direct } = session.config
    if (!(exposeAccessToken || direct) || session.needsProofs) return undefined
    const endpoints = (await session.authorizationServer?.endpoints()) ?? []
    const record = await recordFor(session, call.api)
    if (!isAuthorized(record)) return undefined
    return { headers: { [session.config.header]: credentialsOf(record, session.config) }, endpoints }
  },

  async signIn(engine, call, chosen) {
    const session = await engine.confirmedSession(call.session, named(call.account, chosen))
    const { name, account, config, authorizationServer } = session
    if (config.vault !== undefined && account !== undefined) throw noAccountOfVault(name)
    if (config.vault !== undefined) return signInAtVault(session, call, engine.platform)
    if (authorizationServer)
      return authorizationServer.signInUrl(call, { name, account, memory: config.storage === 'memory' })
    if (engine.lacksPart) throw engine.problem
    const message = `Session "${name}" has no authorizationServer in the configuration.`
    throw new BearerWorkerError({ code: 'sign-in-failed', message })
  },

  async finishSignIn(engine, { url }) {
    await engine.sessions()
    return engine.finishSignIn({ method: 'GET', url })
  },

  async lookAtVault(engine, { session, ...said }) {
    await lookAgain(await engine.session(session), said)
    return undefined
  },

  async signOut(engine, call, account) {
    const session = await engine.session(call.session, named(call.account, account))
    return signOut(session, engine.platform, call.page)
  },

  async history(engine) {
    return engine.history.entries
  },
}

/** The account that a call names, else the one of its page. Throws `invalid-call` for what is no name. */
function named(account: unknown, chosen: string | undefined): string | undefined {
  if (account === undefined) return chosen
  if (isAccount(account)) return account
  throw noAccount()
}

/** The access token of an API is fetched at its first use; the session's own is there from the sign-in on. */
async function recordFor(session: Session, api: string | undefined): Promise<SessionRecord> {
  const authorizer = session.for(api)
  const record = await authorizer.stored.read()
  if (api === undefined || authorizer.decide(record).kind !== 'hold') return record
  return (await authorizer.refresh(record)).record
}

async function sayHello(engine: Engine, _: object, account?: string): Promise<Hello> {
  // A page that comes is not told later of what happened before it came.
  engine.history.tellNow()
  await engine.reload()
  const sessions = await engine.sessions(account)
  // A page was loaded: what was wrong with the configuration may be corrected. A store that fails prevents nothing here.
  await Promise.all(sessions.map((session) => session.resume('configuration').catch(() => {})))
  return { version, sessions: sessions.map(({ view }) => view), rules: engine.inForce!.rules }
}

/** Refreshes a token that is about to expire; being online again ends a pause. */
async function freshen(session: Session, online: boolean): Promise<void> {
  if (online) await session.resume('for-now')
  const record = await session.stored.read()
  const { kind } = session.decide(record)
  if (kind === 'hold' || kind === 'send-and-refresh') await session.refresh(record)
}

async function readView(session: Session): Promise<SessionView> {
  await session.stored.read()
  // Where it takes long, what is known counts.
  await within(VAULT_LOOK_MS, lookAway(session)).catch(() => {})
  return session.view
}

/** A record with an access token that has not expired, refreshed when needed. */
async function usable(session: Session): Promise<AuthorizedRecord> {
  const record = await session.stored.read()
  const decision = session.decide(record)
  switch (decision.kind) {
    case 'untouched':
      throw overOf(session)
    case 'hold': {
      const refreshed = demand(session, await session.refresh(record))
      if (isAuthorized(refreshed)) return refreshed
      throw overOf(session)
    }
    case 'send':
      return decision.record
    case 'send-and-refresh':
      void session.refresh(record)
      return decision.record
  }
}

/** The record that a refresh brought. Throws `refresh-failed`, `session-ended` or `signed-out` when it brought none. */
function demand(session: Session, refreshed: Refreshed): SessionRecord {
  switch (refreshed.kind) {
    case 'success':
    case 'moved':
      return refreshed.record
    case 'ended':
    case 'signed-out':
      throw overOf(session)
    case 'failed': {
      const { reason, retryAt } = refreshed.pause
      throw new BearerWorkerError({
        code: 'refresh-failed',
        message: `The session is kept, but its token could not be refreshed for now${reason ? ` (${reason})` : ''}. Call refresh() to try again at once.`,
        reason,
        retryAt: Number.isFinite(retryAt) ? retryAt : undefined,
      })
    }
  }
}

/** The error of a session that nobody is signed in to. */
function overOf({ name: session, account, view }: Session): BearerWorkerError {
  const { reason } = view
  const name = account === undefined ? `"${session}"` : `"${session}" of account "${account}"`
  if (view.state === 'ended') {
    const message = `The server ended session ${name}${reason ? ` (${reason})` : ''}. The user has to sign in again.`
    return new BearerWorkerError({ code: 'session-ended', message, reason })
  }
  const message = `Nobody is signed in to session ${name}. Sign in by a request listed in capture, or call setTokens().`
  return new BearerWorkerError({ code: 'signed-out', message })
}
