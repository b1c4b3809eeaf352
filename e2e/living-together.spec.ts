/** The worker and newer ones of its own, or none at all: what a page notices of an update. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { keepBusy } from './busy-worker.ts'
import { shows } from './capabilities.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { update } from './parts/parts.ts'
import { page } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const workerScript = () => readFileSync(join(DIST, 'bearer-worker.sw.js'), 'utf8')

const PAGE_MARK = () => void Object.assign(window, { sameDocument: true })
const isSameDocument = (tab: Tab) =>
  tab.evaluate(() => (window as unknown as { sameDocument?: boolean }).sameDocument === true)

test(
  'a newer worker takes over: no reload, no request and no token is lost',
  shows('A worker update without a reload'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    await tab.evaluate(PAGE_MARK)
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    resources.on('/slow', async (response, { received }) => {
      await released
      response.end(`whole ${received}`)
    })
    const slow = [ask(tab, '/r/slow'), ask(tab, '/r/slow', { method: 'POST', body: 'text' })]
    await resources.arrived('/slow', 2)
    const updated = update(tab, () => site.pages.set('/bearer-worker.sw.js', `${workerScript()}\n// newer`))
    const during = await Promise.all(Array.from({ length: 20 }, (_, index) => ask(tab, `/r/echo/${index}`)))
    release()
    await updated
    expect((await Promise.all(slow)).map(({ text }) => text)).toEqual(['whole 0', 'whole 4'])
    expect(during.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect((await ask(tab, '/r/echo/after')).status).toBe(200)
    expect(await isSameDocument(tab)).toBe(true)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
    expect(resources.to('/slow')).toHaveLength(2)
    expect(tokens.refreshes).toHaveLength(0)
    expect(tokens.signIns).toHaveLength(1)
  },
)

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}
const olderWorker = () => workerScript().replaceAll(version, '0.0.1')
const WARNED = page({
  script:
    '<script>window.warnings = []; console.warn = (text) => warnings.push(text)</script><script src="/bearer-worker.js"></script>',
})
const warningsOf = (tab: Tab) => tab.evaluate(() => (window as unknown as { warnings: string[] }).warnings)

test('a worker of another version is named in the console, with the cure', async ({ browsing, site, resources }) => {
  site.pages.set('/bearer-worker.sw.js', olderWorker())
  site.pages.set('/', WARNED)
  const tab = await openApp(browsing, site)
  const warnings = await warningsOf(tab)
  expect(warnings).toHaveLength(1)
  for (const word of ['worker-stale', version, '0.0.1']) expect(warnings[0]).toContain(word)
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.to('/echo')[0]?.rawHeaders.map((name) => name.toLowerCase())).not.toContain('bearer-worker')
})

test('a page of a version whose worker waits for a busy one works, and has everything once that has taken over', async ({
  browsing,
  site,
  resources,
}) => {
  site.pages.set('/bearer-worker.sw.js', olderWorker())
  site.pages.set('/newer.html', WARNED)
  const tab = await openSignedIn(browsing, site)
  const finish = await keepBusy(tab, resources)
  site.pages.delete('/bearer-worker.sw.js')
  const newer = await openApp(browsing, site, '/newer.html')
  expect((await ask(newer, '/r/echo')).status).toBe(200)
  expect(await warningsOf(newer)).toEqual([])
  expect((await finish()).status).toBe(200)
  await expect
    .poll(() =>
      newer.evaluate(async () => {
        const { installing, waiting } = await navigator.serviceWorker.ready
        return installing ?? waiting
      }),
    )
    .toBeNull()

  // No engine tells a worker what a page gives up: the page does, to a worker of its own version.
  resources.on('/endless', () => {})
  let tries = 0
  await expect
    .poll(async () => {
      await newer.evaluate(() => {
        const stop = new AbortController()
        Object.assign(window, { stop })
        // A URL of its own: Chromium's cache lets one of a URL through at a time.
        void fetch(`/r/endless?${crypto.randomUUID()}`, { signal: stop.signal }).catch(() => {})
      })
      const { abandoned } = (await resources.arrived('/endless', ++tries)).at(-1)!
      await newer.evaluate(() => (window as unknown as { stop: AbortController }).stop.abort())
      return Promise.race([
        abandoned.then(() => 'told'),
        new Promise((resolve) => setTimeout(resolve, 1000, 'not told')),
      ])
    })
    .toBe('told')
})

test('the kill switch of docs/transparency.md: the worker and the tokens are gone, the site works', async ({
  browsing,
  site,
  resources,
}) => {
  const killer = readFileSync(join(import.meta.dirname, '../examples/kill-switch/bearer-worker.sw.js'), 'utf8')
  const tab = await openSignedIn(browsing, site)
  site.pages.set('/bearer-worker.sw.js', killer)
  site.pages.set('/', page({ script: '' }))
  const idle = await browsing.newTab(site.url('/plain.html'))
  await idle.evaluate(async () => {
    // Firefox says that it was uninstalled meanwhile.
    for (const registration of await navigator.serviceWorker.getRegistrations())
      await registration.update().catch(() => {})
  })
  await expect.poll(() => idle.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length)).toBe(0)
  await tab.goto(site.url('/'))
  expect(await tab.evaluate(() => navigator.serviceWorker.controller)).toBeNull()
  expect((await ask(tab, '/r/echo')).status).toBe(401)
  await idle.close()
  await expect.poll(() => tab.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([])
  expect(resources.arrivals.map(({ authorization }) => authorization)).toEqual([undefined])
})
