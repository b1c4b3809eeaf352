/** `"refresh": { "by": "page" }`: code of the page brings the tokens, in one tab, for all of them. */
import { ask, failureOf, openApp } from './app.ts'
import { oneSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

declare global {
  /** The reasons with which a provider of these tests was called. */
  var reasons: string[]
}

test.beforeEach(({ site }) => {
  site.configuration = oneSession({ resources: ['/api/*'], refresh: { by: 'page' } })
})

/** The page fetches a token of its own, as an SDK would. */
const provide = (tab: Tab) =>
  tab.evaluate(async (password) => {
    globalThis.reasons = []
    bearerWorker.provideTokens(async ({ reason }) => {
      reasons.push(reason)
      const body = JSON.stringify({ username: 'ada', password })
      const { access_token, expires_in } = await (await fetch('/auth/login', { method: 'POST', body })).json()
      return { access_token, expires_in }
    })
  }, PASSWORD)

const reasonsIn = (tab: Tab) => tab.evaluate(() => reasons)

test('one tab is asked for all: when there is no token, and when it was refused', async ({
  browsing,
  site,
  tokens,
}) => {
  const one = await openApp(browsing, site)
  const other = await openApp(browsing, site)
  await Promise.all([provide(one), provide(other)])
  const both = () => Promise.all([ask(one, '/api/rows'), ask(other, '/api/rows')])

  expect((await both()).map(({ status }) => status)).toEqual([200, 200])
  tokens.issuer.expireAccessTokens()
  expect((await both()).map(({ status }) => status)).toEqual([200, 200])
  await one.evaluate(() => bearerWorker.refresh())
  expect((await Promise.all([reasonsIn(one), reasonsIn(other)])).flat()).toEqual(['missing', 'refused', 'asked'])
  expect(tokens.signIns).toHaveLength(3)
})

test('a provider that fails is told in the console, and ends nothing; null ends the session', async ({
  browsing,
  site,
}) => {
  site.tapsConsole = true
  const tab = await openApp(browsing, site)
  await provide(tab)
  await tab.evaluate(() => bearerWorker.refresh())

  await tab.evaluate(() => bearerWorker.provideTokens(() => Promise.reject(new Error('the SDK is offline'))))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({
    code: 'refresh-failed',
    reason: 'provider-failed',
  })
  await expect.poll(() => site.console.join('\n')).toContain('the SDK is offline')
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')

  await tab.evaluate(() => bearerWorker.provideTokens(async () => null))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({
    code: 'session-ended',
    reason: 'provider-ended',
  })
})
