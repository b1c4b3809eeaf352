/** `docs/migration/axios-interceptors.md`: an app with routes and TanStack Query, and the tokens that its users have from before. */
import type { Page } from '@playwright/test'
import { answerJson } from '../../src/testing/servers/answers.ts'
import { expect, PASSWORD, test } from './recipes.ts'

const OLD_KEY = 'tokens'

const rows = (page: Page) => page.getByRole('listitem')

async function signIn(page: Page, password = PASSWORD): Promise<void> {
  await page.getByLabel('Name').fill('ada')
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

test('a guard leads to the sign-in and back; a wrong password is an answer like any other', async ({
  openExample,
  table: _,
  tokens,
}) => {
  const page = await openExample('axios', { path: '/app.html#/rows' })
  await expect(page).toHaveURL(/#\/login\?from=%2Frows$/)
  await signIn(page, 'wrong')
  await expect(page.getByRole('status')).toHaveText('Wrong name or password.')
  await signIn(page)
  await expect(page).toHaveURL(/#\/rows$/)
  await expect(rows(page)).toHaveText(['Bell Rock', 'Cordouan'])
  tokens.issuer.expireAccessTokens()
  await page.reload()
  await expect(rows(page)).toHaveText(['Bell Rock', 'Cordouan'])
  expect(tokens.refreshes).toHaveLength(1)
})

test('the end of the session, and a sign-out in another tab, lead to the sign-in in every tab', async ({
  openExample,
  table: _,
  tokens,
}) => {
  const page = await openExample('axios', { path: '/app.html#/rows' })
  await signIn(page)
  await expect(rows(page)).toHaveCount(2)
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect(rows(other)).toHaveCount(2)

  tokens.issuer.endEverySession()
  await other.reload()
  for (const tab of [page, other]) await expect(tab).toHaveURL(/#\/login\?from=%2Frows$/)

  await signIn(page)
  await expect(rows(page)).toHaveCount(2)
  await page.getByRole('button', { name: 'Sign out' }).click()
  for (const tab of [page, other]) await expect(tab).toHaveURL(/#\/login/)
})

test('tokens from before are handed over once, by one of two tabs', async ({ openExample, table, tokens }) => {
  const page = await openExample('axios', { path: '/bearer-worker.json' })
  const { context, url } = { context: page.context(), url: new URL('/app.html', page.url()).href }
  await page.evaluate(
    async ([key, password]) => {
      const body = JSON.stringify({ username: 'ada', password })
      const response = await fetch('/auth/login', { method: 'POST', body })
      localStorage.setItem(key!, await response.text())
    },
    [OLD_KEY, PASSWORD],
  )
  tokens.issuer.expireAccessTokens()
  await context.addInitScript(() => {
    Object.assign(window, { handedOver: 0 })
    const { postMessage } = ServiceWorker.prototype
    ServiceWorker.prototype.postMessage = function (this: ServiceWorker, ...args: [never, never]) {
      if ((args[0] as { name?: string }).name === 'setTokens')
        (window as unknown as { handedOver: number }).handedOver++
      return postMessage.apply(this, args)
    }
  })
  const tabs = await Promise.all([context.newPage(), context.newPage()])
  await Promise.all(tabs.map((tab) => tab.goto(url)))
  for (const tab of tabs) await expect(rows(tab)).toHaveText(['Bell Rock', 'Cordouan'])

  const counts = tabs.map((tab) => tab.evaluate(() => (window as unknown as { handedOver: number }).handedOver))
  expect((await Promise.all(counts)).toSorted()).toEqual([0, 1])
  expect(await page.evaluate((key) => localStorage.getItem(key), OLD_KEY)).toBeNull()
  expect(tokens.refreshes).toHaveLength(1)
  expect(table.served).toHaveLength(2)
})

test('tokens from before that cannot be read: the user signs in, and they are deleted', async ({
  openExample,
  table: _,
}) => {
  const page = await openExample('axios', { path: '/bearer-worker.json' })
  await page.evaluate((key) => localStorage.setItem(key, '{"access_token": "cut'), OLD_KEY)
  await page.goto('/app.html'.replace(/^/, new URL(page.url()).origin))
  await signIn(page)
  await expect(rows(page)).toHaveCount(2)
  await page.reload()
  await expect(rows(page)).toHaveCount(2)
  expect(await page.evaluate((key) => localStorage.getItem(key), OLD_KEY)).toBeNull()
})

test('TanStack Query asks once more after a 503, and not after a 403', async ({ openExample, site, table }) => {
  const asked: string[] = []
  const answers: Record<string, number[]> = { '/api/busy': [503], '/api/secret': [403] }
  site.mounts.set('/api/', (request, response) => {
    asked.push(request.url!)
    const status = answers[request.url!]?.shift()
    return status ? answerJson(response, status, {}) : table.handle(request, response)
  })
  const page = await openExample('axios', { path: '/app.html#/busy' })
  await signIn(page)
  await expect(rows(page)).toHaveCount(2)
  await page.evaluate(() => (location.hash = '/secret'))
  await expect(page.getByRole('status')).toContainText('403')
  expect(asked).toEqual(['/api/busy', '/api/busy', '/api/secret'])
})
