import { BearerWorkerError } from '../errors.ts'
import { isReserved } from '../policy/reserved-parameters.ts'
import { vaultPageUrl } from '../policy/vault-page.ts'
import type { Calls } from '../protocol.ts'
import type { Platform } from './platform.ts'
import type { Session } from './session.ts'
import type { Vault } from './vault.ts'
import { doubt } from './vault-look.ts'

/** ms for signing out of the vault. */
const SIGN_OUT_LIMIT_MS = 10_000

/**
 * URL of the vault's page, which signs the user in and goes on to `returnTo`. Nothing of the sign-in itself is known here.
 * Rejects with `sign-in-failed`.
 */
export async function signInAtVault(
  session: Session,
  { returnTo, page, parameters = {} }: Calls['signIn']['call'],
  { base }: Platform,
): Promise<string> {
  const target = URL.canParse(returnTo ?? page, page) ? new URL(returnTo ?? page, page) : undefined
  if (!target?.href.startsWith(`${base}/`)) throw failed(`returnTo has to be a URL of the site's own origin, ${base}.`)
  const reserved = Object.keys(parameters).find(isReserved)
  if (reserved !== undefined) throw failed(`The vault sets "${reserved}" itself: take it out of parameters.`)
  // Somebody else may have signed in when the user is back.
  await doubt(session)
  return vaultPageUrl(session.vault!.url, { does: 'sign-in', session: session.name, returnTo: target.href, parameters })
}

/** Signs out at the vault, of every app. Resolves with the URL of its page where the user has to go on from there. */
export async function signOutAtVault(session: string, vault: Vault, returnTo: string): Promise<string | undefined> {
  const limits = { limitMs: SIGN_OUT_LIMIT_MS, signal: new AbortController().signal }
  const answer = await vault.call('signOut', { session, returnTo }, limits)
  if (answer.kind === 'reply')
    return answer.value.goesOn ? vaultPageUrl(vault.url, { does: 'sign-out', session }) : undefined
  throw new BearerWorkerError({
    code: 'timeout',
    message: `The tokens of this app are forgotten, but its vault could not be reached, where session "${session}" goes on: call signOut() again.`,
  })
}

const failed = (message: string): BearerWorkerError => new BearerWorkerError({ code: 'sign-in-failed', message })
