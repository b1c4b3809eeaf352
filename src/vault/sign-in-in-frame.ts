/** The end of a sign-in where the browser keeps the store of the vault's page apart from that of its frame in the app (WebKit). */
import { storeSignIn, takeSignIn } from '../oauth/pending-sign-in.ts'
import { readVaultRequest } from '../policy/vault-page.ts'
import { isAppUrl } from './app-url.ts'
import { dropHandover, keepHandover, readHandover } from './handover.ts'
import type { Vault } from './vault.ts'

/** The user is back from the server, at top level. Resolves with where to go on to; undefined for a sign-in that was not begun here. */
export async function handOver({ engine }: Vault, href: string): Promise<string | undefined> {
  const { search, searchParams } = new URL(href)
  const signIn = await takeSignIn(searchParams.get('state') ?? '', engine.platform)
  if (signIn) keepHandover({ query: search, signIn })
  return signIn?.returnTo
}

/** Ends, in the frame of this app, the sign-in that it has begun. The outcome is in the session. */
export async function finishInFrame({ engine, page, configuration }: Vault, app: string): Promise<void> {
  const { query, signIn } = readHandover() ?? {}
  if (query === undefined || !signIn || !isAppUrl(goesOnTo(signIn.returnTo) ?? '', [app])) return
  const state = new URLSearchParams(query).get('state') ?? ''
  let isNew = false
  // The cookie may still be there, and another tab may read it.
  await engine.platform.store.swap(`handed over ${configuration}`, (last) => {
    isNew = last !== state
    return state
  })
  dropHandover()
  if (!isNew) return
  await storeSignIn(state, signIn, engine.platform)
  await engine.finishSignIn({ method: 'GET', url: page + query })
}

/** Where the app is, in the URL that a sign-in goes on to. */
function goesOnTo(back: string): string | undefined {
  const request = URL.canParse(back) ? readVaultRequest(new URL(back).hash) : undefined
  return request?.does === 'go-on' ? request.returnTo : undefined
}
