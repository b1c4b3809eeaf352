/** `docs/migration/get-access-token.md`: what is said of the module is so, and what stands in its place does better. */
import type { Page } from '@playwright/test'
import { type Baserow, startBaserow } from '../../scripts/demo/baserow.ts'
import { forwardTo } from './forward.ts'
import { expect, test as base } from './recipes.ts'

const test = base.extend<{ baserow: Baserow }>({
  baserow: async ({ site }, use) => {
    const baserow = await startBaserow({ lifetimeSeconds: 600 })
    site.mounts.set('/api/', forwardTo(baserow.url))
    await use(baserow)
    await baserow.close()
  },
})

const ROWS = '/api/database/rows/table/1/'

/** As the module stores them. */
const signIn = (page: Page, { credentials }: Baserow) =>
  page.evaluate(async (credentials) => {
    const response = await fetch('/api/user/token-auth/', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(credentials),
    })
    const { access_token, refresh_token } = (await response.json()) as Record<string, string>
    localStorage.setItem('tokens', JSON.stringify({ access: access_token, refresh: refresh_token }))
  }, credentials)

const fiveQueries = (page: Page) =>
  page.evaluate(async (url) => {
    const { query } = globalThis as unknown as { query(url: string): Promise<{ count?: number }> }
    return (await Promise.all(Array.from({ length: 5 }, () => query(url)))).map(({ count }) => count)
  }, ROWS)

test('before: five queries with an expired token are five refreshes, and a clock that is ahead makes one before every query', async ({
  openExample,
  baserow,
}) => {
  const page = await openExample('get-access-token', { path: '/before.html' })
  await signIn(page, baserow)
  expect(await fiveQueries(page)).toEqual([6, 6, 6, 6, 6])
  expect(baserow.counts.refreshes).toBe(0)
  await page.evaluate(() => {
    const { now } = Date
    Date.now = () => now() + 3_600_000
  })
  await fiveQueries(page)
  expect(baserow.counts.refreshes).toBe(5)
  await fiveQueries(page)
  expect(baserow.counts.refreshes).toBe(10)
})

test('before: a token that the server revoked is a 401 that nobody handles, and a 503 signs the user out', async ({
  openExample,
  site,
  baserow,
}) => {
  const page = await openExample('get-access-token', { path: '/before.html' })
  await signIn(page, baserow)
  baserow.revokeAccessTokens()
  expect(await fiveQueries(page)).toEqual([undefined, undefined, undefined, undefined, undefined])
  site.mounts.set('/api/user/token-refresh/', (_, response) => void response.writeHead(503).end())
  await page.evaluate(() =>
    localStorage.setItem(
      'tokens',
      JSON.stringify({ ...JSON.parse(localStorage.getItem('tokens')!), access: `e30.${btoa('{"exp":1}')}.` }),
    ),
  )
  site.mounts.delete('/api/')
  await expect(fiveQueries(page)).rejects.toThrow('signed out')
})

test('after: the users of before stay signed in, with one refresh for all', async ({ openExample, site, baserow }) => {
  const page = await openExample('get-access-token', { path: '/before.html' })
  await signIn(page, baserow)
  await page.goto(site.url('/'))
  await expect
    .poll(() => page.evaluate(async () => [(await bearerWorker.session()).state, localStorage.getItem('tokens')]))
    .toEqual(['active', null])
  baserow.revokeAccessTokens()
  expect(await fiveQueries(page)).toEqual([6, 6, 6, 6, 6])
  expect(baserow.counts.refreshes).toBe(1)

  baserow.revokeAccessTokens()
  baserow.revokeRefreshTokens()
  await fiveQueries(page)
  await expect(page.getByRole('status')).toHaveText('Please sign in: ERROR_INVALID_REFRESH_TOKEN')
})
