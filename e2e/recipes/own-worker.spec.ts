import { expect, PASSWORD, test } from './recipes.ts'

test("examples/own-worker: the site's own worker answers what is its own, and takes the token to the rest", async ({
  openExample,
  table,
  tokens,
}) => {
  const page = await openExample('own-worker')
  expect(await page.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect(await page.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toContain('/sw.js')
  await page.evaluate(
    (password) => fetch('/auth/login', { method: 'POST', body: JSON.stringify({ username: 'ada', password }) }),
    PASSWORD,
  )
  tokens.issuer.expireAccessTokens()
  expect(await page.evaluate(async () => (await fetch('/api/rows')).status)).toBe(200)
  expect(await page.evaluate(async () => (await fetch('/own')).text())).toBe('answered by your worker')
  expect(tokens.refreshes).toHaveLength(1)
  expect(table.served).toHaveLength(1)
})
