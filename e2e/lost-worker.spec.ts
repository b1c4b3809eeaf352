/** Every way in which a page loses its worker, and everything that a page does with its API. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApp, signIn } from './app.ts'
import { judgePage, serve, test, unregister } from './covered-page.ts'
import type { Browsing, EngineName, Tab } from './engines/engine.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect } from './fixtures.ts'
import { update } from './parts/parts.ts'
import type { Site } from './servers/site.ts'

const KILL_SWITCH = readFileSync(join(import.meta.dirname, '../examples/kill-switch/bearer-worker.sw.js'), 'utf8')

interface World {
  readonly tab: Tab
  readonly browsing: Browsing
  readonly site: Site
  readonly engine: EngineName
}

interface Loss {
  readonly lose: (world: World) => Promise<unknown>
  /** The store goes with the worker: nobody is signed in any more. */
  readonly withStore?: readonly EngineName[]
  readonly not?: Partial<Record<EngineName, string>>
  /** Who covers the page then; missing where engines differ. */
  readonly by: 'worker' | 'page'
}

const controlled = (tab: Tab, by: string) =>
  expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toContain(by)

const LOSSES: Readonly<Record<string, Loss>> = {
  'nothing is lost': { lose: async () => {}, by: 'worker' },
  'the app unregisters it': { lose: ({ tab }) => tab.evaluate(unregister), by: 'worker' },
  'the app unregisters it, and the browser stops it': {
    lose: async ({ tab, browsing }) => {
      await tab.evaluate(unregister)
      await browsing.stopWorkers()
    },
    not: { webkit: 'WebKit can only kill its process, with the tab that registered it' },
    by: 'worker',
  },
  'another tab unregisters it, and registers it anew': {
    lose: async ({ browsing, site }) => {
      const other = await browsing.newTab(site.url('/plain.html'))
      await other.evaluate(unregister)
      await other.goto(site.url('/told.html'))
      await other.evaluate(() => bearerWorker.ready)
    },
    by: 'worker',
  },
  'Clear-Site-Data: "storage"': {
    lose: ({ tab }) => tab.evaluate(() => fetch('/clear').then((response) => response.text())),
    withStore: ['chromium', 'firefox', 'webkit'],
    by: 'worker',
  },
  'the user clears the site data': {
    lose: async ({ tab, site }) => {
      const { page } = tab as PlaywrightTab
      const session = await page.context().newCDPSession(page)
      await session.send('Storage.clearDataForOrigin', { origin: site.origin, storageTypes: 'all' })
    },
    withStore: ['chromium'],
    not: { firefox: 'no command for it', webkit: 'no command for it' },
    by: 'worker',
  },
  'another worker takes its folder': {
    lose: async ({ tab }) => {
      await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
      await controlled(tab, '/other.sw.js')
    },
    by: 'page',
  },
  'another tab registers another worker': {
    lose: async ({ tab, browsing, site }) => {
      const other = await browsing.newTab(site.url('/plain.html'))
      await other.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
      await controlled(tab, '/other.sw.js')
      // WebKit slows down a tab that is not shown.
      await other.close()
    },
    by: 'page',
  },
  'another worker takes a longer folder': {
    lose: async ({ tab }) => {
      await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js', { scope: '/told' }).then(() => {}))
      await controlled(tab, '/other.sw.js')
    },
    by: 'page',
  },
  'the kill switch of the docs': {
    lose: async ({ tab, site }) => {
      await update(tab, () => site.pages.set('/bearer-worker.sw.js', KILL_SWITCH))
    },
    withStore: ['chromium', 'firefox', 'webkit'],
    by: 'page',
  },
}

for (const [name, { lose, withStore = [], not = {}, by }] of Object.entries(LOSSES)) {
  test(`lost: ${name}`, async ({ browsing, site, resources, tokens, sockets, engine }) => {
    test.skip(not[engine.name] !== undefined, not[engine.name] ?? '')
    serve(site)
    const tab = await openApp(browsing, site, '/told.html')
    await signIn(tab)
    const epochOf = (each: Tab) => each.evaluate(() => bearerWorker.session().then(({ epoch }) => epoch))
    const before = await epochOf(tab)
    const onlooker = withStore.includes(engine.name) ? await openApp(browsing, site, '/told.html') : undefined
    await lose({ tab, browsing, site, engine: engine.name })
    if (onlooker) {
      // The store went with it. Everybody is told, and the next sign-in is captured, as another session than before.
      const stateOf = (each: Tab) => each.evaluate(() => bearerWorker.session().then(({ state }) => state))
      expect(await stateOf(tab)).toBe('signed-out')
      await expect.poll(() => onlooker.evaluate(() => bearerWorker.snapshot()?.state)).toBe('signed-out')
      const given = (await signIn(tab)).text
      for (const token of tokens.issuer.everyToken) expect(given).not.toContain(token)
      expect(await epochOf(tab)).not.toBe(before)
    }
    await judgePage(tab, { resources, tokens, sockets }, 1)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
  })
}
