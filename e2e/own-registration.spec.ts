/** A site that registers its own worker, beside the page script that does so too. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, openApp, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const TAG = '<script src="/bearer-worker.js" data-worker="/sw.js"></script>'
const NEXT = (revision: number) =>
  `// ${revision}\nimportScripts('/bearer-worker.sw.js')\naddEventListener('install', () => skipWaiting())`

/** What the site's own code does: it registers its worker, counts the updates, and reloads when another worker takes over. */
const REGISTERS = `<script>
  navigator.serviceWorker.register('/sw.js').then((registration) =>
    registration.addEventListener('updatefound', () => localStorage.setItem('updates', Number(localStorage.getItem('updates')) + 1)))
  const hadController = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => hadController && location.reload())
  sessionStorage.setItem('loads', Number(sessionStorage.getItem('loads')) + 1)
</script>`

/** Before the page script, or after it. */
const ORDERS = { 'the page script first': TAG + REGISTERS, 'its own code first': REGISTERS + TAG }

function serve(site: Site, script: string, path = '/sw.js'): void {
  site.pages.set(path, NEXT(1))
  site.pages.set('/', page({ script }))
}

const numberOf = (tab: Tab, name: string) =>
  tab.evaluate((name) => Number(sessionStorage.getItem(name) ?? localStorage.getItem(name)), name)

/** Loads the page until it has settled: the worker is the one of the site's URL, and no other one comes. */
async function settled(tab: Tab): Promise<string> {
  await tab.evaluate(() => bearerWorker.ready)
  return tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready
    await registration.update()
    const next = registration.installing ?? registration.waiting
    return `${new URL(registration.active!.scriptURL).pathname}${new URL(registration.active!.scriptURL).search}${next ? ' and another' : ''}`
  })
}

for (const [order, script] of Object.entries(ORDERS)) {
  test(`${order}: one worker, under the site's URL, and no reload`, async ({ browsing, site, resources }) => {
    serve(site, script)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    for (let load = 0; load < 3; load++) {
      expect(await settled(tab)).toBe('/sw.js')
      expect((await ask(tab, '/r/echo')).status).toBe(200)
      await tab.reload()
    }
    expect(await numberOf(tab, 'updates')).toBeLessThanOrEqual(1)
    expect(await numberOf(tab, 'loads')).toBe(4)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })
}

test('a newer worker of the site: one reload, and the session goes on', async ({ browsing, site, resources: _ }) => {
  serve(site, TAG + REGISTERS)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await tab.reload()
  await settled(tab)
  site.pages.set('/sw.js', NEXT(2))
  const loads = await numberOf(tab, 'loads')
  await tab.evaluate(() => navigator.serviceWorker.ready.then((registration) => registration.update()).then(() => {}))
  await expect.poll(() => numberOf(tab, 'loads').catch(() => 0)).toBe(loads + 1)
  expect(await settled(tab)).toBe('/sw.js')
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(await numberOf(tab, 'loads')).toBe(loads + 1)
})

test('a newer configuration: it is in force, and the page comes to rest', async ({ browsing, site, api }) => {
  const { main } = (site.configuration as { sessions: { main: { resources: readonly string[] } } }).sessions
  serve(site, TAG + REGISTERS)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const resources = [...main.resources, '/other-api/*']
  site.mounts.set('/other-api/', api.handle)
  site.configuration = { sessions: { main: { ...main, resources } } }
  for (let load = 0; load < 3; load++) {
    await tab.reload()
    await expect.poll(() => settled(tab).catch(String)).toMatch(/^\/sw\.js(\?revision=\w+)?$/)
    await expect.poll(() => ask(tab, '/other-api/rows').then(({ status }) => status, String)).toBe(200)
  }
  expect(await settled(tab)).toBe('/sw.js')
  const loads = await numberOf(tab, 'loads')
  await tab.reload()
  expect(await settled(tab)).toBe('/sw.js')
  expect(await numberOf(tab, 'loads')).toBe(loads + 1)
})

test('in a folder, the part finds the configuration beside it', async ({ browsing, site, resources: _ }) => {
  serve(site, '<script src="/bearer-worker.js" data-worker="/app/sw.js"></script>', '/app/sw.js')
  site.pages.set('/app/bearer-worker.json', JSON.stringify(site.configuration))
  site.pages.set('/app/', site.pages.get('/')!)
  const tab = await openApp(browsing, site, '/app/')
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect(await settled(tab)).toBe('/app/sw.js')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
})

test("examples/own-worker: without a bundler, the site's own listeners answer the rest", async ({
  browsing,
  site,
  resources,
}) => {
  serve(site, TAG)
  site.pages.set(
    '/sw.js',
    readFileSync(join(import.meta.dirname, '../examples/own-worker/sw-without-bundler.js'), 'utf8'),
  )
  const tab = await openApp(browsing, site)
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect((await ask(tab, '/own')).text).toBe('answered by your worker')
  const answered = await tab.evaluate(async () => {
    const { port1, port2 } = new MessageChannel()
    const reply = new Promise((resolve) => (port1.onmessage = () => resolve('answered')))
    navigator.serviceWorker.controller!.postMessage({ type: 'SKIP_WAITING' }, [port2])
    await bearerWorker.session()
    return Promise.race([reply, 'left to the site'])
  })
  expect(answered).toBe('left to the site')
  expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
})
