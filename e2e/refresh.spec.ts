import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'
import type { ReceivedRequest } from '../src/testing/servers/received-request.ts'

const presentedToken = ({ body }: ReceivedRequest) => new URLSearchParams(body).get('refresh_token')

test('a refused token is refreshed once, and the request sent again', async ({ browsing, site, api, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
})

test('a request that comes while a refused token is replaced waits for the new one', { tag: '@once' }, async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const first = ask(tab, '/api/rows')
  await gate.arrived()
  const second = ask(tab, '/api/more')
  await tab.evaluate(() => bearerWorker.session()) // the worker has been there meanwhile
  gate.release()
  expect([(await first).status, (await second).status]).toEqual([200, 200])
  const { access_token } = tokens.issuer.latest
  expect(api.requests.filter(({ path }) => path.endsWith('/more')).map(({ authorization }) => authorization)).toEqual([
    `Bearer ${access_token}`,
  ])
})

test('a token that has expired by its lifetime is refreshed before the request goes out', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const gate = tokens.hold()
  tokens.issuer.lifetimeSeconds = 1
  const tab = await openSignedIn(browsing, site)
  await expect
    .poll(() => tab.evaluate(async () => Date.now() > Number((await bearerWorker.session()).expiresAt)))
    .toBe(true)

  tokens.issuer.lifetimeSeconds = 600
  const answer = ask(tab, '/api/rows')
  await gate.arrived()
  expect(api.requests).toHaveLength(0)
  gate.release()

  expect((await answer).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([
    `Bearer ${tokens.issuer.latest.access_token}`,
  ])
})

test(
  'fifty requests of two tabs with an expired token: one refresh, fifty answers',
  shows('One refresh for all tabs'),
  async ({ browsing, site, api, tokens }) => {
    const one = await openSignedIn(browsing, site)
    const other = await openApp(browsing, site)
    tokens.issuer.expireAccessTokens()
    const askTwentyFive = async (path: string) => {
      const answers = Array.from({ length: 25 }, (_, index) => fetch(`${path}?row=${index}`))
      return (await Promise.all(answers)).map(({ status }) => status)
    }
    const statuses = await Promise.all([
      one.evaluate(askTwentyFive, '/api/rows'),
      other.evaluate(askTwentyFive, api.url('/rows')),
    ])
    expect(statuses.flat()).toEqual(Array.from({ length: 50 }, () => 200))
    expect(tokens.refreshes).toHaveLength(1)
  },
)

test('a rotated refresh token is the one used next', { tag: '@once' }, async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  for (let round = 0; round < 3; round++) {
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  }
  const [first, second, third] = tokens.issuer.issued.map(({ refresh_token }) => refresh_token)
  expect(tokens.refreshes.map(presentedToken)).toEqual([first, second, third])
})

test('an answer without a refresh token keeps the old one', { tag: '@once' }, async ({ browsing, site, tokens }) => {
  tokens.issuer.rotates = false
  const tab = await openSignedIn(browsing, site)
  const { refresh_token } = tokens.issuer.latest
  for (let round = 0; round < 2; round++) {
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  }
  expect(tokens.refreshes.map(presentedToken)).toEqual([refresh_token, refresh_token])
})

test('a 403 is no matter of tokens', { tag: '@once' }, async ({ browsing, site, api, tokens }) => {
  api.answer('/api/vault', { status: 403, body: { error: 'forbidden' } })
  const tab = await openSignedIn(browsing, site)
  expect(await ask(tab, '/api/vault')).toMatchObject({ status: 403, text: '{"error":"forbidden"}' })
  expect(tokens.refreshes).toHaveLength(0)
})

test('nor is a 401 that wants a wider scope', { tag: '@once' }, async ({ browsing, site, api, tokens }) => {
  api.answer('/api/vault', {
    status: 401,
    body: {},
    headers: { 'www-authenticate': 'Bearer error="insufficient_scope", scope="vault"' },
  })
  const tab = await openSignedIn(browsing, site)
  expect((await ask(tab, '/api/vault')).status).toBe(401)
  expect(tokens.refreshes).toHaveLength(0)
})

test('the server ends the session: the page gets the refusal, and is told once', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => {
    const views: unknown[] = []
    Object.assign(window, { views })
    bearerWorker.addEventListener('sessionchange', ({ detail }) => views.push([detail.state, detail.reason]))
  })
  tokens.issuer.endEverySession()
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  const views = () =>
    tab.evaluate(() => (window as unknown as { views: string[][] }).views.filter(([state]) => state !== 'active'))
  await expect.poll(views).toEqual([['ended', 'invalid_grant']])
  expect(tokens.refreshes).toHaveLength(1)
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(tokens.refreshes).toHaveLength(1)
  expect(await views()).toHaveLength(1)
})

const OFFLINE = `Object.defineProperty(Object.getPrototypeOf(navigator), 'onLine', { get: () => false });`

for (const [by, script] of [
  ['worker', '<script src="/bearer-worker.js" data-worker="/offline.sw.js"></script>'],
  ['page', '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'],
] as const)
  test(`the browser says that it is offline, and the servers can be reached: one try all the same (${by})`, async ({
    browsing,
    site,
    tokens,
  }) => {
    site.pages.set('/offline.sw.js', `${OFFLINE} importScripts('/bearer-worker.sw.js')`)
    site.pages.set('/', page({ script: `<script>${OFFLINE}</script>${script}` }))
    const tab = await openSignedIn(browsing, site)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
  })

test('a failure for now keeps the session, and the next refresh brings it on', { tag: '@once' }, async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  tokens.fail('status-503-seconds')
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
  tokens.recover()
  await tab.evaluate(() => bearerWorker.refresh())
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test.describe('how the token endpoint is asked', () => {
  test('form, as RFC 6749 has it', { tag: '@once' }, async ({ browsing, site, api, tokens }) => {
    const refresh = { url: '/auth/token', clientId: 'spa', parameters: { scope: 'rows', audience: 'a b' } }
    site.configuration = oneSession(oauthSession(api, tokens, { refresh }))
    const tab = await openSignedIn(browsing, site)
    await signIn(tab, { url: '/auth/cookie-login' })
    await signIn(tab)
    const { refresh_token } = tokens.issuer.latest
    await tab.evaluate(() => bearerWorker.refresh())
    const [call] = tokens.refreshes
    expect(call).toMatchObject({ method: 'POST', path: '/auth/token', authorization: undefined })
    expect(call?.headers.cookie).toBeUndefined()
    expect(call?.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/)
    expect(Object.fromEntries(new URLSearchParams(call?.body))).toEqual({
      grant_type: 'refresh_token',
      refresh_token,
      client_id: 'spa',
      scope: 'rows',
      audience: 'a b',
    })
  })

  test('JSON, on the own origin, with headers', { tag: '@once' }, async ({ browsing, site, api, tokens }) => {
    site.configuration = oneSession(
      oauthSession(api, tokens, {
        refresh: { url: '/auth/refresh', body: 'json', parameters: { device: 'web' }, headers: { 'X-CSRF': '1' } },
      }),
    )
    const tab = await openSignedIn(browsing, site)
    const { refresh_token } = tokens.issuer.latest
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    const [call] = tokens.refreshes
    expect(call?.headers).toMatchObject({ 'content-type': 'application/json', 'x-csrf': '1' })
    expect(JSON.parse(call?.body ?? '')).toEqual({ refresh_token, device: 'web' })
  })

  test('cookie: the app signs in, refresh() begins the session, and no script ever sees a refresh token', async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    tokens.shape = ({ access_token }) => ({ token: access_token })
    const refresh = { url: '/auth/session-token', method: 'GET', body: 'none', credentials: 'same-origin' }
    site.configuration = oneSession({ resources: ['/api/*'], refresh, tokenFields: { accessToken: 'token' } })
    const tab = await openApp(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(401)
    expect(tokens.refreshes).toHaveLength(0)

    await signIn(tab, { url: '/auth/cookie-login' })
    expect(await tab.evaluate(async () => (await bearerWorker.refresh()).state)).toBe('active')
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes.map(({ method, body }) => [method, body])).toEqual([
      ['GET', ''],
      ['GET', ''],
    ])
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  })
})
