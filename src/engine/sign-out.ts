import { within } from '../io/deadline.ts'
import type { Platform } from './platform.ts'
import { LOOKUP_LIMIT_MS, revoke } from './revoke.ts'
import type { Session } from './session.ts'
import { signOutAtVault } from './vault-sign-in.ts'

/**
 * Forgets the tokens first, everywhere; then tells the server. Resolves with the URL of the end-session request, where
 * the user has to go there. @see https://openid.net/specs/openid-connect-rpinitiated-1_0.html#RPLogout
 */
export async function signOut(session: Session, platform: Platform, page?: string): Promise<string | undefined> {
  const forgotten = await session.signOut()
  if (session.vault) return signOutAtVault(session.name, session.vault, page ?? platform.home)
  await revoke(session, forgotten, platform)
  const idToken = forgotten.state === 'active' ? forgotten.idToken : undefined
  return within(LOOKUP_LIMIT_MS, endSessionUrl(session, idToken)).catch(() => undefined)
}

async function endSessionUrl(session: Session, idToken: string | undefined): Promise<string | undefined> {
  if (await session.unconfirmed()) return undefined
  return session.authorizationServer?.signOutUrl(idToken)
}
