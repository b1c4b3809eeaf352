import { ask, askByXhr, openApp, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

test('the tokens of a sign-in stay with the worker, and the page gets the rest of the answer', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openApp(browsing, site)
  const answer = await signIn(tab)
  expect(answer.status).toBe(200)
  expect(JSON.parse(answer.text)).toEqual({ token_type: 'Bearer', scope: 'rows', expires_in: 600 })
  expect(answer.headers['x-request-id']).toBe('sign-in')
  expect(answer.headers['content-type']).toBe('application/json')
  expect(answer.headers['content-length']).toBe(String(answer.text.length))
  expect(tokens.signIns).toHaveLength(1)
})

test('a copy of a token under another name is taken out too', async ({ browsing, site, tokens }) => {
  tokens.shape = (response) => ({
    ...response,
    token: response.access_token,
    user: { name: 'Ada ☂', tokens: [response.refresh_token, 'a word'] },
  })
  const tab = await openApp(browsing, site)
  const { text } = await signIn(tab)
  expect(JSON.parse(text)).toEqual({
    token_type: 'Bearer',
    scope: 'rows',
    expires_in: 600,
    user: { name: 'Ada ☂', tokens: ['a word'] },
  })
})

for (const user of ['ada', 'bob']) {
  const isSame = user === 'ada'
  test(`an answer without a refresh token, for ${isSame ? 'the same user, keeps' : 'another user, does not keep'} the old one`, async ({
    browsing,
    site,
    tokens,
  }) => {
    tokens.issuer.format = 'jwt'
    const tab = await openApp(browsing, site)
    const signInAs = (username: string) =>
      ask(tab, '/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username, password: PASSWORD }),
      })
    await signInAs('ada')
    // Somebody changes the organisation, for example.
    tokens.shape = ({ access_token, token_type, expires_in }) => ({ access_token, token_type, expires_in })
    expect((await signInAs(user)).status).toBe(200)
    tokens.shape = (response) => response
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(isSame ? 200 : 401)
    expect(tokens.refreshes).toHaveLength(isSame ? 1 : 0)
  })
}

test('the next request carries the captured token', async ({ browsing, site, api, tokens }) => {
  const tab = await openApp(browsing, site)
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  await signIn(tab)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(api.to('/api/rows').map(({ authorization }) => authorization)).toEqual([
    undefined,
    `Bearer ${tokens.issuer.latest.access_token}`,
  ])
})

test('a sign-in by XMLHttpRequest, to another origin, is captured as well', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession(oauthSession(api, tokens, { capture: [tokens.url('/login')] }))
  const tab = await openApp(browsing, site)
  const answer = await askByXhr(tab, tokens.url('/login'), {
    method: 'POST',
    body: JSON.stringify({ password: PASSWORD }),
  })
  expect(JSON.parse(answer.text)).toEqual({ token_type: 'Bearer', scope: 'rows', expires_in: 600 })
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('tokens stand where the server puts them', async ({ browsing, site, api, tokens }) => {
  tokens.shape = ({ access_token, refresh_token }) => ({
    data: { jwt: access_token, renew: refresh_token, ttl: 60 },
    ok: true,
  })
  const tokenFields = { accessToken: 'data.jwt', refreshToken: 'data.renew', expiresIn: 'data.ttl' }
  site.configuration = oneSession(oauthSession(api, tokens, { tokenFields }))
  const tab = await openApp(browsing, site)
  expect(JSON.parse((await signIn(tab)).text)).toEqual({ data: { ttl: 60 }, ok: true })
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('a wrong password reaches the page as it is', async ({ browsing, site, tokens }) => {
  const tab = await openApp(browsing, site)
  const answer = await signIn(tab, { password: 'guessed' })
  expect(answer).toMatchObject({ status: 401, text: '{"error":"wrong_credentials"}' })
  expect(tokens.refreshes).toHaveLength(0)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
})

test('an answer that wants a second factor is no sign-in', async ({ browsing, site, tokens }) => {
  tokens.shape = () => ({ two_factor: 'totp', token: 'for-the-second-step-only' })
  const tab = await openApp(browsing, site)
  expect(JSON.parse((await signIn(tab)).text)).toEqual({ two_factor: 'totp', token: 'for-the-second-step-only' })
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
})
