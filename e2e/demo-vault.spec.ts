/** The switch of the demo, and the card in which a visitor attacks the page: what each attack brings, without a vault and with one. */
import type { Page } from '@playwright/test'
import { check, expect, signIn, step, test } from './demo-page.ts'

test.skip(({ engineName }) => engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')

const card = (page: Page) => page.locator('#attacks')

/** Runs one of the attacks of the card. Resolves with the verdict, and with all that the card says of it. */
async function attack(page: Page, name: string): Promise<{ readonly verdict: string; readonly said: string }> {
  await card(page).getByRole('button', { name, exact: true }).click()
  await expect(card(page).getByRole('button', { name, exact: true })).toHaveAttribute('aria-pressed', 'true')
  await expect(card(page).getByRole('textbox')).not.toHaveValue('')
  return run(page)
}

async function run(page: Page): Promise<{ readonly verdict: string; readonly said: string }> {
  await card(page).getByRole('button', { name: 'Run it in this page' }).click()
  await expect(card(page).locator('[data-verdict]')).toBeVisible()
  const [verdict, said] = await Promise.all(
    ['[data-verdict]', '[data-brings]'].map((each) => card(page).locator(each).textContent()),
  )
  return { verdict: verdict!, said: said! }
}

/** At the server's own page, so that it knows the user. */
async function signInAtKeepersId(page: Page): Promise<void> {
  await card(page).getByRole('button', { name: 'Sign in by yourself' }).click()
  await card(page).getByRole('button', { name: 'Sign in at Keepers’ ID' }).click()
  await page.getByRole('button', { name: 'Sign in as Ada' }).click()
  await expect(page.locator('#logbook').getByRole('listitem')).toHaveCount(4)
}

test('without a vault each attack takes the session away; with one, none does', async ({ page, demo }) => {
  const taken = /brings a refresh token/
  await signIn(page)
  await signInAtKeepersId(page)
  expect((await attack(page, 'Read the store')).verdict).toMatch(taken)
  const { verdict, said } = await attack(page, 'Take the refresh token')
  expect(verdict).toMatch(taken)
  expect(said).toContain('answers with another access token')
  const own = await attack(page, 'Sign in by yourself')
  expect(own.verdict).toMatch(taken)
  expect(own.said).toContain(`${demo.url}/signed-in: the frame came back with a code`)

  // The other page has colours and attack from here.
  await page.getByRole('button', { name: 'Dark colours' }).click()
  const theme = await page.evaluate(() => document.documentElement.dataset['theme'])
  await card(page).getByRole('link', { name: 'Try the same with a vault' }).click()
  await expect(page).toHaveURL((url) => url.origin === demo.withVault)
  await expect(page.getByRole('link', { name: 'With a vault', exact: true })).toHaveAttribute('aria-current', 'page')
  expect(await page.evaluate(() => document.documentElement.dataset['theme'])).toBe(theme)
  const chosen = card(page).getByRole('button', { name: 'Sign in by yourself' })
  await expect(chosen).toHaveAttribute('aria-pressed', 'true')
  await expect(card(page).getByRole('button', { name: 'Run it in this page' })).toBeDisabled()

  await signIn(page)
  await expect(page.locator('#check [data-in-store]')).toHaveText('1')
  await signInAtKeepersId(page)
  const inStore = await attack(page, 'Read the store')
  expect(inStore.verdict).toMatch(/brings an access token, which is good for 600 seconds/)
  const asked = await attack(page, 'Take the refresh token')
  expect(asked.verdict).toMatch(/brings an access token/)
  expect(asked.said).toContain('The store of the vault cannot be opened from here: SecurityError')
  expect(asked.said).toContain('asked for “refreshToken”: refused')

  // The server gives a code, since it knows the user; the frame takes it to the vault.
  const codes: string[] = []
  page.on('framenavigated', (frame) => void (frame.url().includes('code=') && codes.push(frame.url())))
  const holds = await attack(page, 'Sign in by yourself')
  expect(holds.verdict).toBe('It brings nothing.')
  expect(holds.said).toContain(`${demo.vault}/bearer-worker.vault.html: the frame ended on another origin`)
  expect(codes).toEqual([expect.stringContaining(`${demo.vault}/bearer-worker.vault.html?code=`)])
  await page.locator('#logbook').getByRole('button', { name: 'Load' }).click()
  await expect(page.locator('#logbook').getByRole('status').last()).toHaveText('4 entries.')

  await page.getByRole('link', { name: 'Without a vault', exact: true }).click()
  await expect(page).toHaveURL((url) => url.origin === demo.url)
})

test('a visitor pastes an attack: what it finds is shown, short, and so is why it broke off', async ({ page }) => {
  await signIn(page)
  const secret = 'a-token-that-no-document-should-have-in-it'
  await card(page)
    .getByRole('textbox')
    .fill(`
    found('access token', '${secret}')
    say(demo.lighthouses)
    await null
    throw new RangeError('too far')
  `)
  const { said } = await run(page)
  expect(said).toContain('access token a-token-th… 42 characters')
  expect(said).toContain('It broke off: RangeError: too far')
  await card(page).getByRole('textbox').fill('this is no code')
  expect((await run(page)).said).toMatch(/It brings nothing.*It broke off: SyntaxError/s)
  expect(await page.locator('iframe').count()).toBe(1)
})

test('with a vault: the three steps, a misfortune, and no mistake that axe finds, in both colours and from 360 px', async ({
  page,
  demo,
}, testInfo) => {
  await page.goto(demo.withVault)
  await signIn(page)
  await step(page, /^Revoke/).click()
  await expect(page.locator('#log')).toContainText('401 → 200')
  await step(page, /^Expire/).click()
  await expect(page.locator('#lighthouses')).toContainText('one refresh')
  await page.locator('#misfortunes').getByRole('button', { name: '503' }).click()
  await expect(page.locator('#misfortunes')).toContainText('The token endpoint: 503, then 503, then 200.')
  await attack(page, 'Take the refresh token')
  await expect(page.locator('#worker-note')).toHaveText('has access tokens')
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [width, height] of [
      [360, 740],
      [1280, 800],
    ] as const) {
      await page.emulateMedia({ colorScheme })
      await page.setViewportSize({ width, height })
      await page.screenshot({ path: testInfo.outputPath(`${colorScheme}-${width}.png`), fullPage: true })
      await card(page).screenshot({ path: testInfo.outputPath(`${colorScheme}-${width}-attacks.png`) })
      await page.locator('#vault').screenshot({ path: testInfo.outputPath(`${colorScheme}-${width}-switch.png`) })
      await check(page)
    }
  }
})
