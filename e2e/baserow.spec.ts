/** Baserow and other servers on Django Simple JWT: their own scheme, codes, fields and refresh. */
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

test.beforeEach(({ site, api, tokens }) => {
  site.configuration = oneSession({
    resources: ['/api/*'],
    scheme: 'JWT',
    capture: ['/auth/login'],
    refresh: { url: '/auth/refresh', body: 'json' },
    invalidToken: { statuses: [401], errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] },
    lifetimeSeconds: 600,
  })
  api.scheme = 'JWT'
  api.refusal = {
    status: 401,
    body: { error: 'ERROR_INVALID_ACCESS_TOKEN', detail: 'Access token is expired or invalid.' },
  }
  tokens.issuer.format = 'jwt'
  tokens.issuer.rotates = false
  tokens.issuer.tellsLifetime = false
  tokens.refusal = {
    status: 401,
    body: { error: 'ERROR_INVALID_REFRESH_TOKEN', detail: 'Refresh token is expired or invalid.' },
  }
  tokens.shape = ({ access_token, refresh_token }) => ({
    user: { first_name: 'Ada' },
    token: access_token,
    access_token,
    ...(refresh_token && { refresh_token }),
  })
})

test('the page signs in and sees the user, not the tokens', async ({ browsing, site, api, tokens }) => {
  const tab = await openApp(browsing, site)
  const answer = await signIn(tab, { password: PASSWORD })
  expect(JSON.parse(answer.text)).toEqual({ user: { first_name: 'Ada' } })
  expect((await ask(tab, '/api/database/rows/')).status).toBe(200)
  expect(api.requests.at(-1)?.authorization).toBe(`JWT ${tokens.issuer.latest.access_token}`)
})

test('ERROR_INVALID_ACCESS_TOKEN is refreshed by JSON, with the one refresh token there is', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const { refresh_token } = tokens.issuer.latest
  for (let round = 0; round < 2; round++) {
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/database/rows/')).status).toBe(200)
  }
  expect(tokens.refreshes.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
    { refresh_token },
    { refresh_token },
  ])
})

test('a 401 with another code is none of our business', async ({ browsing, site, api, tokens }) => {
  api.answer('/api/user/change-password/', { status: 401, body: { error: 'ERROR_INVALID_OLD_PASSWORD' } })
  const tab = await openSignedIn(browsing, site)
  const answer = await ask(tab, '/api/user/change-password/', { method: 'POST', body: '{}' })
  expect(answer).toMatchObject({ status: 401, text: '{"error":"ERROR_INVALID_OLD_PASSWORD"}' })
  expect(tokens.refreshes).toHaveLength(0)
  expect(api.to('/api/user/change-password/')).toHaveLength(1)
})

test('ERROR_INVALID_REFRESH_TOKEN ends the session', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.endEverySession()
  const answer = await ask(tab, '/api/database/rows/')
  expect(answer.status).toBe(401)
  expect(JSON.parse(answer.text)).toMatchObject({ error: 'ERROR_INVALID_ACCESS_TOKEN' })
  expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({
    state: 'ended',
    reason: 'ERROR_INVALID_REFRESH_TOKEN',
  })
})

test('the lifetime is read from the token', async ({ browsing, site, tokens }) => {
  tokens.issuer.lifetimeSeconds = 300
  const tab = await openSignedIn(browsing, site)
  const { expiresAt, claims } = await tab.evaluate(() => bearerWorker.session())
  expect(Number(expiresAt) - Date.now()).toBeLessThanOrEqual(300_000)
  expect(Number(expiresAt) - Date.now()).toBeGreaterThan(240_000)
  expect(claims).toMatchObject({ sub: 'ada', name: 'Ada ☂ Lovelace' })
})
