/** Synchronous XMLHttpRequest: no worker sees it in Chromium and WebKit, and it cannot wait. It has the token only with `exposeAccessToken`. */
import { openApp, signIn } from './app.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'
import { SPIES } from './spies.ts'

const askAtOnce = (tab: Tab) =>
  tab.evaluate(() => {
    const xhr = new XMLHttpRequest()
    xhr.open('GET', '/r/echo', false)
    xhr.send()
    return xhr.status
  })

const seenByHooks = (tab: Tab): Promise<readonly string[]> =>
  tab.evaluate(() => (window as unknown as { seenByHooks(): Promise<readonly string[]> }).seenByHooks())

test.beforeEach(({ site }) => {
  site.pages.set('/spied.html', page({ script: `<script src="/bearer-worker.js"></script>${SPIES}` }))
})

test('without exposeAccessToken no token comes to the page, whatever it sends', async ({
  browsing,
  engine,
  site,
  resources,
  tokens,
}) => {
  const tab = await openApp(browsing, site, '/spied.html')
  await signIn(tab)
  const statuses = [await askAtOnce(tab)]
  await tab.evaluate(() => bearerWorker.refresh())
  statuses.push(await askAtOnce(tab))
  expect(statuses).toEqual(engine.name === 'firefox' ? [200, 200] : [401, 401])
  expect(resources.arrivals).toHaveLength(2)
  expect(await seenByHooks(tab)).toEqual([])
  expect(tokens.refreshes).toHaveLength(1)
})

test('with it, the token comes after the first such open(), not before', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
  const tab = await openApp(browsing, site, '/spied.html')
  await signIn(tab)
  await tab.evaluate(() =>
    fetch('/r/echo')
      .then(() => bearerWorker.refresh())
      .then(() => undefined),
  )
  expect(await seenByHooks(tab)).toEqual([])
  await expect.poll(() => askAtOnce(tab)).toBe(200)
  tokens.issuer.expireAccessTokens()
  await tab.evaluate(() => bearerWorker.refresh())
  await expect.poll(() => askAtOnce(tab)).toBe(200)
})

for (const data of ['storage', '*'] as const) {
  test(`after Clear-Site-Data: "${data}" it has the old token no more`, async ({
    browsing,
    engine,
    site,
    resources,
    tokens,
  }) => {
    test.skip(engine.name === 'firefox', 'Firefox asks the worker for a synchronous request')
    site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
    site.mounts.set('/cleared', (_, response) => void response.writeHead(200, { 'clear-site-data': `"${data}"` }).end())
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await expect.poll(() => askAtOnce(tab)).toBe(200)
    const before = resources.arrivals.length
    await tab.evaluate(() => fetch('/cleared').then(() => undefined))
    await askAtOnce(tab)
    expect(resources.arrivals.slice(before).map(({ authorization }) => authorization)).toEqual([undefined])
  })
}
