/** The worker as a part of a Workbox worker. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { ask, openSignedIn, uploadWithProgress } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')

test('a part of a Workbox worker that precaches', async ({ browsing, site, resources, tokens }, testInfo) => {
  const outDir = testInfo.outputPath('workbox')
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { alias: { 'bearer-worker/worker': join(DIST, 'worker.js') } },
    define: {
      'self.__WB_MANIFEST': JSON.stringify([{ url: '/precached.txt', revision: '1' }]),
      'process.env.NODE_ENV': '"production"',
    },
    build: {
      outDir,
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, '../examples/workbox/sw.js'),
        output: { format: 'iife', entryFileNames: 'sw.js' },
      },
    },
  })
  expect(existsSync(join(outDir, 'sw.js'))).toBe(true)
  site.pages.set('/sw.js', readFileSync(join(outDir, 'sw.js'), 'utf8'))
  site.pages.set('/precached.txt', 'precached')
  site.pages.set('/news/1', 'news')
  site.pages.set(
    '/',
    page({
      script: '<script src="/bearer-worker.js" data-worker="/sw.js" data-config="/bearer-worker.json"></script>',
    }),
  )
  const tab = await openSignedIn(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')

  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.to('/echo').at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  // Of an upload whose progress is watched, the page part asks this worker how it is authorized.
  expect(await uploadWithProgress(tab, '/r/echo')).toBe(200)
  expect((await ask(tab, '/news/1')).text).toBe('news')
  const asked = site.hits.get('/precached.txt')
  site.pages.delete('/precached.txt')
  expect((await ask(tab, '/precached.txt')).text).toBe('precached')
  expect(site.hits.get('/precached.txt')).toBe(asked)
  expect(
    await tab.evaluate(
      async () =>
        (await (await caches.open((await caches.keys()).find((name) => name.includes('precache'))!)).keys()).length,
    ),
  ).toBe(1)
})
