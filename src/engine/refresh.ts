import { classify, outcomeForApi } from '../policy/classify.ts'
import { hasAccessToken, isAuthorized } from '../policy/decide.ts'
import { isOpen, patienceMs } from '../policy/journal.ts'
import { servesUntil } from '../policy/lifetime.ts'
import { blank, isSameState, withRefresh } from '../policy/record.ts'
import { credentialOf, isRefreshable, renewingToken } from '../policy/refresh-credential.ts'
import { LOCK_WAIT_MS, LONGEST_HOLD_MS, nextTry, pauseOver } from '../policy/schedule.ts'
import type { ActiveRecord, Journal, RefreshCredential, SessionRecord } from '../policy/vocabulary.ts'
import { isOnline, whenOnline } from '../io/connection.ts'
import { wait } from '../io/deadline.ts'
import { withLock } from '../io/lock.ts'
import type { ProvideReason } from '../protocol.ts'
import { commit, failed, resultOf } from './refresh-commit.ts'
import type { Refreshed, RefreshJob, Tried } from './refresh-job.ts'
import { report } from './refresh-report.ts'
import type { TokenSource } from './token-source.ts'

/** ms after which the journal is read again. It replaces the lock where that cannot be acquired, and on plain http, which has none. */
const JOURNAL_POLL_MS = 100

/** Brings a new access token, once for all contexts of the origin. */
export async function refresh(job: RefreshJob): Promise<Refreshed> {
  const first = await upToDate(job)
  if (first.kind !== 'failed' || isOnline() || !(await whenOnline(LONGEST_HOLD_MS))) return first
  // The connection is back, which ends a pause.
  return hereOrElsewhere({ ...job, seen: first.record, force: true })
}

/**
 * While the vault answers, its frame may tell that another user has signed in, or that the user has signed out. The stored record then has no
 * access token, and the answer is out of date. So the vault is asked once more.
 */
async function upToDate(job: RefreshJob): Promise<Refreshed> {
  const first = await hereOrElsewhere(job)
  const isOutdated = job.source.by === 'vault' && first.kind === 'moved' && !isAuthorized(first.record)
  return isOutdated ? hereOrElsewhere({ ...job, seen: first.record }) : first
}

/** Another page may refresh in place of this one. It takes the lock itself, so this one does not hold it meanwhile. */
async function hereOrElsewhere(job: RefreshJob): Promise<Refreshed> {
  const { api, seen, source, signal, stored, platform } = job
  const at = platform.now()
  const isTried = async () => {
    const record = await stored.reread()
    return !isSameState(record, seen) || (record.pause?.since ?? 0) >= at
  }
  const reason = provideReason(job, hasAccessToken(seen, job.refusedToken))
  const wasTried = !job.prevented && (await source.elsewhere?.({ api, seen, reason, signal, isTried }))
  if (!wasTried) return inTurn(job, LOCK_WAIT_MS)
  const refreshed = await inTurn({ ...job, force: false }, LOCK_WAIT_MS)
  // It was for this one: where the new token is refused as well, that refresh was ineffective.
  const isBrought = refreshed.kind === 'moved' && refreshed.record.accessToken !== undefined
  return isBrought ? { ...refreshed, kind: 'success' } : refreshed
}

async function inTurn(job: RefreshJob, waitMs: number): Promise<Refreshed> {
  const locked = async () => refreshOnce(job, await job.stored.reread())
  return (await withLock(`bearer-worker ${job.stored.key}`, waitMs, locked, async () => undefined)) ?? withoutLock(job)
}

/** The lock cannot be acquired in time, or there are no locks. */
async function withoutLock(job: RefreshJob): Promise<Refreshed> {
  const { stored, source, platform } = job
  const record = await stored.reread()
  // Another context has called the server, and its answer may still come: a second call would reuse the refresh token.
  const left = patienceMs(record.journal, source.timeoutSeconds * 1000, platform.now())
  // `begin` compares the journal with that of `record`, so a context that begins in between is detected.
  if (!left) return (await refreshOnce(job, record)) ?? withoutLock(job)
  // Another script of the origin may hold the lock for ever, so go by the store.
  await wait(Math.min(left, JOURNAL_POLL_MS))
  return withoutLock(job)
}

/** Resolves with undefined when another context began at the same moment, without the lock. */
async function refreshOnce(job: RefreshJob, record: SessionRecord): Promise<Refreshed | undefined> {
  const { stored, source, platform, seen, force } = job
  // Where there is no token, another state of the same user changes nothing: the request still needs one.
  const needsOne = record.state === 'active' && !record.accessToken && record.epoch === seen.epoch
  if (!isSameState(record, seen) && !needsOne) return resultOf(record)
  const credential = credentialFor(record, source, force)
  if (!credential) return resultOf(record.state === 'active' ? blank : record)
  const isRefused = hasAccessToken(record, job.refusedToken)
  // Another page was asked meanwhile, and failed: that is the answer for all pages.
  const isAnswered = source.by === 'page' && record.pause?.retryAt !== seen.pause?.retryAt
  const isTooSoon = record.pause && !pauseOver(record.pause, platform.now(), isRefused)
  if (record.pause && isTooSoon && (!force || isAnswered)) return failed(record, record.pause)

  const begunAt = platform.now()
  const conclude = async (from: SessionRecord, tried: Tried): Promise<Refreshed> => {
    const result = await commit(job, from, tried)
    report(job, begunAt, tried, result)
    return result
  }
  const prevented = job.prevented ?? (await source.ready())
  // The credential was not sent: a journal that was open stays open.
  if (prevented) return conclude(record, { outcome: prevented, sentAt: begunAt })
  // Asking a vault twice costs nothing: the journal of the refresh itself is there.
  if (source.by !== 'vault') {
    const journal: Journal = { credential, since: begunAt }
    const begun = await stored.begin(record, journal)
    if (!isSameState(begun, record)) return resultOf(begun)
    if (begun.journal !== journal) return undefined
  }
  return conclude(withRefresh(record, undefined, record.pause), await tries(job, record, credential))
}

/** What to refresh with. With `cookie` and `page`, `refresh()` also begins a session: nobody needs to be signed in. */
function credentialFor(record: SessionRecord, { by }: TokenSource, force: boolean): RefreshCredential | undefined {
  if (by === 'vault') return { kind: by }
  if (isRefreshable(record, by)) return credentialOf(record, by)
  if (by === 'page') return force || record.state === 'signed-out' ? { kind: 'page' } : undefined
  return force && by === 'cookie' ? { kind: 'cookie' } : undefined
}

async function tries(job: RefreshJob, record: SessionRecord, credential: RefreshCredential): Promise<Tried> {
  const { config, stored, source, platform, signal, refusedToken } = job
  // An open journal: a worker was stopped between rotation and commit. This refresh is then the one retry.
  let ambiguousBefore = isOpen(record.journal, credential)
  const tokens: Partial<ActiveRecord> = record.state === 'active' ? record : {}
  const isRefused = hasAccessToken(record, refusedToken)
  const context = {
    config,
    dpop: source.dpop,
    renewsItself: credential.kind === 'access-token',
    secrets: [tokens.accessToken, tokens.refreshToken, tokens.idToken].filter((token) => token !== undefined),
    refreshedBefore: record.state === 'active' && record.refreshedBefore === true,
    ...(tokens.accessToken && replacedBy(job, isRefused, tokens.accessToken)),
  }
  const reason = provideReason(job, isRefused)
  for (let attempt = 0; ; attempt++) {
    const sentAt = platform.now()
    if (attempt) await stored.change(record, withRefresh(record, { credential, since: sentAt }, record.pause))
    const answer = await source.call({
      accessToken: record.state === 'active' ? renewingToken(record) : undefined,
      refreshToken: tokens.refreshToken,
      api: job.api,
      reason,
      signal,
    })
    const status = answer.kind === 'answer' ? answer.status : undefined
    const isAnswer = answer.kind === 'answer' || answer.kind === 'no-answer'
    const judged = isAnswer ? classify(answer, { ...context, now: platform.now(), sentAt }) : answer
    // Only a server can refuse one API: a provider that says that the session is over means all of it.
    const { outcome, doubtful } = job.api && isAnswer ? outcomeForApi(judged) : { outcome: judged, doubtful: false }
    if (outcome.kind !== 'for-now' || signal.aborted) return { outcome, sentAt, status, doubtful }
    const waiting = job.force || servesUntil(tokens, refusedToken, sentAt) === 0
    const facts = { attempt, ambiguousBefore, pause: record.pause, waiting, random: platform.random() }
    const next = nextTry(outcome, facts)
    if (next.kind === 'stop') return { outcome, sentAt, status }
    ambiguousBefore ||= outcome.ambiguous
    await wait(next.afterMs)
  }
}

/** Which token is no new one. A `refresh()` by hand may bring the same again: a provider can have it in its cache. */
function replacedBy({ force }: RefreshJob, isRefused: boolean, accessToken: string) {
  if (isRefused) return { refreshedAccessToken: accessToken }
  return force ? {} : { agedAccessToken: accessToken }
}

function provideReason({ force, seen }: RefreshJob, isRefused: boolean): ProvideReason {
  if (force) return 'asked'
  if (isRefused) return 'refused'
  return seen.state === 'active' && seen.accessToken !== undefined ? 'expired' : 'missing'
}
