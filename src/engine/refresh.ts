import { classify, type RefreshOutcome } from '../policy/classify.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { isOpen, patienceMs } from '../policy/journal.ts'
import { servesUntil } from '../policy/lifetime.ts'
import { blank, ended, isSameState, refreshed, signedIn, withRefresh } from '../policy/record.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { credentialOf, isRefreshable } from '../policy/refresh-credential.ts'
import { LOCK_WAIT_MS, LONGEST_HOLD_MS, nextTry, pauseAfter, pauseOver } from '../policy/schedule.ts'
import type {
  ActiveRecord,
  EndedRecord,
  Journal,
  Pause,
  RefreshCredential,
  SessionRecord,
  SignedOutRecord,
} from '../policy/vocabulary.ts'
import { isOnline, whenOnline } from '../io/connection.ts'
import { wait } from '../io/deadline.ts'
import { withLock } from '../io/lock.ts'
import type { ProvideReason } from '../protocol.ts'
import type { Platform } from './platform.ts'
import type { StoredRecord } from './stored-record.ts'
import type { TokenSource } from './token-source.ts'

/** What a refresh brought to those who waited. `moved`: another context refreshed, or somebody signed in, first. */
export type Refreshed =
  | { readonly kind: 'success' | 'moved'; readonly record: ActiveRecord }
  | { readonly kind: 'ended'; readonly record: EndedRecord }
  | { readonly kind: 'signed-out'; readonly record: SignedOutRecord }
  | { readonly kind: 'failed'; readonly record: SessionRecord; readonly pause: Pause }

/** One refresh of one session. */
export interface RefreshJob {
  readonly session: string
  readonly config: SessionConfiguration
  readonly stored: StoredRecord
  readonly source: TokenSource
  /** What prevents the call: it is not known from the file where the credential may go. */
  readonly prevented?: RefreshOutcome | undefined
  readonly platform: Platform
  /** What the caller saw: when the store holds another state, the refresh has been done already. */
  readonly seen: SessionRecord
  /** Also tries during a pause. */
  readonly force: boolean
  /** An access token that a resource server refused: a refresh that brings it again brings nothing. */
  readonly refusedToken: string | undefined
  /** Aborted when the user leaves or another signs in. */
  readonly signal: AbortSignal
  /** Called after a commit that other contexts must hear of. */
  readonly onCommitted: (record: SessionRecord) => void
  /** Called with tokens that arrived after the user had left: they can only be revoked. */
  readonly onUnwanted: (record: ActiveRecord) => void
}

/** Where the lock cannot be acquired, and on plain http, which has none, the journal replaces it. It is read again after so many ms. */
const REREAD_MS = 100

/** Brings a new access token, once for all contexts of the origin. */
export async function refresh(job: RefreshJob): Promise<Refreshed> {
  const first = await inTurn(job, LOCK_WAIT_MS)
  if (first.kind !== 'failed' || isOnline() || !(await whenOnline(LONGEST_HOLD_MS))) return first
  // The connection is back, which ends a pause.
  return inTurn({ ...job, seen: first.record, force: true }, LOCK_WAIT_MS)
}

async function inTurn(job: RefreshJob, waitMs: number): Promise<Refreshed> {
  const locked = async () => refreshOnce(job, await job.stored.reread())
  return (await withLock(`bearer-worker ${job.stored.key}`, waitMs, locked, async () => undefined)) ?? withoutLock(job)
}

/** The lock cannot be acquired in time, or there are no locks. */
async function withoutLock(job: RefreshJob): Promise<Refreshed> {
  const { stored, source, platform } = job
  const record = await stored.reread()
  // Another context called the server not long ago: its answer is on its way, and a second call would be a reuse.
  const left = patienceMs(record.journal, source.timeoutSeconds * 1000, platform.now())
  // The journal is compared with the very record that was judged, so that a context which begins in between is seen.
  if (!left) return (await refreshOnce(job, record)) ?? withoutLock(job)
  // The lock may be held for ever by another script of the origin: what counts is what the store says.
  await wait(Math.min(left, REREAD_MS))
  return withoutLock(job)
}

/** Resolves with undefined when another context began at the same moment, without the lock. */
async function refreshOnce(job: RefreshJob, record: SessionRecord): Promise<Refreshed | undefined> {
  const { stored, source, platform, seen, force } = job
  if (!isSameState(record, seen)) return settledBy(record)
  const credential = credentialFor(record, source, force)
  if (!credential) return settledBy(record.state === 'active' ? blank : record)
  const isRefused = isRefusedIn(record, job.refusedToken)
  if (record.pause && !force && !pauseOver(record.pause, platform.now(), isRefused)) return failed(record, record.pause)

  const at = platform.now()
  const prevented = job.prevented ?? (await source.ready())
  if (prevented) {
    // The credential was not sent: a journal that was open stays open.
    return tell(
      job,
      at,
      { outcome: prevented, sentAt: at },
      await commit(job, record, { outcome: prevented, sentAt: at }),
    )
  }
  const journal: Journal = { credential, since: at }
  const begun = await stored.begin(record, journal)
  if (!isSameState(begun, record)) return settledBy(begun)
  if (begun.journal !== journal) return undefined
  const tried = await tries(job, record, credential)
  return tell(job, at, tried, await commit(job, withRefresh(record, undefined, record.pause), tried))
}

/** After a sign-in by cookie, `refresh()` is how a session begins: then nobody has to be signed in. The same with tokens by the page. */
function credentialFor(record: SessionRecord, { by }: TokenSource, force: boolean): RefreshCredential | undefined {
  if (isRefreshable(record, by)) return credentialOf(record, by)
  if (by === 'page') return force || record.state === 'signed-out' ? { kind: 'page' } : undefined
  return force && by === 'cookie' ? { kind: 'cookie' } : undefined
}

/** What the last try brought. */
interface Tried {
  readonly outcome: RefreshOutcome
  /** ms since epoch, just before it was sent. */
  readonly sentAt: number
  /** Of the server's answer, if there was one. */
  readonly status?: number | undefined
}

async function tries(job: RefreshJob, record: SessionRecord, credential: RefreshCredential): Promise<Tried> {
  const { config, stored, source, platform, signal, refusedToken } = job
  // A worker was stopped between the server's rotation and the commit: this is the one more try.
  let ambiguousBefore = isOpen(record.journal, credential)
  const tokens: Partial<ActiveRecord> = record.state === 'active' ? record : {}
  const isRefused = isRefusedIn(record, refusedToken)
  const context = {
    config,
    dpop: source.dpop,
    refreshedBefore: record.state === 'active' && record.refreshedBefore === true,
    ...(isRefused && tokens.accessToken && { refreshedAccessToken: tokens.accessToken }),
  }
  const reason = provideReason(job, isRefused)
  for (let attempt = 0; ; attempt++) {
    const sentAt = platform.now()
    if (attempt) await stored.change(record, withRefresh(record, { credential, since: sentAt }, record.pause))
    const answer = await source.call({
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      reason,
      signal,
    })
    const status = answer.kind === 'answer' ? answer.status : undefined
    const isAnswer = answer.kind === 'answer' || answer.kind === 'no-answer'
    const outcome = isAnswer ? classify(answer, { ...context, now: platform.now(), sentAt }) : answer
    if (outcome.kind !== 'for-now' || signal.aborted) return { outcome, sentAt, status }
    const waiting = job.force || servesUntil(tokens, refusedToken, sentAt) === 0
    const facts = { attempt, ambiguousBefore, pause: record.pause, waiting, random: platform.random() }
    const next = nextTry(outcome, facts)
    if (next.kind === 'stop') return { outcome, sentAt, status }
    ambiguousBefore ||= outcome.ambiguous
    await wait(next.afterMs)
  }
}

function isRefusedIn(record: SessionRecord, refusedToken: string | undefined): boolean {
  return record.state === 'active' && record.accessToken !== undefined && record.accessToken === refusedToken
}

function provideReason({ force, seen }: RefreshJob, isRefused: boolean): ProvideReason {
  if (force) return 'asked'
  if (isRefused) return 'refused'
  return seen.state === 'active' && seen.accessToken !== undefined ? 'expired' : 'missing'
}

/** Commits before those who wait are released, and before anybody is told. `record.journal` is what stays open. */
async function commit(job: RefreshJob, record: SessionRecord, { outcome, sentAt }: Tried): Promise<Refreshed> {
  const { config, stored, platform, onCommitted, onUnwanted } = job
  const now = platform.now()
  const commitTo = async (next: SessionRecord) => {
    const committed = await stored.change(record, next)
    onCommitted(committed)
    return committed
  }
  switch (outcome.kind) {
    case 'success': {
      const receipt = { sentAt, now, lifetimeSeconds: config.lifetimeSeconds, random: platform.random() }
      const { tokens } = outcome
      const next = record.state === 'active' ? refreshed(record, tokens, receipt) : signedIn(record, tokens, receipt)
      const committed = await commitTo(next)
      if (committed.epoch !== next.epoch) onUnwanted(next)
      const isOurs = committed.state === 'active' && committed.accessToken === next.accessToken
      return isOurs ? { kind: 'success', record: committed } : settledBy(committed)
    }
    case 'ended':
      // A cookie that brings nothing ends no session: nobody was signed in.
      if (record.state !== 'active' && job.source.by !== 'page')
        return settledBy(await stored.change(record, withRefresh(record, undefined, undefined)))
      return settledBy(await commitTo(ended(record, outcome.reason)))
    case 'for-now':
    case 'needs-user':
    case 'configuration': {
      const tokens = record.state === 'active' ? record : {}
      const pause = pauseAfter(outcome, {
        before: record.pause,
        servesUntil: servesUntil(tokens, job.refusedToken, now),
        now,
        random: platform.random(),
      })
      const committed = await stored.change(record, withRefresh(record, record.journal, pause))
      return isSameState(committed, record) ? failed(committed, pause) : settledBy(committed)
    }
  }
}

function tell({ session, source, platform }: RefreshJob, at: number, { outcome, status }: Tried, result: Refreshed) {
  platform.record({
    kind: 'refresh',
    at,
    session,
    method: source.method,
    url: redactUrl(source.url),
    outcome: result.kind === 'moved' ? 'moved' : outcome.kind,
    ...(status !== undefined && { status }),
    waitedMs: 0,
    durationMs: platform.now() - at,
  })
  return result
}

const failed = (record: SessionRecord, pause: Pause): Refreshed => ({ kind: 'failed', record, pause })

function settledBy(record: SessionRecord): Refreshed {
  switch (record.state) {
    case 'active':
      return { kind: 'moved', record }
    case 'ended':
      return { kind: 'ended', record }
    case 'signed-out':
      return { kind: 'signed-out', record }
  }
}
