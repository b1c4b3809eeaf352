/** Two apps of one site, the vault beside them, and an authorization server. */
import type { SessionInFile } from '../configurations.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { test as base } from '../fixtures.ts'
import { leave } from '../app.ts'
import { arrivedAt, press } from '../oauth.ts'
import { type AuthorizationServer, startAuthorizationServer } from '../../scripts/demo/authorization-server.ts'

export { expect } from '@playwright/test'

/** Names of one site: to browsers, `app.localhost` and `auth.localhost` would be two. */
export const APP = 'app.site.localhost'
export const ADMIN = 'admin.site.localhost'
export const VAULT = 'auth.site.localhost'

/** A frame that hands a port to every frame beside it, and tells its parent what came back. */
const TALKS = `<!doctype html><title>Talks</title><script>
  addEventListener('message', function (event) {
    if (event.data !== 'begin') return
    var heard = []
    for (var i = 0; i < parent.length; i++) {
      if (parent[i] === window) continue
      var channel = new MessageChannel()
      channel.port1.onmessage = function (event) { heard.push(event.data) }
      parent[i].postMessage({ bearerWorkerVault: 1 }, '*', [channel.port2])
      channel.port1.postMessage({ id: 1, name: 'token', with: { session: 'main', reason: 'expired' } })
    }
    setTimeout(function () { parent.postMessage({ heard: heard }, '*') }, 1500)
  })
</script>`

/** A page of an app that tells the page around it what the vault says to it. */
const FRAMED = `<!doctype html><title>Framed</title><script>
  var frame = document.createElement('iframe')
  frame.src = location.hash.slice(1)
  frame.onload = function () {
    var channel = new MessageChannel()
    channel.port1.onmessage = function (event) { parent.postMessage({ first: event.data }, '*') }
    frame.contentWindow.postMessage({ bearerWorkerVault: 1 }, '*', [channel.port2])
  }
  document.documentElement.append(frame)
</script>`

export interface Vaulted {
  readonly app: string
  readonly admin: string
  /** The origin of the vault. */
  readonly vault: string
  /** URL of its page. */
  readonly page: string
  readonly id: AuthorizationServer
  /** The session of the apps. */
  readonly session: SessionInFile
  /** Changes the session in the vault. */
  configureVault(changes: SessionInFile, file?: Readonly<Record<string, unknown>>): void
  /** Changes the session of the apps. */
  configureApps(changes: SessionInFile): void
}

export const test = base.extend<{ vaulted: Vaulted; lifetimeSeconds: number; vaultNonces: boolean; idHost: string }>({
  /** Name of the authorization server. */
  idHost: ['localhost', { option: true }],
  lifetimeSeconds: [600, { option: true }],
  vaultNonces: [false, { option: true }],
  vaulted: async ({ site, lifetimeSeconds, vaultNonces, idHost }, use) => {
    const [app, admin, vault] = [APP, ADMIN, VAULT].map((host) => site.url('', host)) as [string, string, string]
    const page = `${vault}/bearer-worker.vault.html`
    const id = await startAuthorizationServer({
      host: idHost,
      siteOrigin: app,
      redirectUri: page,
      otherOrigins: [admin, vault],
      lifetimeSeconds,
      dpopNonces: vaultNonces,
    })
    const server = {
      issuer: id.issuer,
      clientId: id.clientId,
      redirectUri: '/bearer-worker.vault.html',
      scope: 'openid offline_access profile rows',
      resource: [`${id.url}/rows`],
    }
    const session = { resources: [`${id.url}/rows`], vault: page }
    const configureVault: Vaulted['configureVault'] = (changes, file = {}) =>
      site.pages.set(
        '/bearer-worker.vault.json',
        JSON.stringify({
          apps: [app, admin],
          sessions: { main: { authorizationServer: { ...server, ...changes } } },
          ...file,
        }),
      )
    const configureApps: Vaulted['configureApps'] = (changes) => {
      site.configuration = { sessions: { main: { ...session, ...changes } } }
    }
    configureVault({})
    configureApps({})
    site.pages.set('/talks.html', TALKS)
    site.pages.set('/framed.html', FRAMED)
    await use({ app, admin, vault, page, id, session, configureVault, configureApps })
    await id.close()
  },
})

/** Opens a page of an app, and waits until its requests are covered. */
export async function openAt(browsing: Browsing, url: string): Promise<Tab> {
  const tab = await browsing.newTab(url)
  await tab.evaluate(() => bearerWorker.ready)
  return tab
}

/** A whole sign-in: by the vault to the server, a click there, and by the vault back. Resolves with where it ends. */
export async function signInByVault(tab: Tab, { id, app }: Vaulted, returnTo?: string): Promise<string> {
  await leave(tab, (options) => bearerWorker.signIn(options), { ...(returnTo !== undefined && { returnTo }) })
  await arrivedAt(tab, `${id.url}/interaction/`)
  await press(tab, 'Sign in as Ada')
  return arrivedAt(tab, returnTo === undefined ? app : new URL(returnTo, app).origin)
}

/** Everything in the database of Bearer Worker that the page of a tab can read. */
export { readStore } from '../oauth.ts'
