/** The demo that `npm start` shows: what it promises, in both colours, on a phone, on a desk and enlarged. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { check, expect, secondTab, signIn, step, test } from './demo-page.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'

test.skip(({ engineName }) => engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')

for (const colorScheme of ['light', 'dark'] as const) {
  for (const { name, width, height } of [
    { name: '360 px', width: 360, height: 740 },
    { name: '1280 px', width: 1280, height: 800 },
    { name: '200 % of 1280 px', width: 640, height: 400 },
  ]) {
    test(`${colorScheme}, ${name}: nothing overflows, axe finds no mistake, the diagram stays in view`, async ({
      page,
    }, testInfo) => {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      await expect(step(page, /^Sign in/)).toBeVisible()
      await page.screenshot({ path: testInfo.outputPath('signed-out.png'), fullPage: true })
      await check(page)

      await signIn(page)
      await step(page, /^Revoke/).click()
      await expect(page.locator('#log')).toContainText('401 → 200')
      await step(page, /^Expire/).click()
      await expect(page.locator('#lighthouses')).toContainText('one refresh')
      await page.locator('#misfortunes').getByRole('button', { name: '503' }).click()
      await expect(page.locator('#misfortunes')).toContainText('The user notices: nothing')
      await page.locator('#logbook').getByRole('button', { name: 'Sign in', exact: true }).click()
      await expect(page.locator('#logbook').getByRole('listitem')).toHaveCount(4)
      await page.locator('bearer-worker-inspector summary').filter({ hasText: '401' }).first().click()
      await check(page)

      await page.locator('#inspector').scrollIntoViewIfNeeded()
      await expect(page.locator('#line .track')).toBeInViewport({ ratio: 1 })
      await page.screenshot({ path: testInfo.outputPath('scrolled.png') })
      await page.evaluate(() => scrollTo(0, 0))
      await page.screenshot({ path: testInfo.outputPath('signed-in.png'), fullPage: true })
    })
  }
}

test('three steps by keyboard: each is ticked off and lights the next; fifty requests of two tabs, one refresh', async ({
  page,
  demo,
}) => {
  const counts = async () => (await fetch(`${demo.baserow}/demo/counts`)).json() as Promise<{ refreshes: number }>
  const [signInStep, revokeStep, expireStep] = [/^Sign in/, /^Revoke/, /^Expire/].map((name) => step(page, name))
  await expect(signInStep!).toHaveClass(/lit/)
  await expect(revokeStep!).toBeDisabled()

  await signInStep!.focus()
  await page.keyboard.press('Enter')
  await expect(signInStep!).toHaveClass('done')
  await expect(revokeStep!).toHaveClass(/lit/)
  await expect(page.locator('#lighthouses').getByRole('button', { name: 'Revoke on the server' })).toHaveClass(/lit/)
  await expect(secondTab(page).getByRole('listitem')).toHaveCount(6)

  await page.keyboard.press('Tab')
  await expect(revokeStep!).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(revokeStep!).toHaveClass('done')
  await expect(revokeStep!).toHaveAccessibleDescription('done')
  await expect(page.locator('#log')).toContainText('401 → 200')

  const before = await counts()
  await page.keyboard.press('Tab')
  await expect(expireStep!).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page.locator('#lighthouses')).toContainText(
    /50 requests from two tabs, 50 answers in \d+ ms, one refresh\./,
  )
  await expect(secondTab(page).getByRole('status')).toContainText('25 requests, 25 answers.')
  await expect(expireStep!).toHaveClass('done')
  await expect(page.locator('#log')).toContainText(/tab 1 ×25 · tab 2 ×25/)
  expect((await counts()).refreshes).toBe(before.refreshes + 1)
  await expect(page.locator('#misfortunes')).toHaveClass(/lit/)
})

for (const { name, noticed } of [
  { name: '503', noticed: /nothing\. 6 lighthouses after \d+ ms\. The token endpoint: 503, then 503, then 200\./ },
  {
    name: 'A tunnel',
    noticed: /nothing\. 6 lighthouses after \d+ ms\. The token endpoint: broken connection, then 200\./,
  },
  { name: 'Token revoked', noticed: /nothing\. 6 lighthouses after \d+ ms\./ },
  { name: 'Signed out in the other tab', noticed: /no error, only that this tab is signed out too/ },
]) {
  test(`what the user notices of: ${name}`, async ({ page }) => {
    await signIn(page)
    const misfortune = page.locator('#misfortunes').getByRole('listitem').filter({ hasText: name })
    await misfortune.getByRole('button').click()
    await expect(misfortune.getByRole('status')).toHaveText(noticed)
  })
}

test('tokens that the page could read: they are searched for, and found where they are', async ({ page }) => {
  await signIn(page)
  const check = page.locator('#check')
  const [inPage, inStore] = [check.locator('[data-in-page]'), check.locator('[data-in-store]')]
  await expect(inStore).toHaveText('2')
  await expect(inPage).toHaveText('0')

  // A page that puts tokens where its scripts can read them.
  await page.evaluate(async () => {
    const { readStore } = (await import('/store.js' as string)) as { readStore: () => Promise<Map<string, object>> }
    const [record] = [...(await readStore()).values()].filter((each) => Object(each).accessToken)
    localStorage.setItem('token', (record as { accessToken: string }).accessToken)
    document.body.dataset['refresh'] = (record as unknown as { refreshToken: string }).refreshToken
  })
  await check.getByRole('button', { name: 'Search again' }).click()
  await expect(inPage).toHaveText('2')
})

test('the second tab follows when the first signs out, also as a real tab', async ({ page, demo, browsing }) => {
  await signIn(page)
  const { page: real } = (await browsing.newTab(`${demo.url}/second-tab.html`)) as PlaywrightTab
  await expect(real.getByRole('listitem')).toHaveCount(6)
  await page.locator('#lighthouses').getByRole('button', { name: 'Sign out' }).click()
  await expect(real.getByText('Not signed in.')).toBeVisible()
  await expect(secondTab(page).getByText('Not signed in.')).toBeVisible()
})

test('the code of the page stands beside the interceptors that it replaces', async ({ page }) => {
  await expect(page.getByRole('region', { name: 'Code of this page' })).toContainText('const response = await fetch')
  await expect(page.getByRole('region', { name: 'Axios interceptors' })).toContainText('isRefreshing = true')
  await page.getByText('Configuration: bearer-worker.json').click()
  await expect(page.getByRole('region', { name: 'Configuration' })).toContainText('"lighthouses"')
})

test('npm start: prints the address, and stops when told to', async ({ browsing }) => {
  const demo = spawn(process.execPath, ['scripts/start.mjs', '--as-built'], {
    cwd: join(import.meta.dirname, '..'),
    env: { ...process.env, PORT: '5873' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    let said = ''
    for await (const text of demo.stdout) if ((said += String(text)).includes('Ctrl-C')) break
    const [, address] = /Open +(http:\S+)/.exec(said) ?? []
    const { page } = (await browsing.newTab(address!)) as PlaywrightTab
    await expect(step(page, /^Sign in/)).toBeVisible()
    expect(said).toContain('Access tokens live for 20 seconds')
    expect(said).toMatch(/with a vault +http:\/\/app\.site\.localhost:\d+/)
  } finally {
    demo.kill('SIGTERM')
  }
  expect(await once(demo, 'exit')).toEqual([0, null])
})
