import { classify, type RefreshOutcome } from '../policy/classify.ts'
import { servesUntil } from '../policy/lifetime.ts'
import { ended, isRefreshable, refreshed, signedIn, withRefresh } from '../policy/record.ts'
import { LOCK_WAIT_MS, LONGEST_HOLD_MS, nextTry, patienceMs, pauseAfter, pauseOver } from '../policy/schedule.ts'
import type { Journal, Pause, SessionRecord } from '../policy/vocabulary.ts'
import { wait } from '../io/deadline.ts'
import { withLock } from '../io/lock.ts'
import { revokeTokens } from './sign-out.ts'
import { whenOnline } from './connection.ts'
import type { Platform } from './platform.ts'
import { redactUrl } from '../policy/redact-url.ts'
import type { Session } from './session.ts'
import type { TokenSource } from './token-source.ts'

/** What a refresh brought, for those who waited. `moved`: another context, or the user, was first. */
export type Refreshed =
  | { readonly kind: 'success' | 'moved' | 'ended' | 'signed-out'; readonly record: SessionRecord }
  | { readonly kind: 'failed'; readonly record: SessionRecord; readonly pause: Pause }

/** Brings a new access token for what was `seen`: once for all contexts of the origin. */
export async function refresh(
  session: Session,
  platform: Platform,
  seen: SessionRecord,
  force: boolean,
): Promise<Refreshed> {
  const { gaveUp } = session
  const online = await whenOnline(LONGEST_HOLD_MS)
  const once = (record: SessionRecord) => refreshOnce(session, platform, seen, record, { force, online, gaveUp })
  const withLockHeld = async () => once(await session.look())
  const turn = async (waitMs: number): Promise<Refreshed> =>
    (await withLock(`bearer-worker ${session.key}`, waitMs, withLockHeld, async () => undefined)) ?? withoutLock()
  const withoutLock = async (): Promise<Refreshed> => {
    const record = await session.look()
    // Somebody called the server not long ago: the answer is on its way, and a second call would be a reuse.
    const left = patienceMs(record.journal, (session.tokenSource?.timeoutSeconds ?? 0) * 1000, platform.now())
    // The same record that was judged is the one that the journal is compared with: who begins in between is seen.
    if (!left) return (await once(record)) ?? withoutLock()
    if (navigator.locks as LockManager | undefined) return turn(left)
    await wait(Math.min(left, LOOK_AGAIN_MS))
    return withoutLock()
  }
  return turn(LOCK_WAIT_MS)
}

/** On plain http there are no locks: the journal stands in for one. */
const LOOK_AGAIN_MS = 100

interface Attempt {
  readonly force: boolean
  readonly online: boolean
  readonly gaveUp: AbortSignal
}

/** Undefined when somebody else began at the same moment, without the lock. */
async function refreshOnce(
  session: Session,
  platform: Platform,
  seen: SessionRecord,
  record: SessionRecord,
  { force, online, gaveUp }: Attempt,
): Promise<Refreshed | undefined> {
  if (record.epoch !== seen.epoch || record.generation !== seen.generation) return settledBy(record)
  // After a sign-in by cookie, refresh() is how a session begins.
  const mayBegin = force && session.cookieRefresh && record.state !== 'active'
  const { tokenSource } = session
  if (!tokenSource || !(mayBegin || isRefreshable(record, session.cookieRefresh))) return { kind: 'signed-out', record }
  if (record.pause && !force && !pauseOver(record.pause, platform.now(), record.accessToken === session.refused))
    return { kind: 'failed', record, pause: record.pause }

  const at = platform.now()
  const inTheWay = online ? await tokenSource.ready() : offline
  if (!inTheWay) {
    const journal: Journal = { refreshToken: record.refreshToken ?? '', since: at }
    const begun = await session.begin(record, journal)
    if (begun.epoch !== record.epoch || begun.generation !== record.generation) return settledBy(begun)
    if (begun.journal !== journal) return undefined
  }
  const { outcome, sentAt, status }: Tried = inTheWay
    ? { outcome: inTheWay, sentAt: at }
    : await tries(session, tokenSource, platform, record, { force, gaveUp })
  const result = await commit(
    session,
    platform,
    record,
    outcome,
    sentAt,
    /* what was sent before is still open */ inTheWay ? record.journal : undefined,
  )
  platform.record({
    kind: 'refresh',
    at,
    session: session.name,
    method: tokenSource.method,
    url: redactUrl(tokenSource.url),
    outcome: result.kind === 'moved' ? 'moved' : outcome.kind,
    ...(status !== undefined && { status }),
    waitedMs: 0,
    durationMs: platform.now() - at,
  })
  return result
}

/** What the last try brought. */
interface Tried {
  readonly outcome: RefreshOutcome
  readonly sentAt: number
  /** Of the server's answer, if there was one. */
  readonly status?: number | undefined
}

const offline: RefreshOutcome = { kind: 'for-now', ambiguous: false, answered: false, reason: 'offline' }

async function tries(
  session: Session,
  source: TokenSource,
  platform: Platform,
  record: SessionRecord,
  { force, gaveUp }: Pick<Attempt, 'force' | 'gaveUp'>,
): Promise<Tried> {
  const { config } = session
  const refreshToken = record.refreshToken ?? ''
  // A journal of this very token: a worker was stopped between the server's rotation and our commit. This is the one more try.
  let ambiguousBefore = record.journal?.refreshToken === refreshToken
  for (let attempt = 0; ; attempt++) {
    const sentAt = platform.now()
    if (attempt) await session.change(record, withRefresh(record, { refreshToken, since: sentAt }, record.pause))
    const answer = await source.call(refreshToken, gaveUp)
    const outcome = classify(answer, {
      config,
      dpop: source.dpop,
      now: platform.now(),
      ...(record.accessToken && record.accessToken === session.refused && { refreshedAccessToken: record.accessToken }),
    })
    const status = answer.kind === 'answer' ? answer.status : undefined
    if (outcome.kind !== 'for-now' || gaveUp.aborted) return { outcome, sentAt, status }
    const waiting = force || servesUntil(record, session.refused, sentAt) === 0
    const next = nextTry(outcome, {
      attempt,
      ambiguousBefore,
      pause: record.pause,
      waiting,
      random: platform.random(),
    })
    if (next.kind === 'stop') return { outcome, sentAt, status }
    ambiguousBefore ||= outcome.ambiguous
    await wait(next.afterMs)
  }
}

/** Commits before anybody is released or told. `journal` is what stays open. */
async function commit(
  session: Session,
  platform: Platform,
  record: SessionRecord,
  outcome: RefreshOutcome,
  sentAt: number,
  journal: Journal | undefined,
): Promise<Refreshed> {
  const now = platform.now()
  const { lifetimeSeconds } = session.config
  switch (outcome.kind) {
    case 'success': {
      const next = (record.state === 'active' ? refreshed : signedIn)(record, outcome.tokens, {
        sentAt,
        now,
        lifetimeSeconds,
        random: platform.random(),
      })
      const stands = await session.commit(record, next)
      // Somebody left or came meanwhile: these tokens are nobody's.
      if (stands.epoch !== next.epoch) void revokeTokens(session, next, platform)
      return stands.accessToken === next.accessToken ? { kind: 'success', record: stands } : settledBy(stands)
    }
    case 'ended': {
      if (record.state !== 'active')
        return settledBy(await session.change(record, withRefresh(record, undefined, undefined)))
      const stands = await session.commit(record, ended(record, outcome.reason))
      return stands.state === 'ended' ? { kind: 'ended', record: stands } : settledBy(stands)
    }
    case 'for-now':
    case 'needs-user':
    case 'configuration': {
      const pause = pauseAfter(outcome, {
        before: record.pause,
        servesUntil: servesUntil(record, session.refused, now),
        now,
        random: platform.random(),
      })
      const stands = await session.change(record, withRefresh(record, journal, pause))
      return stands.generation === record.generation && stands.epoch === record.epoch
        ? { kind: 'failed', record: stands, pause }
        : settledBy(stands)
    }
  }
}

function settledBy(record: SessionRecord): Refreshed {
  return { kind: record.state === 'active' ? 'moved' : record.state, record }
}
