/** Authorization servers that want more than their metadata say, or that publish none. */
import { ask, leave, openApp } from './app.ts'
import { oneSession } from './configurations.ts'
import { arrivedAt, expect, oidcSession, openSignedInAt, signInAt, test } from './oauth.ts'

test.describe('a server that requires pushed authorization requests', () => {
  test.use({ pushedRequests: true })

  test('gets the request by POST; the URL that the user visits names it only', async ({ browsing, site, id }) => {
    const visited: string[] = []
    id.onTheWayThere = ({ searchParams }) => visited.push([...searchParams.keys()].sort().join())
    const tab = await openSignedInAt(browsing, id, site)
    expect(visited[0]).toBe('client_id,request_uri')
    expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 1 })
  })

  test('refuses one that is not pushed', async ({ id }) => {
    const url = `${id.url}/auth?client_id=spa&response_type=code&scope=openid`
    const { headers } = await fetch(url, { redirect: 'manual' })
    expect(headers.get('location')).toMatch(/error=invalid_request&error_description=Pushed/)
  })
})

test('"parameters" are in every authorization request, "signOutParameters" in the end-session request', async ({
  browsing,
  site,
  id,
}) => {
  site.configuration = oneSession(
    oidcSession(id, {
      parameters: { audience: 'https://api.example.com', ui_locales: 'de' },
      postSignOutRedirectUri: '/',
      signOutParameters: { logout_uri: 'https://app.example.com/', ui_locales: 'fr' },
    }),
  )
  const asked: URLSearchParams[] = []
  id.onTheWayThere = ({ pathname, searchParams }) => pathname === '/auth' && asked.push(searchParams)
  const tab = await openSignedInAt(browsing, id, site)
  expect(Object.fromEntries(asked[0]!)).toMatchObject({
    audience: 'https://api.example.com',
    ui_locales: 'de',
    client_id: 'spa',
    response_type: 'code',
  })
  await leave(tab, () => bearerWorker.signOut(), undefined)
  const { searchParams } = new URL(await arrivedAt(tab, `${id.url}/session/end`))
  expect(Object.fromEntries(searchParams)).toMatchObject({
    logout_uri: 'https://app.example.com/',
    ui_locales: 'fr',
    client_id: 'spa',
    post_logout_redirect_uri: site.url('/'),
    id_token_hint: expect.stringContaining('.'),
  })
})

test('metadata that are written out are not asked for: a server that publishes none', async ({
  browsing,
  site,
  id,
}) => {
  site.configuration = oneSession(
    oidcSession(id, {
      // Nobody answers there.
      issuer: 'http://id.localhost:9',
      scope: 'rows',
      metadata: {
        authorization_endpoint: `${id.url}/auth`,
        token_endpoint: `${id.url}/token`,
        revocation_endpoint: `${id.url}/token/revocation`,
      },
    }),
  )
  // It does not know its issuer either.
  id.onTheWayBack = (url) => url.searchParams.delete('iss')
  const tab = await openApp(browsing, site)
  await signInAt(tab, id, site)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  id.revokeAccessTokens()
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  await tab.evaluate(() => bearerWorker.signOut())
  expect(id.counts).toMatchObject({ codes: 1, refreshes: 1, revocations: 1 })
})
