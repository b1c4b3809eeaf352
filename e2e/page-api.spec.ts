import { ask, failureOf, openApp, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

test('ready says who covers the requests', async ({ browsing, site }) => {
  const tab = await browsing.newTab(site.url())
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect(await tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
})

test('setTokens adopts a token response that the app got elsewhere', async ({ browsing, site, tokens }) => {
  tokens.issuer.format = 'jwt'
  const tab = await openApp(browsing, site)
  const before = Date.now()
  const view = await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
  expect(view).toEqual({
    name: 'main',
    state: 'active',
    expiresAt: expect.any(Number),
    scope: 'rows',
    tokenType: 'Bearer',
    claims: {
      sub: 'ada',
      name: 'Ada ☂ Lovelace',
      iat: expect.any(Number),
      exp: expect.any(Number),
      jti: expect.any(String),
    },
    epoch: expect.any(Number),
    refreshing: false,
  })
  expect(view.expiresAt).toBeGreaterThanOrEqual(before + 600_000)
  expect(view.expiresAt).toBeLessThanOrEqual(Date.now() + 600_000)
  expect(await tab.evaluate(() => bearerWorker.session())).toEqual(view)
  expect(await tab.evaluate(() => bearerWorker.session('main'))).toEqual(view)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('setTokens refuses what is no token response, and repeats none of it', { tag: '@once' }, async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site)
  const failure = await failureOf(tab, () => bearerWorker.setTokens({ jwt: 'at-under-another-name' }))
  expect(failure.name).toBe('BearerWorkerError')
  expect(failure.message).toContain('access_token')
  expect(failure.message).not.toContain('at-under')
})

test('snapshot and subscribe are what useSyncExternalStore takes', async ({ browsing, site, tokens }) => {
  const tab = await openApp(browsing, site)
  await tab.evaluate(() => {
    const states: string[] = []
    const stop = bearerWorker.subscribe(() => states.push(bearerWorker.snapshot()?.state ?? 'unknown'))
    Object.assign(window, { states, stop })
  })
  expect(await tab.evaluate(() => bearerWorker.snapshot())).toMatchObject({ name: 'main', state: 'signed-out' })
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
  expect(await tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('active')
  const isOneObject = await tab.evaluate(() => {
    const first = bearerWorker.snapshot()
    return first === bearerWorker.snapshot()
  })
  expect(isOneObject).toBe(true)
  expect(await tab.evaluate(() => (window as unknown as { states: string[] }).states)).toContain('active')

  await tab.evaluate(() => (window as unknown as { stop: () => void }).stop())
  const heard = await tab.evaluate(() => (window as unknown as { states: string[] }).states.length)
  await tab.evaluate(() => bearerWorker.signOut())
  expect(await tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('signed-out')
  expect(await tab.evaluate(() => (window as unknown as { states: string[] }).states.length)).toBe(heard)
})

test('refresh brings a new token at once', { tag: '@once' }, async ({ browsing, site, api, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const before = await tab.evaluate(() => bearerWorker.session())
  const view = await tab.evaluate(() => bearerWorker.refresh())
  expect(view).toMatchObject({ name: 'main', state: 'active', refreshing: false })
  expect(view.expiresAt).toBeGreaterThan(Number(before.expiresAt))
  expect(tokens.refreshes).toHaveLength(1)
  await ask(tab, '/api/rows')
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([
    `Bearer ${tokens.issuer.latest.access_token}`,
  ])
})

test(
  'refresh in two tabs at once is one refresh',
  shows('One refresh for all tabs'),
  async ({ browsing, site, tokens }) => {
    const one = await openSignedIn(browsing, site)
    const other = await openApp(browsing, site)
    const gate = tokens.hold()
    const both = Promise.all([one, other].map((tab) => tab.evaluate(() => bearerWorker.refresh())))
    await gate.arrived()
    await expect.poll(() => other.evaluate(() => bearerWorker.snapshot()?.refreshing)).toBe(true)
    gate.release()
    expect((await both).map(({ state }) => state)).toEqual(['active', 'active'])
    expect(tokens.refreshes).toHaveLength(1)
  },
)

test.describe('refresh rejects', () => {
  test('signed-out, when there is nothing to refresh', { tag: '@once' }, async ({ browsing, site, tokens }) => {
    const tab = await openApp(browsing, site)
    expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({
      name: 'BearerWorkerError',
      code: 'signed-out',
    })
    expect(tokens.refreshes).toHaveLength(0)
  })

  test('refresh-failed, with the time of the next try; and tries again at once when asked', { tag: '@once' }, async ({
    browsing,
    site,
    tokens,
  }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.fail('status-429-seconds')
    const failure = await failureOf(tab, () => bearerWorker.refresh())
    expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'refresh-failed' })
    expect(Number(failure.retryAt) - Date.now()).toBeGreaterThan(20_000)
    expect(Number(failure.retryAt) - Date.now()).toBeLessThanOrEqual(30_000)
    expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({
      state: 'active',
      retryAt: failure.retryAt,
    })
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    tokens.recover()
    const view = await tab.evaluate(() => bearerWorker.refresh())
    expect(view).toMatchObject({ state: 'active' })
    expect(view).not.toHaveProperty('retryAt')
  })

  test('session-ended, with the reason of the server', { tag: '@once' }, async ({ browsing, site, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.endEverySession()
    expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({
      name: 'BearerWorkerError',
      code: 'session-ended',
      reason: 'invalid_grant',
    })
    expect(await tab.evaluate(() => bearerWorker.session())).toEqual({
      name: 'main',
      state: 'ended',
      reason: 'invalid_grant',
      epoch: expect.any(Number),
      refreshing: false,
    })
    expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
    expect(tokens.refreshes).toHaveLength(1)
  })
})

test.describe('getAccessToken', () => {
  test('rejects unless the configuration exposes it', { tag: '@once' }, async ({ browsing, site }) => {
    const tab = await openSignedIn(browsing, site)
    expect(await failureOf(tab, () => bearerWorker.getAccessToken())).toMatchObject({
      name: 'BearerWorkerError',
      code: 'not-exposed',
    })
  })

  test('gives a valid token, refreshed when it has expired', { tag: '@once' }, async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    site.configuration = oneSession(oauthSession(api, tokens, { exposeAccessToken: true }))
    const tab = await openApp(browsing, site)
    expect(await failureOf(tab, () => bearerWorker.getAccessToken())).toMatchObject({ code: 'signed-out' })

    tokens.issuer.lifetimeSeconds = 1
    await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
    tokens.issuer.lifetimeSeconds = 600
    await expect
      .poll(() => tab.evaluate(async () => Date.now() > Number((await bearerWorker.session()).expiresAt)))
      .toBe(true)
    expect(await tab.evaluate(() => bearerWorker.getAccessToken())).toBe(tokens.issuer.latest.access_token)
    expect(tokens.refreshes).toHaveLength(1)
  })
})

test('explain says what would be done with a request, and why', { tag: '@once' }, async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const tab = await openApp(browsing, site)
  const explain = (url: string, headers: Record<string, string> = {}) =>
    tab.evaluate(({ url, headers }) => bearerWorker.explain(url, { headers }), { url, headers })

  expect(await explain('/api/rows')).toMatchObject({ touched: false, session: 'main', code: 'signed-out' })
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
  expect(await explain('/api/rows')).toMatchObject({ touched: true, session: 'main', code: 'authorize' })
  expect(await explain(api.url('/rows'))).toMatchObject({ touched: true, session: 'main', code: 'authorize' })
  expect(await explain('/api/public/news')).toMatchObject({ touched: false, code: 'excepted' })
  expect(await explain('/api/rows', { authorization: 'Basic eA==' })).toMatchObject({
    touched: false,
    code: 'has-authorization',
  })

  const other = await explain(stranger.url('/rows'))
  expect(other).toMatchObject({ touched: false, code: 'other-origin' })
  expect(other.message).toContain(stranger.origin)
  expect(other.message).toContain(api.origin)
  expect(api.requests).toHaveLength(0)
})

test('what happened is told by events in every tab, and by history', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const onlooker = await openApp(browsing, site)
  await onlooker.evaluate(() => {
    const entries: unknown[] = []
    Object.assign(window, { entries })
    bearerWorker.addEventListener('request', ({ detail }) => entries.push(detail))
    bearerWorker.addEventListener('refresh', ({ detail }) => entries.push(detail))
  })
  tokens.issuer.expireAccessTokens()
  await ask(tab, '/api/rows?search=a-secret-word')

  const refresh = { kind: 'refresh', session: 'main', method: 'POST', url: tokens.url('/token'), outcome: 'success' }
  const request = {
    kind: 'request',
    session: 'main',
    method: 'GET',
    url: expect.stringContaining('/api/rows'),
    outcome: 'replayed',
    status: 200,
  }
  const entries = () =>
    onlooker.evaluate(() => (window as unknown as { entries: { at: number; durationMs: number }[] }).entries)
  await expect.poll(entries).toEqual([expect.objectContaining(refresh), expect.objectContaining(request)])
  const history = await tab.evaluate(() => bearerWorker.history())
  expect(history.slice(-2)).toEqual(await entries())
  for (const { at, durationMs, waitedMs } of history) {
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000)
    expect(durationMs).toBeGreaterThanOrEqual(waitedMs)
  }
  expect(JSON.stringify(history)).not.toContain('a-secret-word')
})

test('an unknown session is an error that names the known ones', { tag: '@once' }, async ({ browsing, site }) => {
  const tab = await openApp(browsing, site)
  const failure = await failureOf(tab, () => bearerWorker.session('mian'))
  expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'unknown-session' })
  expect(failure.message).toContain('main')
})
