/** Two apps whose vault has a session that is described by `refresh`. */
import { test as base } from '../fixtures.ts'
import type { Site } from '../servers/site.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'
import { ADMIN, APP, VAULT } from './vault.ts'

export { expect } from '@playwright/test'
export { openAt } from './vault.ts'

export const captured = base.extend<{
  vaulted: { readonly app: string; readonly admin: string; readonly page: string }
}>({
  vaulted: async ({ site, tokens }, use) => {
    const vaulted = {
      app: site.url('/', APP),
      admin: site.url('/', ADMIN),
      page: site.url('/bearer-worker.vault.html', VAULT),
    }
    configureVault(site, tokens)
    site.configuration = {
      sessions: { main: { resources: ['/api/*'], capture: ['/auth/login'], vault: vaulted.page } },
    }
    await use(vaulted)
  },
})

export function configureVault(site: Site, tokens: TokenServer, changes: object = {}): void {
  const apps = [APP, ADMIN].map((host) => site.url('', host))
  const main = { refresh: { url: tokens.url('/token'), clientId: 'spa' }, revoke: tokens.url('/revoke') }
  site.pages.set('/bearer-worker.vault.json', JSON.stringify({ apps, sessions: { main }, ...changes }))
}
