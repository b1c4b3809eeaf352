/**
 * No token is to be seen anywhere but where it is meant for. Every token that the server has ever made is looked
 * for.
 */
import { ask, failureOf, openApp, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import type { Tab } from './engines/engine.ts'
import type { FaultName } from '../src/testing/servers/faults.ts'

const FAULTS_ON_THE_WAY: readonly FaultName[] = [
  'status-502-empty',
  'body-captive-portal',
  'access-token-newline',
  'code-invalid-client',
]

test('no token in the console, in an event, in an error, in a view, in a URL or in the page', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.tapsConsole = true
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  const tab = await openApp(browsing, site)
  const onlooker = await openApp(browsing, site)
  for (const each of [tab, onlooker]) await each.evaluate(recordEvents)
  const seen: unknown[] = []

  seen.push(await signIn(tab), await ask(tab, '/api/rows?page=2'))
  tokens.issuer.expireAccessTokens()
  seen.push(await ask(tab, api.url('/rows'), { method: 'POST', body: '{}' }))
  for (const fault of FAULTS_ON_THE_WAY) {
    tokens.fail(fault)
    seen.push(await failureOf(tab, () => bearerWorker.refresh()), await everythingTold(tab))
  }
  tokens.recover()
  await tokens.stop()
  seen.push(await failureOf(tab, () => bearerWorker.refresh()))
  await tokens.start()
  seen.push(await tab.evaluate(() => bearerWorker.refresh()), await failureOf(tab, () => bearerWorker.getAccessToken()))
  seen.push(await failureOf(tab, () => bearerWorker.setTokens({ token: 'at-given-under-a-wrong-name' })))
  site.configuration = oneSession(oauthSession(api, tokens, { resources: [] }))
  await tab.reload()
  await tab.evaluate(recordEvents)
  tokens.issuer.endEverySession()
  seen.push(await ask(tab, '/api/rows'), await failureOf(tab, () => bearerWorker.refresh()), await everythingTold(tab))
  await signIn(tab)
  await tab.evaluate(() => bearerWorker.signOut())
  for (const each of [tab, onlooker]) seen.push(await everythingTold(each), await each.evaluate(everythingStored))

  await expect.poll(() => site.console.length).toBeGreaterThan(0)
  const places = {
    page: JSON.stringify(seen),
    console: site.console.join('\n'),
    urls: [...api.requests, ...tokens.refreshes].map(({ path, query }) => path + query).join('\n'),
  }
  expect(tokens.issuer.everyToken.length).toBeGreaterThan(5)
  for (const [place, text] of Object.entries(places)) {
    for (const token of [...tokens.issuer.everyToken, 'at-given-under-a-wrong-name']) {
      expect(text.includes(token.slice(3, 19)), `a token in ${place}`).toBe(false)
    }
  }
})

test('the tap on the console would see one', async ({ browsing, site, tokens }) => {
  site.tapsConsole = true
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const token = tokens.issuer.latest.access_token
  await tab.evaluate((token) => console.warn('so', new Error(token), { deep: [{ token }] }), token)
  await expect.poll(() => site.console.join().split(token).length).toBeGreaterThan(2)
})

/** All that the page can ask for, and the events so far. */
function everythingTold(tab: Tab): Promise<unknown> {
  return tab.evaluate(async () => [
    await bearerWorker.session(),
    bearerWorker.snapshot(),
    await bearerWorker.history(),
    await bearerWorker.explain('/api/rows'),
    (window as unknown as { events: unknown[] }).events,
  ])
}

function recordEvents(): void {
  const events: unknown[] = []
  Object.assign(window, { events })
  for (const type of ['sessionchange', 'request', 'refresh'] as const)
    bearerWorker.addEventListener(type, ({ detail }) => events.push(detail))
  navigator.serviceWorker.addEventListener('message', ({ data }) => events.push(data))
}

/** What any script of the page could read without a database. */
function everythingStored(): unknown {
  return [
    { ...localStorage },
    { ...sessionStorage },
    document.cookie,
    document.documentElement.outerHTML,
    performance.getEntries().map(({ name }) => name),
  ]
}
