import { servesUntil } from '../policy/lifetime.ts'
import {
  ended,
  fromVault,
  isSameState,
  type Receipt,
  refreshed,
  signedIn,
  signedOut,
  withRefresh,
} from '../policy/record.ts'
import { pauseAfter } from '../policy/schedule.ts'
import type { ActiveRecord, Pause, SessionRecord, TokenResponse } from '../policy/vocabulary.ts'
import type { Refreshed, RefreshJob, Tried } from './refresh-job.ts'

/** Commits the result before requests that wait go on, and before notices are sent. `record.journal` stays in the store. */
export async function commit(job: RefreshJob, record: SessionRecord, tried: Tried): Promise<Refreshed> {
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

export const failed = (record: SessionRecord, pause: Pause): Extract<Refreshed, { kind: 'failed' }> => ({
  kind: 'failed',
  record,
  pause,
})

/** What a state that another context committed brings. */
export function resultOf(record: SessionRecord): Refreshed {
  switch (record.state) {
    case 'active':
      return { kind: 'moved', record }
    case 'ended':
      return { kind: 'ended', record }
    case 'signed-out':
      return { kind: 'signed-out', record }
  }
}
