/** The demo in a browser, and what every page of it has to be. */
import { join } from 'node:path'
import type { Frame, Page } from '@playwright/test'
import axe from 'axe-core'
import { type Demo, startDemo } from '../scripts/demo-server.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test as base } from './fixtures.ts'

export { expect }

export const test = base.extend<{ page: Page; demo: Demo }>({
  demo: async ({}, use) => {
    const demo = await startDemo({
      root: join(import.meta.dirname, '..'),
      port: 0,
      lifetimeSeconds: 600,
      refreshMs: 100,
    })
    await use(demo)
    await demo.close()
  },
  page: async ({ browsing, demo }, use) => {
    const { page } = (await browsing.newTab()) as PlaywrightTab
    await page.goto(demo.url)
    await use(page)
  },
})

export const step = (page: Page, name: RegExp) => page.locator('#steps').getByRole('button', { name })
export const secondTab = (page: Page) => page.frameLocator('#second-tab')

export async function signIn(page: Page): Promise<void> {
  await step(page, /^Sign in/).click()
  await expect(page.locator('#lighthouses').getByRole('row')).toHaveCount(7)
  await expect(secondTab(page).getByRole('listitem')).toHaveCount(6)
}

/** Nothing overflows, and axe finds no mistake, in each document of the demo's own that is shown. */
export async function check(page: Page): Promise<void> {
  for (const frame of page.frames().filter((each) => /(\/|\/second-tab\.html)([?#].*)?$/.test(each.url()))) {
    expect(await frame.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
    expect(await violationsIn(frame)).toEqual([])
  }
}

async function violationsIn(frame: Frame): Promise<readonly string[]> {
  // Not by a script tag: the demo's Content-Security-Policy allows its own scripts only.
  await frame.evaluate(axe.source)
  return frame.evaluate(async () => {
    // Each frame is checked by itself.
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run({ exclude: ['iframe'] })
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    )
  })
}
