import { expect, PASSWORD, test } from './recipes.ts'

// The same app, twice.
for (const app of ['examples/react', 'examples/vue']) {
  test(`${app}: what is shown follows the session, and an expired token is no matter`, async ({
    openExample,
    table,
    tokens,
  }) => {
    const page = await openExample(app.slice('examples/'.length))
    await page.getByLabel('Name').fill('ada')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan'])

    tokens.issuer.expireAccessTokens()
    table.add('Fastnet')
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('listitem')).toHaveText(['Bell Rock', 'Cordouan', 'Fastnet'])
    expect(tokens.refreshes).toHaveLength(1)

    tokens.issuer.endEverySession()
    await page.getByRole('button', { name: 'Load' }).click()
    await expect(page.getByRole('status')).toHaveText('Please sign in again.')
    await page.getByLabel('Password').fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await expect(page.getByRole('status')).toBeEmpty()
  })
}
