import { isAppUrl } from './app-url.ts'
import { keepsStoresApart } from './handover.ts'
import type { Vault } from './vault.ts'

/** ms for which a prepared sign-out can be used. */
const LIFETIME_MS = 60_000

/** Where a sign-out goes on: the end-session endpoint, and then the app. */
interface Leaving {
  readonly next: string
  readonly returnTo: string
  /** ms since epoch. */
  readonly at: number
}

interface SignOut {
  /** URL of the end-session request; undefined where there is none. */
  readonly next: string | undefined
  readonly session: string
  readonly returnTo: string
}

/**
 * Keeps where the user has to go on, for the vault's page: the request names an ID token, which comes to no app. Resolves with
 * whether there is something to go on to.
 */
export async function prepareSignOut(
  { engine, configuration }: Vault,
  app: string,
  signOut: SignOut,
): Promise<boolean> {
  const { next, session, returnTo } = signOut
  // The vault's page would not find what its frame keeps: such a user stays signed in at the server.
  if (next === undefined || keepsStoresApart() || !isAppUrl(returnTo, [app])) return false
  const { store, now } = engine.platform
  const leaving: Leaving = { next, returnTo, at: now() }
  await store.swap(`leaving ${configuration} ${session}`, () => leaving)
  return true
}

/** Takes out what a sign-out has prepared; undefined when there is nothing, or it is old. */
export async function takeLeaving({ engine, configuration }: Vault, session: string): Promise<Leaving | undefined> {
  const { store, now } = engine.platform
  const { next, returnTo, at } = Object(await store.remove(`leaving ${configuration} ${session}`)) as Partial<Leaving>
  const isSound = typeof next === 'string' && typeof returnTo === 'string' && Math.abs(now() - Number(at)) < LIFETIME_MS
  return isSound ? { next, returnTo, at: Number(at) } : undefined
}
