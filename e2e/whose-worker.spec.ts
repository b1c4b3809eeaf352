/** Another worker in the page's folder: the page is covered, and told why. */
import { join } from 'node:path'
import { build } from 'vite'
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { ask, openApp, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const TAG = '<script src="/bearer-worker.js"></script>'
const OTHER_WORKER = `
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', () => {})
let reply = { type: 'MOCKING_ENABLED', ok: true }
addEventListener('message', ({ data, ports }) => 'answerWith' in Object(data) ? ({ answerWith: reply } = data) : ports[0]?.postMessage(reply))`

/** What another worker may answer every message with. */
const REPLIES: readonly unknown[] = [
  { ok: true },
  { ok: false, error: { code: 'unknown-message', message: 'What?' } },
  { ok: false, error: 'What?' },
  { sessions: [], rules: [] },
  'pong',
  null,
]

function serve(site: Site, script = TAG): void {
  site.pages.set('/', page({ script: CONSOLE + script }))
  site.pages.set('/other.sw.js', OTHER_WORKER)
}

const controllerOf = (tab: Tab) =>
  tab.evaluate(() => new URL(navigator.serviceWorker.controller?.scriptURL ?? location.href).pathname)

async function registerOther(tab: Tab): Promise<void> {
  await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
  await expect.poll(() => controllerOf(tab)).toBe('/other.sw.js')
}

test.describe('another worker in the folder', () => {
  test('is known within 2 s, and named in one message with the cure', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await registerOther(tab)
    const took = await tab.evaluate(async () => {
      const begin = performance.now()
      while ((await bearerWorker.ready) !== 'page') await new Promise((resolve) => setTimeout(resolve, 20))
      return performance.now() - begin
    })
    expect(took).toBeLessThan(2_500)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const told = await toldOf(tab)
    expect(told).toHaveLength(1)
    for (const word of ['other-worker', `${site.origin}/other.sw.js`, 'bearerWorkerPart()', 'data-worker'])
      expect(told[0]).toContain(word)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test('keeps its folder, whatever it answers: no page registers over it', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await registerOther(tab)
    const registered = site.hits.get('/bearer-worker.sw.js')
    for (const answerWith of REPLIES) {
      await tab.evaluate((with_) => navigator.serviceWorker.controller?.postMessage({ answerWith: with_ }), answerWith)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
      expect((await ask(tab, '/r/echo')).status).toBe(200)
    }
    expect(await controllerOf(tab)).toBe('/other.sw.js')
    expect(site.hits.get('/bearer-worker.sw.js')).toBe(registered)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test('when ours is back in control, it takes over again', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    const url = await tab.evaluate(() => navigator.serviceWorker.controller!.scriptURL)
    await registerOther(tab)
    await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('page')
    await tab.evaluate((url) => navigator.serviceWorker.register(url).then(() => {}), url)
    await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const shown = await tab.evaluate(
      () =>
        new Promise((resolve) => {
          const image = new Image()
          image.onload = () => resolve('load')
          image.onerror = () => resolve('error')
          image.src = '/r/image'
        }),
    )
    expect(shown).toBe('load')
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test("a site's own worker with our part is ours, whatever its URL", async ({
    browsing,
    site,
    resources,
  }, testInfo) => {
    serve(site)
    const outDir = testInfo.outputPath('own')
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { 'bearer-worker/worker': join(DIST, 'worker.js') } },
      build: {
        outDir,
        minify: false,
        rolldownOptions: {
          input: join(import.meta.dirname, '../examples/own-worker/sw.js'),
          output: { format: 'iife', entryFileNames: 'sw.js' },
        },
      },
    })
    const { readFileSync } = await import('node:fs')
    site.pages.set('/sw.js', readFileSync(join(outDir, 'sw.js'), 'utf8'))
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await tab.evaluate(() => navigator.serviceWorker.register('/sw.js').then(() => {}))
    await expect.poll(() => controllerOf(tab)).toBe('/sw.js')
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(await controllerOf(tab)).toBe('/sw.js')
    expect(await toldOf(tab)).toEqual([])
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })
})

test("a site's own worker that is a module", async ({ browsing, site, resources, engineName }) => {
  test.skip(engineName === 'firefox', 'Firefox ESR has module workers behind a preference')
  site.pages.set(
    '/module.sw.js',
    `import { bearerWorkerPart } from '/worker.js'
    const part = bearerWorkerPart({ config: '/bearer-worker.json' })
    addEventListener('install', (event) => { part.install(event); skipWaiting() })
    addEventListener('activate', (event) => event.waitUntil(clients.claim()))
    addEventListener('fetch', (event) => part.fetch(event))
    addEventListener('message', (event) => part.message(event))`,
  )
  serve(site, '<script src="/bearer-worker.js" data-worker="/module.sw.js" data-worker-type="module"></script>')
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.arrivals).toHaveLength(1)
})
