import { BearerWorkerError } from '../errors.ts'
import { decide } from '../policy/decide.ts'
import { isRefreshable } from '../policy/record.ts'
import { readTokenResponse } from '../policy/tokens.ts'
import type { SessionRecord } from '../policy/vocabulary.ts'
import type { CallName, Calls, Explanation, Hello, Refused, RequestFacts, SessionView } from '../protocol.ts'
import { credentialsOf, PROOF, staysBehind } from './authorize.ts'
import type { Engine } from './engine.ts'
import { explain } from './explain.ts'
import { needsProof, proofFor } from './prove.ts'
import type { Refreshed } from './refresh.ts'
import { authorizable, isRefused } from './respond.ts'
import type { Session } from './session.ts'
import { signOut } from './sign-out.ts'
import { isWhole, version } from '../version.ts'

/** The calls that an engine answers in either realm; the others are the worker's own. */
export type EngineCall = Exclude<CallName, 'claim' | 'abort' | 'lastEventId'>

type Answers = {
  readonly [Name in EngineCall]: (engine: Engine, call: Calls[Name]['call']) => Promise<Calls[Name]['reply']>
}

/** One handler for each call; a missing one does not compile. */
export const answers: Answers = {
  async hello(engine): Promise<Hello> {
    await engine.reload()
    const sessions = await engine.sessions()
    // A page loaded anew: what was wrong with the configuration may be mended. A store that fails stands in nobody's way.
    await Promise.all(sessions.map((session) => session.resume('configuration').catch(() => {})))
    return {
      version,
      sessions: sessions.map(({ view }) => view),
      patterns: sessions.map(({ name, config: { resources, except } }) => ({ session: name, resources, except })),
    }
  },

  async wake(engine, { online }) {
    for (const session of await engine.sessions()) {
      await freshen(engine, session, online).catch(() => {})
      engine.platform.tell({ kind: 'session', view: session.view })
    }
    return undefined
  },

  async session(engine, call) {
    return viewed(await engine.session(call.session))
  },

  async setTokens(engine, { session: name, tokens }) {
    const session = await engine.session(name)
    const { tokenFields } = session.config
    const response = readTokenResponse(tokens, tokenFields)
    if (response) return session.signIn(response, engine.platform.now())
    throw new BearerWorkerError({
      code: 'sign-in-failed',
      message: `setTokens() wants the token response as the server sent it, with an access token at "${tokenFields.accessToken}". If the server uses another name, say so in tokenFields.`,
    })
  },

  async refresh(engine, call) {
    const session = await engine.session(call.session)
    const record = await session.look()
    if (!session.tokenSource || !(session.cookieRefresh || isRefreshable(record, false))) throw gone(session)
    demand(session, await session.refresh(record, true))
    return session.view
  },

  async getAccessToken(engine, call) {
    const session = await engine.session(call.session)
    if (!session.config.exposeAccessToken) {
      throw new BearerWorkerError({
        code: 'not-exposed',
        message: `The access token of session "${session.name}" stays in the worker. Set exposeAccessToken to true if a WebSocket or another SDK needs it.`,
      })
    }
    return (await usable(engine, session)).accessToken!
  },

  async authorize(engine, call) {
    const { refused } = call
    const request = { ...call.request, url: new URL(call.request.url, engine.platform.base).href }
    const match = engine.inForce?.matcher.match(request)
    if (match?.as !== 'resource') return undefined
    const session = await engine.session(match.session)
    const { header } = session.config
    if (!mayShow(session) || request.headers.includes(header.toLowerCase())) return undefined
    const ready = await authorizable(await session.read(), session, engine.platform, () => {}, {
      outcome: 'sent',
      waitedMs: 0,
    })
    if (ready.kind === 'untouched') return undefined
    if (ready.kind === 'failed') return 'failed'
    const value = credentialsOf(ready.record, session.config)
    if (value !== refused?.headers[header]) return headersOf(request, ready.record, session)
    if (!(await isRefused(answerOf(refused), session.config))) return undefined
    session.refused = ready.record.accessToken
    return headersOf(request, demand(session, await session.refresh(ready.record)), session)
  },

  async atHand(engine, call) {
    const session = await engine.session(call.session)
    const record = await session.read()
    return record.accessToken && mayShow(session) && !needsProof(record, session)
      ? { [session.config.header]: credentialsOf(record, session.config) }
      : undefined
  },

  async signIn(engine, call) {
    const session = await engine.session(call.session)
    if (session.authorizationServer) return session.authorizationServer.begin(session, call)
    throw new BearerWorkerError({
      code: 'sign-in-failed',
      message: `Session "${session.name}" has no authorizationServer in the configuration.`,
    })
  },

  async finishSignIn(engine, { url }) {
    await engine.sessions()
    return engine.endsSignIn({ method: 'GET', url }) ? engine.finishSignIn(url) : undefined
  },

  async signOut(engine, call) {
    return signOut(await engine.session(call.session), engine.platform)
  },

  async explain(engine, { request }): Promise<Explanation> {
    await engine.sessions()
    if (!isWhole)
      throw new BearerWorkerError({
        code: 'worker-unavailable',
        message: 'bearer-worker.core.sw.js explains nothing: use bearer-worker.sw.js while you look for a mistake.',
      })
    return explain(engine, request)
  },

  async history(engine) {
    return engine.history.entries
  },
}

/** What the page has to send with a request of its own. */
async function headersOf(
  request: RequestFacts,
  record: SessionRecord,
  session: Session,
): Promise<Readonly<Record<string, string>>> {
  const headers = { [session.config.header]: credentialsOf(record, session.config) }
  return needsProof(record, session) ? { ...headers, [PROOF]: await proofFor(request, record, session) } : headers
}

/** Refreshes what has grown old meanwhile; being online again ends a pause. */
async function freshen(engine: Engine, session: Session, online: boolean): Promise<void> {
  if (online) await session.resume('for-now')
  const record = await session.read()
  const { cookieRefresh, refreshable } = session
  const decision = decide({
    record,
    now: engine.platform.now(),
    hasAuthorization: false,
    cookieRefresh,
    canRefresh: refreshable,
  })
  const due = decision.kind === 'hold' || decision.kind === 'send-and-refresh'
  if (due && refreshable) await session.refresh(record)
}

async function viewed(session: Session): Promise<SessionView> {
  await session.read()
  return session.view
}

function answerOf({ status, challenge, body }: Refused): Response {
  return new Response(body, { status, headers: challenge === null ? {} : { 'www-authenticate': challenge } })
}

/** What is on disk a page can read anyway; what is in memory only stays there, and what a redirect would carry off stays in the worker. */
const mayShow = ({ config }: Session): boolean =>
  staysBehind(config.header) && (config.storage === 'indexeddb' || config.exposeAccessToken)

/** A record with an access token that has not expired, refreshed when needed. */
async function usable(engine: Engine, session: Session) {
  const record = await session.read()
  const { cookieRefresh, tokenSource } = session
  const decision = decide({
    record,
    now: engine.platform.now(),
    hasAuthorization: false,
    cookieRefresh,
    canRefresh: tokenSource !== undefined,
  })
  switch (decision.kind) {
    case 'untouched':
      throw gone(session)
    case 'hold':
      return demand(session, await session.refresh(record))
    case 'send':
      return record
    case 'send-and-refresh':
      void session.refresh(record)
      return record
  }
}

function demand(session: Session, refreshed: Refreshed) {
  switch (refreshed.kind) {
    case 'success':
    case 'moved':
      return refreshed.record
    case 'ended':
    case 'signed-out':
      throw gone(session)
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

function gone({ name, view }: Session): BearerWorkerError {
  const { reason } = view
  return view.state === 'ended'
    ? new BearerWorkerError({
        code: 'session-ended',
        message: `The server ended session "${name}"${reason ? ` (${reason})` : ''}. The user has to sign in again.`,
        reason,
      })
    : new BearerWorkerError({
        code: 'signed-out',
        message: `Nobody is signed in to session "${name}". Sign in by a request listed in capture, or call setTokens().`,
      })
}
