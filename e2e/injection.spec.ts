import { ask, askByXhr, openApp, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { expect, test } from './fixtures.ts'

for (const [how, request] of [
  ['fetch', ask],
  ['XMLHttpRequest', askByXhr],
] as const) {
  test(
    `requests by ${how} carry the token, to the site's own API and to one of another origin`,
    shows('The token on `fetch` and `XMLHttpRequest`'),
    async ({ browsing, site, api, tokens }) => {
      const tab = await openSignedIn(browsing, site)
      const bearer = `Bearer ${tokens.issuer.latest.access_token}`

      expect((await request(tab, '/api/rows')).status).toBe(200)
      expect((await request(tab, api.url('/rows?page=2'))).status).toBe(200)
      expect(
        (
          await request(tab, '/api/rows/1', {
            method: 'PATCH',
            headers: { 'content-type': 'application/json' },
            body: '{"name":"Ada ☂"}',
          })
        ).status,
      ).toBe(200)

      expect(
        api.requests.map(({ method, path, query, authorization, body }) => [method, path + query, authorization, body]),
      ).toEqual([
        ['GET', '/api/rows', bearer, ''],
        ['GET', '/rows?page=2', bearer, ''],
        ['PATCH', '/api/rows/1', bearer, '{"name":"Ada ☂"}'],
      ])
    },
  )
}

test('requests that a page makes while it is being read carry it, in a new tab and after a reload', async ({
  browsing,
  site,
}) => {
  await openSignedIn(browsing, site)
  const tab = await browsing.newTab(site.url('/early.html'))
  expect(await tab.evaluate(() => early)).toEqual([200, 200])
  await tab.reload()
  expect(await tab.evaluate(() => early)).toEqual([200, 200])
})

test('also when no worker is there yet', async ({ browsing, site }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  })
  await tab.goto(site.url('/early.html'))
  expect(await tab.evaluate(() => early)).toEqual([200, 200])
})

test(
  'also after a hard reload',
  shows('Requests after a hard reload wait for the worker'),
  async ({ browsing, engine, site }) => {
    test.skip(engine.name === 'webkit', 'WebDriver has no hard reload')
    await openSignedIn(browsing, site)
    const tab = await browsing.newTab(site.url('/early.html'))
    await tab.hardReload?.()
    expect(await tab.evaluate(() => early)).toEqual([200, 200])
  },
)

test('also when the worker was stopped', shows('A stopped worker loses no session'), async ({ browsing, site }) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('another origin, what is excepted and what is not listed go out bare', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  expect((await ask(tab, '/api/public/news')).status).toBe(200)
  expect((await ask(tab, stranger.url('/rows'))).status).toBe(401)
  expect((await ask(tab, '/plain.html')).status).toBe(200)
  expect(api.to('/api/public/news').map(({ authorization }) => authorization)).toEqual([undefined])
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
  expect(tokens.refreshes).toHaveLength(0)
})

test("a caller's own Authorization is left alone, whatever becomes of it", async ({ browsing, site, api, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const headers = { authorization: 'Basic dXNlcjpwYXNz' }
  expect((await ask(tab, '/api/rows', { headers })).status).toBe(401)
  expect((await askByXhr(tab, '/api/rows', { headers })).status).toBe(401)
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([headers.authorization, headers.authorization])
  expect(tokens.refreshes).toHaveLength(0)
})

test('who is not signed in gets the answers that the server gives to strangers', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openApp(browsing, site)
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([undefined])
  expect(tokens.refreshes).toHaveLength(0)
})
