/** The inspector by keyboard, for screen readers, on phones and enlarged. */
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { ask, openApp, openSignedIn, signIn } from '../app.ts'
import type { Browsing } from '../engines/engine.ts'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { expect, test } from '../fixtures.ts'
import type { Site } from '../servers/site.ts'
import { add, click, fill, shown } from './inspector.ts'

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
