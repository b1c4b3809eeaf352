/** The columns of docs/threat-model.md. */
import { ask, openApp } from '../app.ts'
import { oneSession } from '../configurations.ts'
import type { Browsing, Tab } from '../engines/engine.ts'
import { expect, oidcSession, readStore } from '../oauth.ts'
import type { AuthorizationServer } from '../../scripts/demo/authorization-server.ts'
import { page, type Site } from '../servers/site.ts'
import { PASSWORD, type TokenServer } from '../../src/testing/servers/token-server.ts'

/** A page in which no worker can run. */
export const COVERED_BY_ITSELF = page({
  script: '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
})

export type Setting = 'plain' | 'memory' | 'DPoP'

export function choose(site: Site, id: AuthorizationServer, setting: Setting): void {
  site.configuration = oneSession(
    oidcSession(id, { dpop: setting === 'DPoP' }, { storage: setting === 'memory' ? 'memory' : 'indexeddb' }),
  )
}

export async function openWithCookie(browsing: Browsing, site: Site, tokens: TokenServer): Promise<Tab> {
  site.configuration = oneSession({
    resources: ['/api/*'],
    refresh: { url: '/auth/session-token', method: 'GET', body: 'none', credentials: 'same-origin' },
  })
  const tab = await openApp(browsing, site)
  await ask(tab, '/auth/cookie-login', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ada', password: PASSWORD }),
  })
  await tab.evaluate(() => bearerWorker.refresh())
  expect(tokens.refreshes).toHaveLength(1)
  return tab
}

/** The configuration, which is kept as well, says only by what names a server has them. */
export async function recordsWithTokens(tab: Tab): Promise<readonly string[]> {
  const records = Object.entries(await readStore(tab)).filter(([key]) => !key.startsWith('configuration '))
  return records.filter(([, record]) => /token":"/i.test(JSON.stringify(record))).map(([key]) => key)
}
