import { expect, PASSWORD, test } from './recipes.ts'

test('examples/inspector: the two tags of docs/inspector.md', async ({ openExample, table, tokens }) => {
  const page = await openExample('inspector')
  await page.evaluate(
    (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
    PASSWORD,
  )
  tokens.issuer.expireAccessTokens()
  await page.evaluate(() => fetch('/api/rows'))
  expect(table.served).toHaveLength(1)
  await page.keyboard.press('Alt+Shift+W')
  const row = page.getByRole('group').filter({ hasText: '/api/rows' })
  await expect(row).toContainText('401')
  await expect(row).toContainText('200')
})
