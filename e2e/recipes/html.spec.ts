import { expect, PASSWORD, test } from './recipes.ts'

test('examples/html: rows and pictures come with a token, also when it has expired meanwhile', async ({
  openExample,
  table,
  tokens,
}) => {
  const page = await openExample('html')
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill('wrong')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('status')).toHaveText('Wrong name or password.')
  await page.getByLabel('Password').fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan'])

  tokens.issuer.expireAccessTokens()
  table.add('Fastnet')
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan', 'Fastnet'])
  await expect
    .poll(() => page.evaluate(() => [...document.images].every(({ naturalWidth }) => naturalWidth > 0)))
    .toBe(true)
  expect(tokens.refreshes).toHaveLength(1)

  tokens.fail('status-500-empty')
  tokens.issuer.expireAccessTokens()
  await page.getByRole('button', { name: 'Load' }).click()
  await expect(page.getByText('Trying again …')).toBeVisible()
  tokens.recover()

  tokens.issuer.endEverySession()
  await page.evaluate(() => bearerWorker.refresh().catch(() => {}))
  await expect(page.getByRole('status')).toHaveText('Please sign in again.')
})
