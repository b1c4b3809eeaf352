/** What a user does at an authorization server, and a site whose configuration names one. */
import { test as base } from './fixtures.ts'
import { leave, openApp } from './app.ts'
import { oneSession, type SessionInFile } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { type AuthorizationServer, startAuthorizationServer } from '../scripts/demo/authorization-server.ts'
import type { Site } from './servers/site.ts'

export { expect } from '@playwright/test'

export const test = base.extend<{ dpopNonces: boolean; pushedRequests: boolean; id: AuthorizationServer }>({
  dpopNonces: [false, { option: true }],
  /** Whether the server requires them. */
  pushedRequests: [false, { option: true }],
  /** oidc-provider and an API. The site's configuration names it. */
  id: async ({ site, dpopNonces, pushedRequests }, use) => {
    const options = { siteOrigin: site.origin, lifetimeSeconds: 600, dpopNonces, pushedRequests }
    const id = await startAuthorizationServer(options)
    site.configuration = oneSession(oidcSession(id))
    await use(id)
    await id.close()
  },
})

export function oidcSession(
  id: AuthorizationServer,
  server: SessionInFile = {},
  changes: SessionInFile = {},
): SessionInFile {
  return {
    resources: [`${id.url}/rows`],
    authorizationServer: {
      issuer: id.issuer,
      clientId: id.clientId,
      redirectUri: '/signed-in',
      scope: 'openid offline_access profile rows',
      resource: [`${id.url}/rows`],
      ...server,
    },
    ...changes,
  }
}

/** Resolves once the tab shows a document whose URL begins with this, and, on the site, its requests are protected. */
export async function arrivedAt(tab: Tab, start: string): Promise<string> {
  for (;;) {
    const href = await tab
      .evaluate(async (start) => {
        if (!location.href.startsWith(start) || document.readyState === 'loading') return undefined
        await globalThis.bearerWorker?.ready
        return location.href
      }, start)
      .catch(() => undefined) // a navigation interrupted it
    if (href !== undefined) return href
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Goes to the server's page. */
export async function leaveForSignIn(
  tab: Tab,
  id: AuthorizationServer,
  options: { readonly returnTo?: string; readonly parameters?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  await leave(tab, (options) => bearerWorker.signIn(options), options)
  await arrivedAt(tab, `${id.url}/interaction/`)
}

/** Clicks a button of the server's page. */
export async function press(tab: Tab, name: 'Sign in as Ada' | 'Cancel' | 'Sign out'): Promise<void> {
  await tab.evaluate((name) => {
    const button = [...document.querySelectorAll('button')].find(({ textContent }) => textContent === name)
    if (!button) throw new Error(`No button "${name}" in ${document.body.textContent}`)
    button.click()
  }, name)
}

/** A whole sign-in: to the server, a click on its button, and back. */
export async function signInAt(
  tab: Tab,
  id: AuthorizationServer,
  site: Site,
  options: { readonly returnTo?: string } = {},
): Promise<string> {
  await leaveForSignIn(tab, id, options)
  await press(tab, 'Sign in as Ada')
  return arrivedAt(tab, site.origin)
}

export async function openSignedInAt(browsing: Browsing, id: AuthorizationServer, site: Site): Promise<Tab> {
  const tab = await openApp(browsing, site)
  await signInAt(tab, id, site)
  return tab
}

/** Everything that a script of the page can read of the worker's database. */
export function readStore(tab: Tab): Promise<Readonly<Record<string, Readonly<Record<string, unknown>>>>> {
  return tab.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('bearer-worker')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const records = database.transaction('sessions').objectStore('sessions')
    const [keys, values] = await Promise.all(
      [records.getAllKeys(), records.getAll()].map(
        (request) =>
          new Promise<readonly unknown[]>(
            (resolve) => ((request as IDBRequest).onsuccess = () => resolve(request.result)),
          ),
      ),
    )
    database.close()
    return Object.fromEntries(keys!.map((key, index) => [String(key), values![index] as Record<string, unknown>]))
  })
}
