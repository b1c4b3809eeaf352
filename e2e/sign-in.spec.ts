import { ask, failureOf, leave, openApp } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession } from './configurations.ts'
import { page } from './servers/site.ts'
import {
  arrivedAt,
  expect,
  leaveForSignIn,
  oidcSession,
  openSignedInAt,
  press,
  readStore,
  signInAt,
  test,
} from './oauth.ts'

const view = () => bearerWorker.session()

test(
  'signs in at the server, comes back where it began, and no page ever sees a code or a token',
  shows('Sign-in by the code flow with PKCE, in the worker'),
  async ({ browsing, site, id }) => {
    const tab = await openApp(browsing, site, '/?tab=1#here')
    const before = await tab.evaluate(() => history.length)
    const url = await signInAt(tab, id, site)

    expect(url).toBe(site.url('/?tab=1#here'))
    expect(await tab.evaluate(view)).toMatchObject({
      state: 'active',
      tokenType: 'Bearer',
      claims: { sub: 'ada', name: 'Ada Keeper' },
    })
    expect(await tab.evaluate(() => history.length)).toBe(before + 2) // the server's page, and this one
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(site.hits.get('/signed-in')).toBeUndefined()
    expect(id.counts.codes).toBe(1)
    expect(Object.keys(await readStore(tab)).filter((key) => key.startsWith('sign-in '))).toEqual([])
  },
)

test('refreshes by the metadata, with rotation', { tag: '@once' }, async ({ browsing, site, id }) => {
  const tab = await openSignedInAt(browsing, id, site)
  for (let round = 1; round <= 3; round++) {
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts).toMatchObject({ refreshes: round, refreshesRefused: 0 })
  }
})

test('an endpoint that the metadata name never gets the access token, though a pattern covers it', {
  tag: '@once',
}, async ({ browsing, site, id }) => {
  site.configuration = oneSession(oidcSession(id, {}, { resources: [`${id.url}/*`] }))
  await browsing.prime(site.url())
  const tab = await openSignedInAt(browsing, id, site)
  const codeOf = (path: string) =>
    tab.evaluate(async (url) => (await bearerWorker.explain(url)).code, `${id.issuer}${path}`)
  for (const again of [false, true]) {
    if (again) await browsing.stopWorkers()
    for (const path of ['/token', '/token/revocation']) {
      await ask(tab, `${id.issuer}${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'client_id=spa',
      })
      expect(await codeOf(path)).toBe('own-endpoint')
    }
    expect(await codeOf('/me')).toBe('authorize')
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  }
  expect(id.authorized).toEqual(['/rows', '/rows'])
})

test('when everything has expired the session ends, and a silent sign-in begins another without a question', {
  tag: '@once',
}, async ({ browsing, site, id }) => {
  const tab = await openSignedInAt(browsing, id, site)
  id.revokeAccessTokens()
  id.revokeRefreshTokens()
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'ended', reason: 'invalid_grant' })

  await leave(tab, (options) => bearerWorker.signIn(options), { returnTo: '/?silent', parameters: { prompt: 'none' } })
  await arrivedAt(tab, site.url('/?silent'))
  expect(await tab.evaluate(view)).toMatchObject({ state: 'active' })
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
})

test('a silent sign-in that would need the user says so', { tag: '@once' }, async ({ browsing, site, id }) => {
  const tab = await openApp(browsing, site)
  await leave(tab, (options) => bearerWorker.signIn(options), { returnTo: '/?silent', parameters: { prompt: 'none' } })
  expect(await arrivedAt(tab, site.url('/?silent'))).toBe(site.url('/?silent'))
  expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out', reason: 'login_required' })
  expect(id.counts.codes).toBe(0)
})

test('a user who cancels is back, with the reason and a clean URL', { tag: '@once' }, async ({
  browsing,
  site,
  id,
}) => {
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id, { returnTo: '/plain.html?step=2' })
  await press(tab, 'Cancel')
  expect(await arrivedAt(tab, site.origin)).toBe(site.url('/plain.html?step=2'))
  await tab.goto(site.url('/'))
  expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out', reason: 'access_denied' })
})

test('signing out forgets, revokes at the server, and ends the session there', async ({ browsing, site, id }) => {
  site.configuration = oneSession(oidcSession(id, { postSignOutRedirectUri: '/' }))
  const tab = await openSignedInAt(browsing, id, site)
  const { accessToken, refreshToken } = (await readStore(tab))['/bearer-worker.json main'] as {
    accessToken: string
    refreshToken: string
  }
  expect(await id.isActive(accessToken)).toBe(true)

  await leave(tab, (name) => bearerWorker.signOut(name), 'main')
  await arrivedAt(tab, `${id.url}/session/end`)
  expect(id.counts.revocations).toBe(1)
  expect(await id.isActive(refreshToken)).toBe(false)
  await press(tab, 'Sign out')
  await arrivedAt(tab, site.origin)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out' })
  await leaveForSignIn(tab, id) // it has to ask again
})

test('a wrong state ends no sign-in: the URL is the site’s own', { tag: '@once' }, async ({ browsing, site, id }) => {
  site.pages.set('/signed-in', site.pages.get('/')!)
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id)
  id.onTheWayBack = (url) => url.searchParams.set('state', 'another')
  await press(tab, 'Sign in as Ada')
  expect(await arrivedAt(tab, site.origin)).toContain(site.url('/signed-in?code='))
  const after = await tab.evaluate(view)
  expect(after).toMatchObject({ state: 'signed-out' })
  expect(after).not.toHaveProperty('reason')
  expect(id.counts.codes).toBe(0)
})

for (const [title, change] of [
  ['a wrong', (url: URL) => url.searchParams.set('iss', 'https://evil.example')],
  ['a missing', (url: URL) => url.searchParams.delete('iss')],
] as const) {
  test(`${title} iss is refused, also beside an error`, { tag: '@once' }, async ({ browsing, site, id }) => {
    const tab = await openApp(browsing, site)
    for (const button of ['Cancel', 'Sign in as Ada'] as const) {
      await leaveForSignIn(tab, id, { returnTo: '/?back' })
      id.onTheWayBack = change
      await press(tab, button)
      await arrivedAt(tab, site.url('/?back'))
      expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out', reason: 'issuer-mismatch' })
      await tab.goto(site.url('/'))
    }
    expect(id.counts.codes).toBe(0)
  })
}

test('a wrong nonce is refused', { tag: '@once' }, async ({ browsing, site, id }) => {
  const tab = await openApp(browsing, site)
  id.onTheWayThere = (url) => url.searchParams.has('nonce') && url.searchParams.set('nonce', 'another')
  await signInAt(tab, id, site)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'signed-out', reason: 'nonce-mismatch' })
})

test('a response that is used again brings nothing, also after a sign-out', async ({ browsing, site, id }) => {
  site.pages.set('/signed-in', site.pages.get('/')!)
  const tab = await openSignedInAt(browsing, id, site)
  const [again = ''] = id.waysBack
  await tab.goto(again)
  await arrivedAt(tab, site.origin)
  const signedIn = await tab.evaluate(view)
  expect(signedIn).toMatchObject({ state: 'active' })
  expect(signedIn).not.toHaveProperty('reason')
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)

  await tab.evaluate(() => bearerWorker.signOut())
  await tab.goto(again)
  await arrivedAt(tab, site.origin)
  const signedOut = await tab.evaluate(view)
  expect(signedOut).toMatchObject({ state: 'signed-out' })
  expect(signedOut).not.toHaveProperty('reason')
  expect(id.counts.codes).toBe(1)
})

test('a response is of no use in another browser', async ({ browsing, engine, site, id }) => {
  site.pages.set('/signed-in', site.pages.get('/')!)
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id)
  id.onTheWayBack = (url) => (url.href = site.url('/plain.html'))
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.url('/plain.html'))

  const elsewhere = await engine.browse()
  const victim = await openApp(elsewhere, site)
  await victim.goto(id.waysBack[0]!)
  await arrivedAt(victim, site.origin)
  const after = await victim.evaluate(view)
  expect(after).toMatchObject({ state: 'signed-out' })
  expect(after).not.toHaveProperty('reason')
  expect(id.counts.codes).toBe(0)
  await elsewhere.close()
})

test(
  'a worker that was stopped while the user was away finishes the sign-in',
  shows('Sign-in by the code flow with PKCE, in the worker'),
  async ({ browsing, site, id }) => {
    await browsing.prime(site.url())
    const tab = await openApp(browsing, site)
    await leaveForSignIn(tab, id, { returnTo: '/?back' })
    await browsing.stopWorkers()
    await press(tab, 'Sign in as Ada')
    await arrivedAt(tab, site.url('/?back'))
    expect(await tab.evaluate(view)).toMatchObject({ state: 'active' })
  },
)

test('two tabs that sign in at once do not mix', async ({ browsing, site, id }) => {
  const [one, other] = [await openApp(browsing, site), await openApp(browsing, site)]
  await leaveForSignIn(one, id, { returnTo: '/?one' })
  await leaveForSignIn(other, id, { returnTo: '/?other' })
  await press(other, 'Sign in as Ada')
  await arrivedAt(other, site.url('/?other'))
  await press(one, 'Sign in as Ada')
  await arrivedAt(one, site.url('/?one'))
  for (const tab of [one, other]) {
    expect(await tab.evaluate(view)).toMatchObject({ state: 'active' })
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  }
  expect(id.counts.codes).toBe(2)
})

test('a returnTo of another origin, and parameters of ours, are refused', { tag: '@once' }, async ({
  browsing,
  site,
  id,
}) => {
  const tab = await openApp(browsing, site)
  expect(await failureOf(tab, () => bearerWorker.signIn({ returnTo: 'https://evil.example/' }))).toMatchObject({
    code: 'sign-in-failed',
  })
  expect(await failureOf(tab, () => bearerWorker.signIn({ returnTo: 'javascript:alert(1)' }))).toMatchObject({
    code: 'sign-in-failed',
  })
  expect(await failureOf(tab, () => bearerWorker.signIn({ parameters: { state: 'mine' } }))).toMatchObject({
    code: 'sign-in-failed',
  })
  expect(id.waysBack).toEqual([])
})

test('metadata of another issuer are refused', { tag: '@once' }, async ({ browsing, site, id }) => {
  site.configuration = oneSession(oidcSession(id, { issuer: id.issuer.replace('localhost', '127.0.0.1') }))
  const tab = await openApp(browsing, site)
  expect(await failureOf(tab, () => bearerWorker.signIn())).toMatchObject({ code: 'sign-in-failed' })
})

test('with storage "memory" a sign-in outlives a stopped worker, and no token is on disk', async ({
  browsing,
  site,
  id,
}) => {
  site.configuration = oneSession(oidcSession(id, {}, { storage: 'memory' }))
  await browsing.prime(site.url())
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id)
  await browsing.stopWorkers()
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.origin)
  expect(await tab.evaluate(view)).toMatchObject({ state: 'active' })
  expect(Object.keys(await readStore(tab)).filter((key) => /main|sign-in/.test(key))).toEqual([])
})

test('where no worker can run, the page ends the sign-in', async ({ browsing, site, id }) => {
  const withoutWorker = page({
    script:
      '<script>Object.defineProperty(Navigator.prototype, "serviceWorker", { value: undefined })</script><script src="/bearer-worker.js"></script>',
  })
  for (const path of ['/', '/signed-in']) site.pages.set(path, withoutWorker)
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
  await leaveForSignIn(tab, id, { returnTo: '/?back' })
  await press(tab, 'Sign in as Ada')
  expect(await arrivedAt(tab, site.url('/?back'))).toBe(site.url('/?back'))
  expect(await tab.evaluate(view)).toMatchObject({ state: 'active' })
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
})
