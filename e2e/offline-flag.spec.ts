/** `navigator.onLine` is wrong on loopback and some networks: one try is made all the same. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, openApp, signIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')

/** Serves a script whose realm says that it is offline. */
function sayOffline(site: Site, file: string): void {
  const code = `Object.defineProperty(Object.getPrototypeOf(navigator), 'onLine', { get: () => false });\n${readFileSync(join(DIST, file), 'utf8')}`
  site.mounts.set(
    `/${file}`,
    (_, response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end(code),
  )
}

for (const by of ['worker', 'page'] as const) {
  test(`covered by the ${by}, which says that it is offline: the token is refreshed, and nobody waits`, async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    sayOffline(site, by === 'worker' ? 'bearer-worker.sw.js' : 'bearer-worker.page.js')
    const without = '<script>delete Navigator.prototype.serviceWorker</script>'
    site.pages.set('/', page({ script: `${by === 'page' ? without : ''}<script src="/bearer-worker.js"></script>` }))
    const tab = await openApp(browsing, site)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
    await signIn(tab)
    tokens.issuer.expireAccessTokens()
    const begun = Date.now()
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(Date.now() - begun).toBeLessThan(10_000)
    expect(tokens.refreshes).toHaveLength(1)
    expect(resources.to('/echo')).toHaveLength(2)
    expect(await tab.evaluate(async () => (await bearerWorker.refresh()).state)).toBe('active')
  })
}
