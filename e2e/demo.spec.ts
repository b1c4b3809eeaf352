/** The demo that `npm start` shows: what its three tries promise, in both colours, on a telephone and on a desk. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import axe from 'axe-core'
import { type Demo, startDemo } from '../scripts/demo-server.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test as base } from './fixtures.ts'

const test = base.extend<{ page: Page }, { demo: Demo }>({
  demo: [
    async ({}, use) => {
      const demo = await startDemo({ root: join(import.meta.dirname, '..'), port: 0, lifetimeSeconds: 600 })
      await use(demo)
      await demo.close()
    },
    { scope: 'worker' },
  ],
  page: async ({ browsing }, use) => {
    await use(((await browsing.newTab()) as PlaywrightTab).page)
  },
})

test.skip(({ engineName }) => engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')

for (const colorScheme of ['light', 'dark'] as const) {
  for (const width of [360, 1280]) {
    test(`${colorScheme}, ${width} px: nothing overflows, axe finds nothing to say against it`, async ({
      page,
      demo,
    }, testInfo) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height: 800 })
      await page.goto(demo.url)
      const lighthouses = page.locator('#lighthouses')
      await expect(lighthouses.getByRole('button', { name: 'Sign in' })).toBeVisible()
      await page.screenshot({ path: testInfo.outputPath('signed-out.png'), fullPage: true })
      await check(page)

      await lighthouses.getByRole('button', { name: 'Sign in' }).click()
      await expect(lighthouses.getByRole('row')).toHaveCount(7)
      await lighthouses.getByRole('button', { name: 'Revoke' }).click()
      await expect(lighthouses).toContainText('Revoked')
      await lighthouses.getByRole('button', { name: 'Load', exact: true }).click()
      await expect(page.locator('#log')).toContainText('replayed')
      await page.locator('#logbook').getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(page.locator('#logbook').getByRole('listitem')).toHaveCount(4)
      await page.locator('bearer-worker-inspector summary').filter({ hasText: 'replayed' }).first().click()
      await page.evaluate(() => scrollTo(0, 0))
      await page.screenshot({ path: testInfo.outputPath('signed-in.png'), fullPage: true })
      await check(page)
    })
  }
}

test('npm start: prints the address, and stops when told to', async ({ page }) => {
  const demo = spawn(process.execPath, ['scripts/start.mjs', '--as-built'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, PORT: '5873' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let said = ''
    for await (const text of demo.stdout) if ((said += String(text)).includes('Ctrl-C')) break
    const [, address] = /Open +(http:\S+)/.exec(said) ?? []
    await page.goto(address!)
    await expect(page.locator('#lighthouses').getByRole('button', { name: 'Sign in' })).toBeVisible()
    expect(said).toContain('Access tokens live for 20 seconds')
  } finally {
    demo.kill('SIGTERM')
  }
  expect(await once(demo, 'exit')).toEqual([0, null])
})

async function check(page: Page): Promise<void> {
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
  // Not by a script tag: the demo's Content-Security-Policy allows its own scripts only.
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run()
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    )
  })
  expect(violations).toEqual([])
}
