/** What servers want beyond RFC 6749, in every engine; `known-servers.spec.ts` has the servers themselves. */
import { type AppRequest, ask, askByXhr, openApp, openSignedIn, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'

const CSRF = { 'X-CSRF-TOKEN': '{cookie:csrf}' }

test('placeholders: tokens and a cookie go into the refresh and the sign-out, and nothing else does', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(
    oauthSession(api, tokens, {
      refresh: {
        url: '/auth/refresh',
        body: 'json',
        headers: { ...CSRF, 'X-Old': 'Token {accessToken}' },
        parameters: { refresh_token: '{refreshToken}', device: { trusted: true, old: ['{accessToken}'] } },
      },
      signOut: {
        url: '/api/public/sign-out',
        method: 'PUT',
        body: 'json',
        headers: { ...CSRF, Authorization: 'Bearer {accessToken}' },
        parameters: { token: '{refreshToken}' },
      },
    }),
  )
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => {
    document.cookie = 'csrf=c1'
  })
  const first = tokens.issuer.latest
  await tab.evaluate(() => bearerWorker.refresh())
  const { headers, body } = tokens.refreshes.at(-1)!
  expect(headers).toMatchObject({ 'x-csrf-token': 'c1', 'x-old': `Token ${first.access_token}` })
  expect(headers).not.toHaveProperty('cookie')
  expect(JSON.parse(body)).toEqual({
    refresh_token: first.refresh_token,
    device: { trusted: true, old: [first.access_token] },
  })

  const last = tokens.issuer.latest
  await tab.evaluate(() => {
    document.cookie = 'csrf=c2'
  })
  await tab.evaluate(() => bearerWorker.signOut())
  const [signedOut] = api.to('/api/public/sign-out')
  expect(signedOut).toMatchObject({ method: 'PUT', authorization: `Bearer ${last.access_token}` })
  expect(signedOut?.headers).toMatchObject({ 'x-csrf-token': 'c2' })
  expect(JSON.parse(signedOut?.body ?? '')).toEqual({ token: last.refresh_token })
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
})

test('a header of the page’s own is replaced where "replaces" lists it, and only there', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(oauthSession(api, tokens, { replaces: ['Bearer anon-key'] }))
  const tab = await openSignedIn(browsing, site)
  const { access_token } = tokens.issuer.latest
  const sent: [value: string, authorization: string][] = [
    ['Bearer anon-key', `Bearer ${access_token}`],
    ['Bearer anon-key2', 'Bearer anon-key2'],
    ['Basic YTpi', 'Basic YTpi'],
  ]
  for (const [value, authorization] of sent)
    for (const send of [ask, askByXhr]) {
      await send(tab, '/api/rows', { headers: { authorization: value } })
      expect(api.requests.at(-1)?.authorization, `${send.name} with ${value}`).toBe(authorization)
    }
})

test('one URL is captured, authorized and refreshed at, as a GraphQL endpoint is', async ({
  browsing,
  site,
  tokens,
  api,
}) => {
  site.tapsConsole = true
  site.mounts.set('/graphql', async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const { authorization } = request.headers
    const good = authorization !== undefined && tokens.issuer.accepts(authorization.replace('Bearer ', ''))
    const data = body.includes('signIn')
      ? { signIn: { token: tokens.issuer.signIn().access_token } }
      : { rows: good ? [1] : null }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ data }))
  })
  site.configuration = oneSession({
    resources: ['/graphql'],
    capture: [{ url: '/graphql', tokenFields: { accessToken: 'data.signIn.token' } }],
  })
  const tab = await openApp(browsing, site)
  const query = (query: string): AppRequest => ({ method: 'POST', body: JSON.stringify({ query }) })

  // Without a token, an answer that brings none may be a sign-in whose path is wrong: it is told.
  expect((await ask(tab, '/graphql', query('{ rows }'))).text).toBe('{"data":{"rows":null}}')
  await expect.poll(() => outcomesOf(tab)).toEqual(['no-token'])
  expect((await ask(tab, '/graphql', query('mutation { signIn }'))).text).toBe('{"data":{"signIn":{}}}')
  // With one, it is a request like any other.
  for (const send of [ask, askByXhr])
    expect((await send(tab, '/graphql', query('{ rows }'))).text).toBe('{"data":{"rows":[1]}}')
  await expect.poll(() => outcomesOf(tab)).toEqual(['no-token', 'captured', 'sent', 'sent'])
  expect(site.console.filter((line) => line.includes('has no access token'))).toHaveLength(1)
  expect(api.requests).toEqual([])
})

test('tokens in headers of the answer, without a scheme, in a header of the API’s own', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.mounts.set('/by-header', (_, response) => {
    const { access_token, refresh_token = '' } = tokens.issuer.signIn()
    const headers = { 'x-auth-token': `Token ${access_token}`, 'x-refresh': refresh_token, 'x-expires-ms': '600000' }
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-request-id': '1', ...headers })
      .end('{"user":"ada"}')
  })
  site.configuration = oneSession(
    oauthSession(api, tokens, {
      capture: ['/by-header'],
      // The API of the tests knows no such header: below this path it wants none.
      except: [],
      header: 'X-Auth-Token',
      scheme: '',
      tokenFields: {
        accessToken: ['token', 'header:x-auth-token'],
        refreshToken: 'header:x-refresh',
        expiresIn: { at: 'header:x-expires-ms', in: 'ms' },
      },
      refresh: {
        url: tokens.url('/token'),
        tokenFields: { accessToken: 'access_token', refreshToken: 'refresh_token' },
      },
    }),
  )
  const tab = await openApp(browsing, site)
  for (const send of [ask, askByXhr]) {
    const answer = await send(tab, '/by-header', { method: 'POST' })
    expect(answer).toMatchObject({ status: 200, text: '{"user":"ada"}' })
    expect(answer.headers).toHaveProperty('x-request-id')
    for (const name of ['x-auth-token', 'x-refresh']) expect(answer.headers).not.toHaveProperty(name)
  }
  await ask(tab, '/api/public/rows')
  expect(api.requests.at(-1)?.headers['x-auth-token']).toBe(tokens.issuer.latest.access_token)
  expect(api.requests.at(-1)?.authorization).toBeUndefined()
  const { expiresAt } = await tab.evaluate(() => bearerWorker.session())
  expect(Number(expiresAt) - Date.now()).toBeLessThanOrEqual(600_000)
  expect(Number(expiresAt) - Date.now()).toBeGreaterThan(500_000)
})

test('a wrong path in tokenFields keeps the session at a refresh, burns no second token, and is told', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.tapsConsole = true
  site.configuration = oneSession(
    oauthSession(api, tokens, {
      refresh: { url: tokens.url('/token'), tokenFields: { accessToken: 'data.token' } },
    }),
  )
  const tab = await openApp(browsing, site)
  await signIn(tab)
  tokens.issuer.expireAccessTokens()
  await ask(tab, '/api/rows')
  expect(tokens.refreshes).toHaveLength(1)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
  await expect.poll(() => site.console.join('\n')).toMatch(/data\.token.*access_token/s)
  expect(site.console.join('\n')).not.toContain(tokens.issuer.latest.access_token)
})

test('a token that is renewed and keeps its text is sent again, and its new lifetime counts', async ({
  browsing,
  site,
}) => {
  // As HashiCorp Vault does: the refused token is good again after renew-self.
  let isGood = true
  let renewals = 0
  const json = { 'content-type': 'application/json' }
  const auth = (seconds: number) => JSON.stringify({ auth: { client_token: 'hvs.1', lease_duration: seconds } })
  site.mounts.set('/v1/login', (_, response) => void response.writeHead(200, json).end(auth(600)))
  site.mounts.set('/v1/renew-self', ({ headers }, response) => {
    renewals++
    isGood = headers['x-vault-token'] === 'hvs.1'
    response.writeHead(isGood ? 200 : 403, json).end(isGood ? auth(3600) : '{"errors":["permission denied"]}')
  })
  site.mounts.set('/v1/secret', ({ headers }, response) => {
    const status = isGood && headers['x-vault-token'] === 'hvs.1' ? 200 : 403
    response.writeHead(status, json).end('{}')
  })
  site.configuration = oneSession({
    resources: ['/v1/*'],
    header: 'X-Vault-Token',
    scheme: '',
    capture: ['/v1/login'],
    tokenFields: { accessToken: 'auth.client_token', expiresIn: 'auth.lease_duration' },
    refresh: { url: '/v1/renew-self', body: 'none', headers: { 'X-Vault-Token': '{accessToken}' } },
    invalidToken: { statuses: [403] },
    sessionEnded: { statuses: [400, 403] },
  })
  const tab = await openApp(browsing, site)
  await ask(tab, '/v1/login', { method: 'POST' })
  for (const round of [1, 2]) {
    isGood = false
    expect((await ask(tab, '/v1/secret')).status).toBe(200)
    expect(renewals).toBe(round)
  }
  const { state, expiresAt } = await tab.evaluate(() => bearerWorker.session())
  expect(state).toBe('active')
  expect(Number(expiresAt) - Date.now()).toBeGreaterThan(3_000_000)
})

const outcomesOf = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.history()).map(({ outcome }) => outcome))
