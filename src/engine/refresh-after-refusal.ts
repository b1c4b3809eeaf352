import type { SessionRecord } from '../policy/vocabulary.ts'
import type { Authorizer } from './authorizer.ts'
import type { Refreshed } from './refresh-job.ts'

/** Refreshes after a refusal: a refusal of the new token as well counts as an ineffective refresh. */
export async function refreshAfterRefusal(authorizer: Authorizer, refused: SessionRecord): Promise<Refreshed> {
  return authorizer.refusals.answered(await authorizer.refresh(refused))
}
