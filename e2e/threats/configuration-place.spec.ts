/** A page can register the worker with another file of the origin, one that a user has uploaded for instance: that is no configuration. */
import { ask, failureOf, openSignedIn, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'
import { page } from '../servers/site.ts'
import { poison } from './poison.ts'

function register(tab: Tab, config: string): Promise<string> {
  return tab.evaluate(async (config) => {
    const url = `/bearer-worker.sw.js?config=${encodeURIComponent(config)}`
    const registration = await navigator.serviceWorker.register(url)
    const worker = registration.installing ?? registration.waiting ?? registration.active
    const settled = () => worker?.state === 'activated' || worker?.state === 'redundant'
    while (worker && !settled())
      await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }))
    return worker?.state ?? 'none'
  }, config)
}

const PATHS = [
  '/uploads/x.json',
  '/uploads/../uploads/x.json',
  '/%75ploads/x.json',
  '/uploads%2Fx.json',
  '/download?file=x.json',
  '/x.json?uploads',
  '/x.json;uploads',
  '\\uploads\\x.json',
  '/uploads/x',
] as const

test('a file elsewhere than beside the worker is no configuration, however its place is written', async ({
  browsing,
  site,
  stranger,
  tokens,
}) => {
  test.setTimeout(120_000)
  const evil = { sessions: { main: { resources: [stranger.url('/*')], refresh: { url: stranger.url('/token') } } } }
  // Each by an origin of its own, all at once: Chromium takes a second to replace a worker that runs.
  const tabs = await Promise.all(
    PATHS.map(async (config, index) => {
      const tab = await browsing.newTab(site.url('/', `p${index}.localhost`))
      await tab.evaluate(() => bearerWorker.ready)
      await signIn(tab)
      const { pathname } = new URL(config, site.origin)
      for (const path of [pathname, '/uploads/x.json']) site.pages.set(path, JSON.stringify(evil))
      await register(tab, config)
      // The script can also write what the worker would find of it, and copy the tokens.
      const key = `configuration ${pathname}`
      const stored = { text: JSON.stringify(evil), build: 'another' }
      await poison(tab, key, (_: never, stored: object) => stored, stored)
      return { tab, config }
    }),
  )
  await browsing.stopWorkers()
  await Promise.all(
    tabs.map(async ({ tab, config }) => {
      await ask(tab, stranger.url('/rows')).catch(() => {})
      await tab.reload()
      await tab.evaluate(() => bearerWorker.ready)
      expect.soft((await ask(tab, '/api/rows')).status, config).toBe(200)
    }),
  )
  expect(stranger.requests.length).toBeGreaterThanOrEqual(PATHS.length)
  expect(stranger.requests.map(({ authorization }) => authorization)).not.toContainEqual(expect.any(String))
  expect(tokens.refreshes).toEqual([])
})

const NAMED = page({ script: '<script src="/bearer-worker.js" data-config="/settings/tokens.json"></script>' })
const WITHOUT_WORKERS = '<script>delete Navigator.prototype.serviceWorker</script>'

for (const [by, script] of [
  ['the worker', NAMED],
  ['a page without a worker', NAMED.replace('<script', `${WITHOUT_WORKERS}<script`)],
] as const) {
  test(`elsewhere than beside the worker, ${by} wants the header, and says so`, async ({ browsing, site }) => {
    site.pages.set('/', script)
    site.pages.set('/settings/tokens.json', JSON.stringify(site.configuration))
    site.configuration = undefined
    const tab = await browsing.newTab(site.url())
    const failure = await failureOf(tab, () => bearerWorker.ready)
    expect(failure).toMatchObject({ code: 'configuration-invalid' })
    expect(failure.message).toContain('Bearer-Worker-Configuration: 1')
    for (const value of ['0', 'true', '', '1, 1']) {
      site.headers.set('/settings/tokens.json', { 'bearer-worker-configuration': value })
      await tab.reload()
      expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'configuration-invalid' })
    }
    site.headers.set('/settings/tokens.json', { 'bearer-worker-configuration': '1' })
    const next = await openSignedIn(browsing, site)
    expect((await ask(next, '/api/rows')).status).toBe(200)
  })
}
