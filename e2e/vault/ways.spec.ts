/** A vault behind a worker of the site's own, behind the page's own lane, and on Vite's servers: each is as without these. */
import { spawnSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createServer, preview } from 'vite'
import { ask, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { bundle } from '../parts/bundle.ts'
import { DIST, program } from '../parts/parts.ts'
import { page } from '../servers/site.ts'
import type { BearerWorkerPluginOptions } from '../../src/vite/index.ts'
import type { TokenServer } from '../../src/testing/servers/token-server.ts'
import { captured as test, expect, openAt } from './captured.ts'
import { readStore } from './vault.ts'

const rows = async (tab: Tab) => (await ask(tab, '/api/rows')).status

/** Signs in, refreshes and signs out, while the app never has the refresh token. */
async function worksAt(tab: Tab, tokens: TokenServer): Promise<void> {
  const { text } = await signIn(tab)
  const { refresh_token: refreshToken } = tokens.issuer.latest
  expect(text).not.toContain(refreshToken)
  expect(await rows(tab)).toBe(200)
  const before = tokens.refreshes.length
  tokens.issuer.expireAccessTokens()
  expect(await Promise.all(Array.from({ length: 5 }, () => rows(tab)))).toEqual([200, 200, 200, 200, 200])
  expect(tokens.refreshes).toHaveLength(before + 1)
  const stored = JSON.stringify(await readStore(tab))
  for (const secret of [refreshToken, tokens.issuer.latest.refresh_token]) expect(stored).not.toContain(secret)
  await tab.evaluate(() => bearerWorker.signOut())
  expect(await rows(tab)).toBe(401)
}

test("a site's own worker with our part", async ({ browsing, site, tokens, vaulted }, testInfo) => {
  site.pages.set('/sw.js', await bundle(program('examples/own-worker/sw.js'), testInfo.outputPath('own')))
  site.pages.set('/', page({ script: '<script src="/bearer-worker.js" data-worker="/sw.js"></script>' }))
  await browsing.prime(vaulted.app)
  const tab = await openAt(browsing, vaulted.app)
  expect(await tab.evaluate(() => navigator.serviceWorker.controller!.scriptURL)).toMatch(/\/sw\.js$/)
  await signIn(tab)
  await browsing.stopWorkers()
  tokens.issuer.expireAccessTokens()
  expect(await rows(tab)).toBe(200)
  await worksAt(tab, tokens)
})

test("the page's own lane, without DPoP", async ({ browsing, site, tokens, vaulted }) => {
  site.configuration = {
    sessions: { main: { resources: ['/api/*'], capture: ['/auth/login'], vault: vaulted.page, direct: true } },
  }
  const tab = await openAt(browsing, vaulted.app)
  await worksAt(tab, tokens)
  // The page itself authorizes a request while the token is good: it is in its history as every other.
  await signIn(tab)
  expect(await rows(tab)).toBe(200)
  const entries = await tab.evaluate(async () =>
    (await bearerWorker.history()).filter(({ url }) => url.endsWith('/rows')),
  )
  expect(entries.at(-1)).toMatchObject({ outcome: 'sent', status: 200, session: 'main' })
})

test('while developing with Vite, as docs/vault.md says: the plugin for the app, a preview of the folder for the vault', async ({
  browsing,
  site,
  tokens,
}, testInfo) => {
  const [app, vault] = ['app', 'vault'].map((name) => testInfo.outputPath(name)) as [string, string]
  spawnSync(process.execPath, [join(DIST, 'cli.js'), 'init', testInfo.outputPath('unused'), '--vault', vault])
  await mkdir(app)
  await writeFile(
    join(app, 'index.html'),
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>App</title></head><body></body></html>',
  )
  const { default: plugin } = (await import(pathToFileURL(join(DIST, 'vite.js')).href)) as {
    default: (options?: BearerWorkerPluginOptions) => never
  }
  const common = { configFile: false, logLevel: 'silent', root: app } as const
  const previewed = await preview({ ...common, build: { outDir: vault }, preview: { port: 0 } })
  const atVault = new URL(previewed.resolvedUrls!.local[0]!).origin
  const main = { resources: ['/api/*'], capture: ['/auth/login'], vault: `${atVault}/bearer-worker.vault.html` }
  await writeFile(join(app, 'bearer-worker.json'), JSON.stringify({ sessions: { main } }))
  const proxy = { '/auth': site.origin, '/api': site.origin }
  const served = await createServer({
    ...common,
    plugins: [plugin()],
    server: { port: 0, proxy },
    cacheDir: join(app, '.vite'),
  })
  await served.listen()
  try {
    const { origin } = new URL(served.resolvedUrls!.local[0]!)
    const ofVault = { refresh: { url: tokens.url('/token'), clientId: 'spa' }, revoke: tokens.url('/revoke') }
    await writeFile(
      join(vault, 'bearer-worker.vault.json'),
      JSON.stringify({ apps: [origin], sessions: { main: ofVault } }),
    )
    await worksAt(await openAt(browsing, origin), tokens)
  } finally {
    await Promise.all([served.close(), previewed.close()])
  }
})
