import { handlers } from '../engine/calls.ts'
import { toErrorData } from '../errors.ts'
import { readVaultRequest, type VaultRequest, vaultPageUrl } from '../policy/vault-page.ts'
import { isAppUrl } from './app-url.ts'
import { keepsStoresApart } from './handover.ts'
import { takeLeaving } from './leaving.ts'
import { handOver } from './sign-in-in-frame.ts'
import type { Vault } from './vault.ts'

/** Nobody asked for anything: the page was opened by hand. */
const NOTHING_TO_DO = 'This page keeps your sign-in. There is nothing to do here: go back to the app.'

/** The page was opened by itself: for a sign-in, at the user's return from the authorization server, or to end a session there. */
export async function openedAtTopLevel(vault: Vault): Promise<void> {
  try {
    const next = await nextOf(vault)
    if (next === undefined) show(NOTHING_TO_DO)
    else location.replace(next)
  } catch (error) {
    const { message } = toErrorData(error)
    console.error(message)
    show('The sign-in could not begin. Go back to the app, and try again.')
  }
}

async function nextOf(vault: Vault): Promise<string | undefined> {
  const apps = await vault.apps()
  const isReturn = /[?&]state=/.test(location.search)
  if (isReturn) {
    const { href } = location
    // Neither code nor state stays in the history.
    history.replaceState(null, '', vault.page)
    const back = keepsStoresApart()
      ? await handOver(vault, href)
      : await vault.engine.finishSignIn({ method: 'GET', url: href })
    const request = back === undefined ? undefined : readVaultRequest(new URL(back).hash)
    return request?.does === 'go-on' && isAppUrl(request.returnTo, apps) ? request.returnTo : undefined
  }
  const request = readVaultRequest(location.hash)
  history.replaceState(null, '', vault.page)
  switch (request?.does) {
    case 'sign-in':
      return signInUrl(vault, request, apps)
    case 'sign-out': {
      const leaving = await takeLeaving(vault, request.session)
      return leaving?.next
    }
    default:
      return undefined
  }
}

async function signInUrl(
  { engine, page }: Vault,
  { session, returnTo, parameters }: Extract<VaultRequest, { does: 'sign-in' }>,
  apps: readonly string[],
): Promise<string | undefined> {
  if (!isAppUrl(returnTo, apps)) return undefined
  const goOn = vaultPageUrl(page, { does: 'go-on', returnTo })
  // Any page can open this one: what is sent along is an app's only where the browser says that an app sent it.
  const own = isAppUrl(document.referrer, apps) ? parameters : {}
  const call = { session, returnTo: goOn, page, parameters: own }
  if (!keepsStoresApart()) return handlers.signIn(engine, call)
  // A key cannot be handed over to the frame: the frame makes its own, as for a session in memory.
  const { name, authorizationServer } = await engine.confirmedSession(session)
  return authorizationServer?.signInUrl(call, { name, account: undefined, memory: true })
}

function show(text: string): void {
  const place = document.getElementById('bearer-worker-vault')
  if (place) place.textContent = text
  else document.addEventListener('DOMContentLoaded', () => show(text), { once: true })
}
