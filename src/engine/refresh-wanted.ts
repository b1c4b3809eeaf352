import { isAuthorized } from '../policy/decide.ts'
import { isSameState } from '../policy/record.ts'
import type { SessionView, WantedOfPages } from '../protocol.ts'
import { refreshAfterRefusal } from './refresh-after-refusal.ts'
import type { Session } from './session.ts'

/**
 * Refreshes for a page that no worker covers. Any script of the origin can say that a token is wanted: it is refreshed only
 * while the store still has the state that it is wanted for, and after a refusal no more often than refusals of this realm's own allow.
 */
export async function refreshWanted(session: Session, wanted: WantedOfPages): Promise<SessionView> {
  const { api, reason } = wanted
  const isListed = api === undefined || session.config.resources.some((resource) => resource.api?.key === api)
  if (session.tokenSource?.by !== 'page' || !isListed) return session.view
  const authorizer = session.for(api)
  // The page has read the store, and this realm may have an older copy.
  session.stored.invalidate()
  const record = await authorizer.stored.read()
  if (!isSameState(record, wanted)) return session.view
  if (reason !== 'refused' || !isAuthorized(record)) await authorizer.refresh(record, reason === 'asked')
  else {
    authorizer.refused(record)
    if (!authorizer.refusals.isIneffective) await refreshAfterRefusal(authorizer, record)
  }
  return session.view
}
