/** Synchronous requests and `fetchLater` pass by every worker, so that a page with `exposeAccessToken` keeps the header for them. */
import { openApp, openSignedIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test } from '../fixtures.ts'

declare const fetchLater: (url: string) => unknown

const send = (tab: Tab, path: string) =>
  tab.evaluate((path) => {
    const xhr = new XMLHttpRequest()
    xhr.open('GET', path, false)
    xhr.send()
    return xhr.status
  }, path)

test('after Clear-Site-Data: "storage" no synchronous request carries the old token', async ({
  browsing,
  engineName,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
  site.mounts.set('/clear', (_, response) => {
    response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
  })
  const tab = await openSignedIn(browsing, site)
  await send(tab, '/r/echo/first')
  await expect.poll(() => send(tab, '/r/echo/then')).toBe(200)
  await tab.evaluate(() => fetch('/clear').then((response) => response.text()))
  // Only Chromium takes the worker away. In the others it goes on, until the page is told of the empty store.
  if (engineName === 'chromium') {
    await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller === null)).toBe(true)
    await send(tab, '/r/echo/lost')
    expect(resources.to('/echo/lost')[0]!.authorization).toBeUndefined()
  }
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  await expect.poll(() => send(tab, '/r/echo/later')).toBe(401)
  expect(resources.to('/echo/later').at(-1)!.authorization).toBeUndefined()
})

test('an endpoint of the session itself gets no token by a synchronous request', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const own = { refresh: { url: '/r/open/token', body: 'json' }, revoke: '/r/open/revoke' } as const
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true, ...own }))
  const tab = await openSignedIn(browsing, site)
  await send(tab, '/r/echo/first')
  await expect.poll(() => send(tab, '/r/echo/then')).toBe(200)
  const seen = resources.arrivals.length
  for (const path of ['/r/open/token', '/r/open/revoke', '/r/open//token', '/r/open/%74oken']) await send(tab, path)
  expect(resources.arrivals.slice(seen).map(({ authorization }) => authorization)).toEqual(Array(4).fill(undefined))
})

test('an endpoint that only the metadata of the authorization server name gets no token by one of them', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const names = ['authorization', 'token', 'revocation', 'end_session', 'pushed_authorization_request']
  const metadata = Object.fromEntries(names.map((name) => [`${name}_endpoint`, resources.url(`/open/${name}`)]))
  const authorizationServer = { issuer: resources.url(''), clientId: 'spa', redirectUri: '/signed-in', metadata }
  site.configuration = oneSession({ resources: [resources.url('/*')], authorizationServer, exposeAccessToken: true })
  const tab = await openApp(browsing, site)
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('ada'))
  await send(tab, resources.url('/echo/first'))
  await expect.poll(() => send(tab, resources.url('/echo/then'))).toBe(200)
  const own = [...names.map((name) => `/open/${name}`), '/open//token', '/open/%74oken']
  const urls = own.map((path) => resources.url(path))
  const seen = resources.arrivals.length
  for (const url of urls) await send(tab, url)
  const hasFetchLater = await tab.evaluate((urls) => {
    if (!('fetchLater' in window)) return false
    for (const url of urls) fetchLater(`${url}?later`)
    return true
  }, urls)
  if (hasFetchLater) {
    await expect.poll(() => send(tab, resources.url('/echo/armed'))).toBe(200)
    await tab.goto(site.url('/plain.html', 'elsewhere.localhost'))
    await expect.poll(() => resources.arrivals.filter(({ query }) => query.has('later')).length).toBe(urls.length)
  }
  const arrived = resources.arrivals.slice(seen).filter(({ path }) => path.startsWith('/open/'))
  expect(arrived.map(({ authorization }) => authorization)).toEqual(arrived.map(() => undefined))
  expect(arrived.length).toBeGreaterThanOrEqual(urls.length)
})

/** What becomes of the account of a request that leaves later, once the tab goes as another one. */
const MEANWHILE = {
  'signs out': (tab: Tab) => tab.evaluate(() => bearerWorker.signOut('main', { account: 'ada' })),
  'gets a new token': async (tab: Tab) => {
    await tab.evaluate(() => bearerWorker.use('ada'))
    await tab.evaluate(() => bearerWorker.refresh())
  },
}

test('fetchLater goes as the account that made it, or without a token, whatever the tab has chosen since', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
  const other = await openApp(browsing, site)
  test.skip(!(await other.evaluate(() => 'fetchLater' in window)), 'this browser has no fetchLater')
  for (const [what, happens] of Object.entries(MEANWHILE)) {
    const path = `/open/${what.replaceAll(' ', '-')}`
    const tab = await openApp(browsing, site)
    await tab.evaluate(() => bearerWorker.use('ada'))
    await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('ada'))
    await tab.evaluate((url) => void fetchLater(url), `/r${path}`)
    await expect.poll(() => send(tab, '/r/echo')).toBe(200)
    await tab.evaluate(() => bearerWorker.use('bob'))
    tokens.issuer.expireAccessTokens()
    await happens(other)
    // A synchronous request shows what this page knows of the account.
    await tab.evaluate(() => bearerWorker.use('ada'))
    await expect.poll(() => send(tab, '/r/echo')).toBe(what === 'signs out' ? 401 : 200)
    await expect.poll(() => send(tab, '/r/open/known')).toBe(200)
    const expected = resources.to('/open/known').at(-1)!.authorization
    await tab.evaluate(() => bearerWorker.use('bob'))
    await tab.goto(site.url('/plain.html', 'elsewhere.localhost'))
    const [arrival] = await resources.arrived(path)
    expect.soft(arrival!.authorization, what).toBe(expected)
    expect.soft(expected === undefined, what).toBe(what === 'signs out')
  }
})
