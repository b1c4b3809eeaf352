import { type Api, nameOf } from '../policy/api-tokens.ts'
import { classify, outcomeForApi, type RefreshOutcome } from '../policy/classify.ts'
import type { SessionConfiguration } from '../policy/configuration.ts'
import { hasAccessToken } from '../policy/decide.ts'
import { isOpen, patienceMs } from '../policy/journal.ts'
import { servesUntil } from '../policy/lifetime.ts'
import {
  blank,
  ended,
  fromVault,
  isSameState,
  type Receipt,
  refreshed,
  signedIn,
  signedOut,
  withRefresh,
} from '../policy/record.ts'
import { noTokenMessage } from '../policy/no-token.ts'
import { redactUrl } from '../policy/redact-url.ts'
import { credentialOf, isRefreshable, renewingToken } from '../policy/refresh-credential.ts'
import { LOCK_WAIT_MS, LONGEST_HOLD_MS, nextTry, pauseAfter, pauseOver } from '../policy/schedule.ts'
import type {
  ActiveRecord,
  EndedRecord,
  Journal,
  Pause,
  RefreshCredential,
  SessionRecord,
  SignedOutRecord,
  TokenResponse,
} from '../policy/vocabulary.ts'
import { isOnline, whenOnline } from '../io/connection.ts'
import { warn } from '../io/console.ts'
import { wait } from '../io/deadline.ts'
import { withLock } from '../io/lock.ts'
import type { ProvideReason } from '../protocol.ts'
import type { Platform } from './platform.ts'
import type { StoredRecord } from './stored-record.ts'
import type { TokenSource } from './token-source.ts'

/** What a refresh brought to those who waited. `moved`: another context refreshed, or somebody signed in, first. */
export type Refreshed = (
  | { readonly kind: 'success' | 'moved'; readonly record: ActiveRecord }
  | { readonly kind: 'ended'; readonly record: EndedRecord }
  | { readonly kind: 'signed-out'; readonly record: SignedOutRecord }
  | {
      readonly kind: 'failed'
      readonly record: SessionRecord
      readonly pause: Pause
      /** It was for an API. For the session's own token, the same answer would have ended the session. */
      readonly doubtful?: boolean
    }
) & {
  /** Tokens that arrived after the user had left: they can only be revoked. */
  readonly unwanted?: ActiveRecord
}

/** The stored record that a refresh changes: that of a session, or as one of its APIs sees it. */
export type RefreshedRecord = Pick<StoredRecord, 'key' | 'reread' | 'change' | 'begin'>

/** One refresh of one session. */
export interface RefreshJob {
  readonly session: string
  /** Which account and which access token it is for, in entries of the history. */
  readonly named: { readonly account?: string; readonly resource?: string }
  /** Whose access token is wanted; undefined for the session's own. */
  readonly api?: Api
  readonly config: SessionConfiguration
  readonly stored: RefreshedRecord
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
}

/** ms after which the journal is read again. It replaces the lock where that cannot be acquired, and on plain http, which has none. */
const JOURNAL_POLL_MS = 100

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
  // Asking a vault twice costs nothing: the journal of the refresh itself is there.
  if (source.by !== 'vault') {
    const journal: Journal = { credential, since: at }
    const begun = await stored.begin(record, journal)
    if (!isSameState(begun, record)) return resultOf(begun)
    if (begun.journal !== journal) return undefined
  }
  const tried = await tries(job, record, credential)
  return tell(job, at, tried, await commit(job, withRefresh(record, undefined, record.pause), tried))
}

/** What to refresh with. With `cookie` and `page`, `refresh()` also begins a session: nobody needs to be signed in. */
function credentialFor(record: SessionRecord, { by }: TokenSource, force: boolean): RefreshCredential | undefined {
  if (by === 'vault') return { kind: by }
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
  /** See `outcomeForApi`. */
  readonly doubtful?: boolean
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

/** Commits the result before requests that wait go on, and before notices are sent. `record.journal` stays in the store. */
async function commit(job: RefreshJob, record: SessionRecord, tried: Tried): Promise<Refreshed> {
  const { outcome, sentAt, doubtful = false } = tried
  const { config, stored, platform, onCommitted } = job
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
      const next = nextRecord(job, record, tokens, receipt)
      const committed = await commitTo(next)
      if (committed.epoch !== next.epoch) return { ...resultOf(committed), unwanted: next }
      const isOurs = committed.state === 'active' && committed.accessToken === next.accessToken
      return isOurs ? { kind: 'success', record: committed } : resultOf(committed)
    }
    case 'signed-out': {
      const { reason } = outcome
      if (record.state !== 'active' && record.reason === reason)
        return resultOf(await stored.change(record, withRefresh(record, undefined, undefined)))
      return resultOf(await commitTo(signedOut(record, now, reason)))
    }
    case 'ended':
      // Nobody was signed in, so a cookie without a session behind it ends none.
      if (record.state !== 'active' && job.source.by !== 'page')
        return resultOf(await stored.change(record, withRefresh(record, undefined, undefined)))
      return resultOf(await commitTo(ended(record, outcome.reason)))
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
      return isSameState(committed, record) ? { ...failed(committed, pause), doubtful } : resultOf(committed)
    }
  }
}

function nextRecord(
  { source }: RefreshJob,
  record: SessionRecord,
  tokens: TokenResponse,
  receipt: Receipt,
): ActiveRecord {
  if (source.by === 'vault') return fromVault(record, tokens, receipt)
  return record.state === 'active' ? refreshed(record, tokens, receipt) : signedIn(record, tokens, receipt)
}

function tell(job: RefreshJob, at: number, { outcome, status }: Tried, result: Refreshed) {
  const { session, named, source, platform, seen } = job
  // A wrong path in `tokenFields` would look like a fault of the server.
  if (outcome.kind === 'for-now' && outcome.noToken) {
    const where = `the answer of ${redactUrl(source.url)}, which refreshes session "${session}",`
    warn(noTokenMessage(where, outcome.noToken))
  }
  const isSignedOut = outcome.kind === 'signed-out'
  // Nobody was signed in before either: the vault was only asked.
  if (isSignedOut && result.kind === 'signed-out' && seen.state !== 'active') return result
  if (job.api && (outcome.kind === 'configuration' || outcome.kind === 'needs-user'))
    warn(refusedApiMessage(session, job.api, outcome.reason))
  platform.record({
    kind: 'refresh',
    at,
    session,
    ...named,
    method: source.method,
    url: redactUrl(source.url),
    outcome: result.kind === 'moved' || isSignedOut ? 'moved' : outcome.kind,
    ...(status !== undefined && { status }),
    waitedMs: 0,
    durationMs: platform.now() - at,
  })
  return result
}

const refusedApiMessage = (session: string, api: Api, reason: string): string =>
  `The token endpoint gives session "${session}" no access token for ${nameOf(api)} (${reason}). Correct "resource" and "scope" of its entry in "resources", allow them at the server, or let the user sign in once more to agree to them. It is asked again after that, after refresh(), or when a page is loaded.`

const failed = (record: SessionRecord, pause: Pause): Extract<Refreshed, { kind: 'failed' }> => ({
  kind: 'failed',
  record,
  pause,
})

function resultOf(record: SessionRecord): Refreshed {
  switch (record.state) {
    case 'active':
      return { kind: 'moved', record }
    case 'ended':
      return { kind: 'ended', record }
    case 'signed-out':
      return { kind: 'signed-out', record }
  }
}
