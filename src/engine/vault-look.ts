import { asksVault } from '../policy/decide.ts'
import { withoutAccessToken } from '../policy/record.ts'
import type { Session } from './session.ts'

/** ms that a page waits for what the vault says of a session that nobody is known to be signed in to. */
export const VAULT_LOOK_MS = 3_000

/** Asks the vault where nobody is known to be signed in: somebody may have signed in there. */
export async function lookAway(session: Session): Promise<void> {
  const record = await session.stored.read()
  const isAsked = asksVault(record, session.tokenSource?.by) && session.decide(record).kind === 'hold'
  if (isAsked) await session.refresh(record)
}

/** What the vault's frame in a page says of a session. Where that is another thing than what is known, the vault itself is asked. */
export async function lookAgain(
  session: Session,
  said: { readonly state: unknown; readonly epoch: unknown },
): Promise<void> {
  const record = await session.stored.reread()
  const isKnown = record.state === said.state && (record.state !== 'active' || record.vault?.epoch === said.epoch)
  if (isKnown || !session.vault) return
  await doubt(session)
  await session.resume('for-now')
  await session.refresh(await session.stored.reread())
}

/** Has the next request wait until the vault has said who is signed in now. */
export async function doubt({ vault, stored }: Session): Promise<void> {
  vault?.doubt()
  await stored.write(withoutAccessToken)
}
