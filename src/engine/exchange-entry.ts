import { redactUrl } from '../policy/redact-url.ts'
import type { Entry, Ticket } from '../protocol.ts'

/**
 * The entry of an exchange in the history.
 * @param status of the answer that the page gets; undefined for a network error, 0 for an answer that hides it
 * @param named the account and the API whose access token it went with
 * @param now ms since epoch
 */
export function exchangeEntry(
  { session, method, url, startedAt, waitedMs, refusedStatus, ...ticket }: Ticket,
  status: number | undefined,
  { named, now }: { readonly named: Pick<Entry, 'account' | 'resource'>; readonly now: number },
): Entry {
  const failed = status === undefined
  const outcome = failed ? 'failed' : ticket.outcome
  return {
    kind: 'request',
    at: startedAt,
    session,
    ...named,
    method,
    url: redactUrl(url),
    outcome,
    ...(!failed && status > 0 && { status }),
    ...(outcome === 'replayed' && refusedStatus !== undefined && { refusedStatus }),
    waitedMs,
    durationMs: now - startedAt,
  }
}
