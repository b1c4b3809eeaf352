/** The inspector, in a page that has dropped it in beside the page script. */
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const BY_WORKER = 'Requests covered by the worker'
const INSPECTOR = '<script src="/bearer-worker.inspector.js" defer></script>'

/** A page with the inspector where it stands, and what else is given. */
function add(
  site: Site,
  path: string,
  { attributes = 'inline', script }: { attributes?: string; script?: string } = {},
): string {
  site.pages.set(
    path,
    page({ head: INSPECTOR, ...(script !== undefined && { script }) }).replace(
      '<body>',
      `<body><main><h1>A site</h1><bearer-worker-inspector ${attributes}></bearer-worker-inspector></main>`,
    ),
  )
  return path
}

/** Its text, as somebody reads it. */
const textOf = (tab: Tab, selector = '.panel') =>
  tab.evaluate(
    (selector) =>
      [...document.querySelector('bearer-worker-inspector')!.shadowRoot!.querySelectorAll<HTMLElement>(selector)]
        // biome-ignore lint/performance/useDomNodeTextContent: innerText is what a reader sees, with its line breaks
        .map((node) => (node.checkVisibility() ? node.innerText : ''))
        .join('\n'),
    selector,
  )

const shown = (tab: Tab, selector?: string) => expect.poll(() => textOf(tab, selector))

/** Kind and colour of each row, the newest first. */
const rowsOf = (tab: Tab) =>
  tab.evaluate(() =>
    [
      ...document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelectorAll<HTMLElement>('.entries > li:not([hidden])'),
    ].map(({ dataset }) => `${dataset['kind']} ${dataset['mood']}`),
  )

/** Writes into a field of it, and lets it know. */
const fill = (tab: Tab, label: string, value: string) =>
  tab.evaluate(
    ({ label, value }) => {
      const field = document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelector<HTMLInputElement>(`[aria-label="${label}"]`)!
      field.value = value
      field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? 'change' : 'input'))
    },
    { label, value },
  )

const click = (tab: Tab, text: string) =>
  tab.evaluate((text) => {
    const buttons = document
      .querySelector('bearer-worker-inspector')!
      .shadowRoot!.querySelectorAll<HTMLElement>('button, summary')
    ;[...buttons].find((button) => (button.textContent ?? '').includes(text))!.click()
  }, text)

test('shows sessions with claims, what was decided about each request and why, and who refreshed', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  tokens.issuer.format = 'jwt'
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  await ask(tab, '/api/rows?secret=1')
  await shown(tab, '.session').toMatch(/main\s+active\s+\d+ min left/)
  await shown(tab, '.entries').toMatch(/200\s+GET\s+\/api\/rows\?secret\s+sent/)

  tokens.issuer.expireAccessTokens()
  await ask(tab, '/api/revoked')
  await shown(tab, '.entries').toMatch(/200\s+Refresh\s+[^]*new token/)
  await click(tab, '/api/revoked')
  await shown(tab, '.entries [open]').toContain('The server refused the access token')
  await shown(tab, '.entries [open]').toMatch(/refreshed by\s+the refresh of/)
  await shown(tab, '.entries [open]').toMatch(/if sent now\s+.*is sent with the access token/)
  await click(tab, 'Refresh localhost')
  await shown(tab, '.entries [open]').toContain('one request')

  await click(tab, 'Claims')
  await shown(tab, '.claims').toContain('Ada ☂ Lovelace')
  expect(api.requests.length).toBeGreaterThan(0)
})

test('a session that the server ends says why', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.session').toContain('active')
  tokens.issuer.endEverySession()
  await click(tab, 'Refresh now')
  await shown(tab, '.session').toContain('ended: invalid_grant')
})

test('names every session, also one that nothing has happened to', async ({ browsing, site }) => {
  const { main } = (site.configuration as { sessions: { main: object } }).sessions
  site.configuration = { sessions: { main, second: { resources: ['/second/*'] } } }
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.sessions').toMatch(/main[^]*signed out[^]*second[^]*signed out/)
})

test('what happened before it came is there too, newest first', async ({ browsing, site }) => {
  const tab = await openSignedIn(browsing, site)
  for (const path of ['/api/first', '/api/second', '/api/third']) await ask(tab, path)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.entries').toMatch(/third[^]*second[^]*first/)
  const rows = await tab.evaluate(
    () => document.querySelector('bearer-worker-inspector')!.shadowRoot!.querySelectorAll('.entries li').length,
  )
  expect(`${rows}`).toBe(await textOf(tab, '.count'))
})

test('fifty requests of two tabs at once are few rows with counts, the refused status before the good one', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  await shown(tab, '.covered').toBe(BY_WORKER)
  const second = await openApp(browsing, site)
  tokens.issuer.expireAccessTokens()
  const loadMany = () => Promise.all(Array.from({ length: 25 }, () => fetch('/api/rows'))).then(() => undefined)
  await Promise.all([tab.evaluate(loadMany), second.evaluate(loadMany)])
  await shown(tab, '.count').toBe('52')
  // One row for those that were refused, and another for those that came when the new token was there.
  const rows = await tab.evaluate(() =>
    [
      ...document
        .querySelector('bearer-worker-inspector')!
        .shadowRoot!.querySelectorAll('.entries [data-kind="request"] summary'),
    ]
      .map(({ textContent }) => textContent ?? '')
      .filter((text) => text.includes('/api/rows')),
  )
  expect(rows.length).toBeLessThanOrEqual(3)
  expect(rows.some((text) => text.includes('401 → , then 200'))).toBe(true)
  expect(rows.reduce((sum, text) => sum + Number(/×(\d+)/.exec(text)?.[1] ?? 1), 0)).toBe(50)
  expect((await rowsOf(tab)).filter((row) => row === 'refresh good')).toHaveLength(1)
  await click(tab, '401 →')
  await shown(tab, '.entries [open]').toContain('The server refused the access token')
})

test('a row has the colour of the answer, not of having been sent', async ({ browsing, site, api }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.goto(site.url(add(site, '/inspected.html')))
  api.answer('/api/broken', { status: 503, body: {} })
  await ask(tab, '/api/broken')
  await shown(tab, '.entries').toMatch(/503\s+GET\s+\/api\/broken\s+sent/)
  expect((await rowsOf(tab))[0]).toBe('request bad')
  await fill(tab, 'Kind', 'trouble')
  await shown(tab, '.entries').toContain('503')
  expect(await textOf(tab, '.count')).toBe('1 of 2')
})

test('an entry that comes by an event while history() is read is one row', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  const urls = await tab.evaluate(async () => {
    const entry = { kind: 'request', at: 1, session: 'main', method: 'GET', outcome: 'sent', status: 200 }
    const first = { ...entry, url: 'https://app.example.com/first' }
    const later = { ...entry, url: 'https://app.example.com/later' }
    const inspected = new (class extends EventTarget {
      ready = Promise.resolve('worker')
      session = () => Promise.resolve({ name: 'main', state: 'none', epoch: 0, refreshing: false })
      history = () => {
        this.dispatchEvent(new CustomEvent('request', { detail: first }))
        return Promise.resolve([first])
      }
    })()
    const inspector = document.querySelector('bearer-worker-inspector')!
    Object.assign(inspector, { bearerWorker: inspected })
    const shown = () =>
      [...inspector.shadowRoot!.querySelectorAll('.entries [data-kind="request"]')].map((row) => row.textContent ?? '')
    while (!shown().some((row) => row.includes('/first'))) await new Promise(requestAnimationFrame)
    inspected.dispatchEvent(new CustomEvent('request', { detail: later }))
    while (!shown().some((row) => row.includes('/later'))) await new Promise(requestAnimationFrame)
    return shown().map((row) => /\/first|\/later/.exec(row)?.[0])
  })
  expect(urls.sort()).toEqual(['/first', '/later'])
})

test('explains a URL', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.covered').toBe(BY_WORKER)
  await fill(tab, 'URL to explain', 'https://api.example.com:8443/rows')
  await click(tab, 'Explain')
  await shown(tab, '.explanation').toMatch(/other-origin.*https:\/\/api\.example\.com:8443 is another origin than/)
})

test('explains that the page’s own origin has no pattern', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession({ ...oauthSession(api, tokens), resources: ['https://api.example.com/*'] })
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.covered').toBe(BY_WORKER)
  await click(tab, 'Explain')
  await shown(tab, '.explanation').toContain(
    `${site.url('').replace(/\/$/, '')} is the page's own origin, and no pattern in "resources" is for it, only for https://api.example.com.`,
  )
})

test('the form has /api/rows, then the URL of a request that the site makes, until somebody writes another', async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  const value = () =>
    tab.evaluate(
      () =>
        document
          .querySelector('bearer-worker-inspector')!
          .shadowRoot!.querySelector<HTMLInputElement>('[aria-label="URL to explain"]')!.value,
    )
  expect(await value()).toBe('/api/rows')
  await signIn(tab)
  await ask(tab, '/api/apples')
  await expect.poll(value).toBe('/api/apples')
  await fill(tab, 'URL to explain', '/api/mine')
  await ask(tab, '/api/pears')
  await shown(tab, '.entries').toContain('/api/pears')
  expect(await value()).toBe('/api/mine')
})

test('tells which worker controls the page, and by whom requests are covered', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.controller').toBe('Controlled by /bearer-worker.sw.js')
  await shown(tab, '.covered').toBe(BY_WORKER)
})

test('"Refresh now" is there only while there is something to refresh', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await shown(tab, '.session').toContain('signed out')
  expect(await textOf(tab, '.session button')).toBe('')
  await signIn(tab)
  await shown(tab, '.session button').toBe('Refresh now')
  await tab.evaluate(() => bearerWorker.setTokens({ access_token: 'without-a-refresh-token', sub: 'grace' }))
  await click(tab, 'Refresh now')
  await shown(tab, '.session .said').not.toBe('')
  expect(await textOf(tab, '.session button')).toBe('')
})

test('filters by words and by kind', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  for (const path of ['/api/apples', '/api/pears']) await ask(tab, path)
  await tab.evaluate(() => bearerWorker.refresh())
  await shown(tab, '.entries').toContain('Refresh')
  await fill(tab, 'Filter', 'apples 200')
  await shown(tab, '.entries').toMatch(/apples/)
  expect(await textOf(tab, '.entries')).not.toMatch(/pears|Refresh/)
  await fill(tab, 'Filter', '')
  await fill(tab, 'Kind', 'refresh')
  await shown(tab, '.entries').not.toContain('pears')
  await fill(tab, 'Kind', 'trouble')
  await shown(tab, '.empty').toBe('Nothing matches this filter.')
})

test('stands before the page script, and finds it when it comes', async ({ browsing, site }) => {
  const tab = await browsing.newTab(site.url(add(site, '/early-inspector.html', { script: '' })))
  await shown(tab, '.problem').toContain('There is no bearerWorker on this page yet.')
  await tab.evaluate(
    () =>
      new Promise((resolve) =>
        document.head.append(
          Object.assign(document.createElement('script'), { src: '/bearer-worker.js', onload: resolve }),
        ),
      ),
  )
  await shown(tab, '.covered').toBe(BY_WORKER)
  await shown(tab, '.problem').toBe('')
})

test('says what is wrong with the configuration', async ({ browsing, site }) => {
  site.configuration = { sessions: { main: { resources: [], refresh: { url: 'ftp://x' } } } }
  const tab = await browsing.newTab(site.url(add(site, '/inspected.html')))
  await shown(tab, '.problem').toMatch(/The configuration is refused\.\s+sessions\.main/)
})

test('is folded until somebody wants it; Alt+Shift+W opens it, Escape folds it and gives the focus back', async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site, add(site, '/docked.html', { attributes: '' }))
  const press = (key: { code: string; key?: string; altKey?: boolean; shiftKey?: boolean }) =>
    tab.evaluate((key) => {
      const inspector = document.querySelector('bearer-worker-inspector')!
      const target = inspector.shadowRoot!.activeElement ?? document.body
      target.dispatchEvent(new KeyboardEvent('keydown', { ...key, bubbles: true, composed: true, cancelable: true }))
    }, key)
  const focused = () =>
    tab.evaluate(() => document.querySelector('bearer-worker-inspector')!.shadowRoot!.activeElement?.className)

  await shown(tab, '.panel').toBe('')
  await shown(tab, '.pill').toBe('Bearer Worker')
  await press({ code: 'KeyW', altKey: true, shiftKey: true })
  await shown(tab, '.panel').toContain('Sessions')
  expect(await focused()).toBe('panel')
  await press({ code: 'Escape', key: 'Escape' })
  await shown(tab, '.panel').toBe('')
  expect(await focused()).toBe('pill')
})

test('its report holds no token and no claim', async ({ browsing, site, tokens }) => {
  tokens.issuer.format = 'jwt'
  const tab = await openApp(browsing, site, add(site, '/inspected.html'))
  await signIn(tab)
  await ask(tab, '/api/rows')
  await shown(tab, '.entries').toContain('/api/rows')
  await tab.evaluate(() => {
    Object.defineProperty(navigator, 'clipboard', {
      value: { writeText: (text: string) => Promise.resolve(Object.assign(window, { copied: text })) },
    })
  })
  await click(tab, 'Copy report')
  const report = await tab.evaluate(() => (window as unknown as { copied: string }).copied)
  expect(report).toContain('/api/rows')
  expect(report).not.toMatch(/eyJ|Lovelace/)
})

for (const scheme of ['light', 'dark']) {
  test(`axe finds nothing to say against it, ${scheme}`, async ({ browsing, site }) => {
    site.pages.set('/axe.js', axe.source)
    const tab = await openApp(browsing, site, add(site, '/inspected.html', { attributes: `inline theme="${scheme}"` }))
    await signIn(tab)
    await ask(tab, '/api/rows')
    await fill(tab, 'URL to explain', '/api/rows')
    await click(tab, 'Explain')
    await shown(tab, '.explanation').toContain('authorize')
    await shown(tab, '.entries').toContain('/api/rows')
    await click(tab, '/api/rows')
    const violations = await tab.evaluate(async () => {
      await new Promise((resolve) =>
        document.head.append(Object.assign(document.createElement('script'), { src: '/axe.js', onload: resolve })),
      )
      const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run()
      return violations.map(
        ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
      )
    })
    expect(violations).toEqual([])
  })
}

test.describe('for everybody', () => {
  test.skip(({ engineName }) => engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')

  const LONG = '/api/database/rows/table/1/views/of/the/lighthouses/by/country/?user_field_names=true&size=50'

  async function openWithRows(browsing: Browsing, site: Site, attributes?: string): Promise<Page> {
    const tab = await openSignedIn(browsing, site)
    for (const path of ['/api/rows', LONG]) await ask(tab, path)
    await tab.goto(site.url(add(site, '/inspected.html', attributes === undefined ? {} : { attributes })))
    const { page } = tab as PlaywrightTab
    await expect(page.locator('.entries li').filter({ hasText: 'lighthouses' })).toHaveCount(1)
    return page
  }

  for (const width of [320, 360]) {
    test(`${width} px: the end of a long URL can be read, and nothing overflows`, async ({ browsing, site }) => {
      const page = await openWithRows(browsing, site)
      await page.setViewportSize({ width, height: 740 })
      const tail = page.locator('.entries .tail').filter({ hasText: 'user_field_names&size' })
      await expect(tail).toBeInViewport({ ratio: 1 })
      expect(await tail.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth)).toBeLessThanOrEqual(0)
      expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    })
  }

  for (const { name, width, height, most } of [
    { name: 'a phone', width: 360, height: 740, most: 370 },
    { name: '200 % zoom of 1280 × 800', width: 640, height: 400, most: 320 },
  ]) {
    test(`${name}: the panel takes the lower half, and its list can be scrolled to`, async ({ browsing, site }) => {
      const page = await openWithRows(browsing, site, 'open')
      await page.setViewportSize({ width, height })
      const panel = page.getByRole('region', { name: 'Bearer Worker inspector' })
      expect(await panel.boundingBox()).toEqual({ x: 0, y: height - most, width, height: most })
      await page.locator('.entries li').last().scrollIntoViewIfNeeded()
      await expect(page.locator('.entries li').last()).toBeInViewport({ ratio: 1 })
      expect(await overflowOf(page)).toBeLessThanOrEqual(0)
    })
  }

  test('by keyboard only: opens, explains, filters, walks the rows, opens one, closes', async ({ browsing, site }) => {
    const page = await openWithRows(browsing, site, '')
    const focused = () =>
      page.evaluate(() => {
        const { activeElement } = document.querySelector('bearer-worker-inspector')!.shadowRoot!
        return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? ''
      })
    const press = async (...keys: string[]) => {
      for (const key of keys) await page.keyboard.press(key)
    }
    await press('Alt+Shift+W', 'Tab')
    expect(await focused()).toBe('Copy report')
    await press('Tab', 'Tab')
    expect(await focused()).toBe('Refresh now, session main')
    await press('Tab', 'Tab')
    expect(await focused()).toBe('URL to explain')
    await press('Enter')
    await expect(page.locator('.explanation')).toContainText('is sent with the access token')
    await press('Tab', 'Tab')
    expect(await focused()).toBe('Filter')
    await press('Tab', 'Tab')
    expect(await focused()).toContain('lighthouses')
    await press('ArrowDown')
    expect(await focused()).toContain('/api/rows')
    await press('Enter')
    await expect(page.locator('.entries [open] .facts')).toContainText('if sent now')
    await press('Escape')
    await expect(page.getByRole('button', { name: 'Bearer Worker' })).toBeFocused()
  })

  test('the tree of a screen reader has headings, labels, and whole rows', async ({ browsing, site }) => {
    const page = await openWithRows(browsing, site)
    await expect(page.getByRole('region', { name: 'Bearer Worker inspector' })).toMatchAriaSnapshot(`
      - region "Bearer Worker inspector":
        - heading "Bearer Worker" [level=2]
        - text: Requests covered by the worker
        - paragraph: Controlled by /bearer-worker.sw.js
        - button "Copy report"
        - region "Sessions":
          - heading "Sessions" [level=3]
          - list:
            - listitem:
              - heading "main" [level=4]
              - button "Refresh now, session main"
        - region "Explain a request":
          - heading "What would happen to this request?" [level=3]
          - combobox "Method"
          - textbox "URL to explain"
          - button "Explain"
        - region "Requests and refreshes":
          - heading /Requests \\d/ [level=3]
          - searchbox "Filter"
          - combobox "Kind"
          - list:
            - listitem:
              - group: /200 GET .*lighthouses.* sent/
            - listitem:
              - group: /200 GET \\/api\\/rows sent/
    `)
  })
})

const overflowOf = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
