import { BearerWorkerError } from '../errors.ts'
import { signOut } from '../engine/sign-out.ts'
import type { Refreshed } from '../engine/refresh-job.ts'
import type { Session } from '../engine/session.ts'
import { isAuthorized } from '../policy/decide.ts'
import { expiresAtOf, servesUntil } from '../policy/lifetime.ts'
import { provoke } from '../policy/vault-limit.ts'
import type { CheckedQuestion } from '../policy/vault-question.ts'
import type { AccessToken, AuthorizedRecord, SessionRecord } from '../policy/vocabulary.ts'
import type { VaultAnswer, VaultCalls } from '../protocol.ts'
import { refreshAfterRefusal } from '../engine/refresh-after-refusal.ts'
import { prepareSignOut } from './leaving.ts'
import type { Vault } from './vault.ts'

/** The clocks of two servers differ by less. What an app says of a later time is not believed: it would get proofs for later use. */
const CLOCK_NOISE_MS = 10_000

/** Answers a question of an app. Rejects with the error of the call. */
export async function answer(vault: Vault, app: string, question: CheckedQuestion | undefined): Promise<unknown> {
  const { engine } = vault
  switch (question?.name) {
    case 'token':
      return tokenFor(vault, app, question.call)
    case 'adopt': {
      const { session: name, tokens, ageMs } = question.call
      const session = await engine.confirmedSession(name)
      if (session.authorizationServer?.dpop)
        throw invalid('A session with "dpop" takes no tokens that are bound to no key of the vault.')
      await session.signIn(tokens, engine.platform.now() - ageMs)
      return answerOf(session, await session.stored.read(), vault)
    }
    case 'proof':
      return proofFor(vault, question.call)
    case 'learn': {
      const { session: name, ...answered } = question.call
      const { authorizationServer } = await engine.session(name)
      const isAhead = Date.parse(answered.date ?? '') > vault.latest() + CLOCK_NOISE_MS
      ;(await authorizationServer?.prover())?.learn(isAhead ? { ...answered, date: null } : answered)
      return undefined
    }
    case 'signOut': {
      const session = await engine.session(question.call.session)
      const next = await signOut(session, engine.platform)
      return { goesOn: await prepareSignOut(vault, app, { next, ...question.call }) }
    }
    default:
      throw invalid('This message is no question that the vault answers: the app needs the files of the same version.')
  }
}

/** A proof of this very moment. None for the server's own endpoints: there it would help whoever has a code or a refresh token. */
async function proofFor({ engine }: Vault, call: VaultCalls['proof']['call']): Promise<string> {
  const session = await engine.session(call.session)
  const record = await session.stored.reread()
  const { authorizationServer: server } = session
  if (!server?.dpop || !isAuthorized(record))
    throw invalid('There is no key: nobody is signed in, or the session has no "dpop".')
  await server.ready()
  // As it stands in the proof: an app can spell a URL in many ways.
  const { origin, pathname } = new URL(call.url)
  const url = origin + pathname
  if (server.owns(url)) throw invalid('A proof is for requests to resources, not to the authorization server.')
  const accessToken = call.accessToken as AccessToken
  return (await server.prover()).proofFor({ ...record, accessToken }, { method: call.method, url })
}

const invalid = (message: string) => new BearerWorkerError({ code: 'invalid-call', message })

async function tokenFor(
  vault: Vault,
  app: string,
  { session: name, have, reason }: VaultCalls['token']['call'],
): Promise<VaultAnswer> {
  const session = await vault.engine.session(name)
  const record = await session.stored.reread()
  const decision = session.decide(record)
  const current = isAuthorized(record) ? record : undefined
  const isKnown = current?.accessToken === have && have !== undefined
  const isRefused = reason === 'refused' && isKnown
  if (decision.kind === 'untouched' || !(isRefused || reason === 'asked'))
    return usual(session, record, { decision: decision.kind, isKnown, vault })
  const allowed = await mayProvoke(vault, `${name} ${app}`)
  if (allowed.kind === 'refused')
    return {
      state: 'paused',
      kind: 'for-now',
      reason: 'vault-limit',
      answered: true,
      retryAfterMs: allowed.retryAfterMs,
    }
  if (isRefused && current) session.refused(current)
  const refreshed = await (isRefused ? refreshAfterRefusal(session, record) : session.refresh(record, true))
  return refreshed.kind === 'failed' ? pausedBy(refreshed, vault) : answerOf(session, refreshed.record, vault)
}

interface Usual {
  readonly decision: ReturnType<Session['decide']>['kind']
  /** The app has this very token, and asks since it is old. */
  readonly isKnown: boolean
  readonly vault: Vault
}

/** As for a request: the token that is there while it is good, refreshed where that is due. */
async function usual(
  session: Session,
  record: SessionRecord,
  { decision, isKnown, vault }: Usual,
): Promise<VaultAnswer> {
  const isDue = decision === 'hold' || (decision === 'send-and-refresh' && isKnown)
  if (decision === 'send-and-refresh' && !isKnown) void session.refresh(record)
  const refreshed = isDue ? await session.refresh(record) : undefined
  if (!refreshed) return answerOf(session, record, vault)
  if (refreshed.kind !== 'failed') return answerOf(session, refreshed.record, vault)
  const isGood =
    isAuthorized(refreshed.record) &&
    servesUntil(refreshed.record, session.refusals.token, vault.engine.platform.now()) > 0
  return isGood ? answerOf(session, refreshed.record, vault) : pausedBy(refreshed, vault)
}

function answerOf(session: Session, record: SessionRecord, vault: Vault): VaultAnswer {
  if (isAuthorized(record)) return withToken(session, record, vault)
  const { epoch, reason } = record
  if (record.state !== 'active') return { state: record.state, epoch, reason }
  return { state: 'paused', kind: 'for-now', reason: 'no-access-token', answered: true }
}

function withToken({ view }: Session, record: AuthorizedRecord, { engine }: Vault): VaultAnswer {
  const { accessToken, tokenType, scope, epoch, reason } = record
  const expiresAt = expiresAtOf(record)
  const secondsLeft = expiresAt === undefined ? undefined : Math.max((expiresAt - engine.platform.now()) / 1000, 1)
  return { state: 'active', epoch, accessToken, tokenType, scope, secondsLeft, claims: view.claims, reason }
}

function pausedBy({ pause }: Extract<Refreshed, { kind: 'failed' }>, { engine }: Vault): VaultAnswer {
  const { kind, reason = 'network', answered, retryAt } = pause
  const retryAfterMs = Number.isFinite(retryAt) ? Math.max(retryAt - engine.platform.now(), 0) : undefined
  return { state: 'paused', kind, reason, answered, retryAfterMs }
}

/** Counted in the store, so that further frames bring no further refreshes. */
async function mayProvoke({ engine, configuration }: Vault, who: string) {
  const { store, now } = engine.platform
  let provoked = provoke(undefined, now())
  await store.swap(`provoked ${configuration} ${who}`, (stored) => {
    provoked = provoke(stored, now())
    return provoked.kind === 'allowed' ? provoked.times : undefined
  })
  return provoked
}
