/**
 * A navigation ends a sign-in only with the state of one that this session began at this very redirect URI. Anything
 * else at that URL is the site's own: it goes to the network as it is, and changes nothing of a session.
 */
import { ask, openApp } from '../app.ts'
import { oneSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, oidcSession, test } from '../oauth.ts'
import { beginSignIn } from './call-worker.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const view = (tab: Tab) => tab.evaluate(() => bearerWorker.session())

/** Queries that are of the site, or of a stranger. */
const STRANGE = [
  '?code=PROMO',
  '?state=open',
  '?error=x',
  '?code=PROMO&state=open',
  '?error=access_denied&state=open',
  '?code=&state=',
  '?code=a&code=b&state=c&state=d',
  '?state=a%00b&code=c',
  '?STATE=x&CODE=y',
  '?x=1&state=constructor&error=__proto__',
] as const

for (const hasWorker of [true, false]) {
  for (const redirectUri of ['/', '/signed-in']) {
    test(`links to the redirect URI ${redirectUri}, ${hasWorker ? 'behind the worker' : 'in a page without a worker'}`, async ({
      browsing,
      site,
      id,
    }) => {
      if (!hasWorker) site.pages.set('/', COVERED_BY_ITSELF)
      site.pages.set('/signed-in', site.pages.get('/')!)
      site.configuration = oneSession(oidcSession(id, { redirectUri }))
      const tab = await openApp(browsing, site)
      await tab.evaluate((tokens) => bearerWorker.setTokens(tokens), await id.issueTokens())
      const { epoch } = await view(tab)
      for (const query of STRANGE) {
        const hits = site.hits.get(redirectUri) ?? 0
        await tab.goto(site.url(redirectUri + query))
        await tab.evaluate(() => bearerWorker.ready)
        expect(await tab.evaluate(() => location.pathname + location.search)).toBe(redirectUri + query)
        expect(site.hits.get(redirectUri), query).toBe(hits + 1)
        const after = await view(tab)
        expect(after, query).toMatchObject({ state: 'active', epoch })
        expect(after, query).not.toHaveProperty('reason')
      }
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      expect(id.counts.codes).toBe(0)
    })
  }
}

test('mix-up: a code that comes back under the state of another session goes to no server', async ({
  browsing,
  site,
  id,
  stranger,
}) => {
  const issuer = stranger.origin
  stranger.answer('/.well-known/oauth-authorization-server', {
    status: 200,
    body: { issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
  })
  site.configuration = {
    sessions: {
      honest: oidcSession(id),
      bad: {
        resources: [`${issuer}/rows`],
        authorizationServer: { issuer, clientId: 'spa', redirectUri: '/bad/signed-in' },
      },
    },
  }
  const tab = await openApp(browsing, site)
  const stateOf = async () => (await beginSignIn(tab, 'bad')).searchParams.get('state')!
  const iss = `&iss=${encodeURIComponent(id.issuer)}`
  const returns: readonly ((state: string) => string)[] = [
    (state) => `/signed-in?code=honest&state=${state}`,
    (state) => `/signed-in?code=honest&state=${state}${iss}`,
    (state) => `/bad/signed-in?code=honest&state=${state}${iss}`,
    (state) => `/bad/signed-in/?code=honest&state=${state}`,
    (state) => `/bad//signed-in?code=honest&state=${state}`,
    (state) => `/bad/%73igned-in?code=honest&state=${state}`,
  ]
  for (const path of returns) {
    await tab.goto(site.url(path(await stateOf())))
    await tab.goto(site.url('/'))
    await tab.evaluate(() => bearerWorker.ready)
  }
  expect(stranger.requests.map(({ path }) => path).filter((path) => path.includes('token'))).toEqual([])
  expect(id.counts.codes).toBe(0)
  for (const name of ['honest', 'bad'])
    expect(await tab.evaluate((name) => bearerWorker.session(name), name)).toMatchObject({ state: 'signed-out' })
})

/** Returns of a sign-in that was begun here that are wrong all the same: what follows the state, and the reason. */
const WRONG: Readonly<Record<string, (iss: string) => readonly [query: string, reason: string]>> = {
  'the code twice': (iss) => [`code=a&code=b&iss=${iss}`, 'invalid-response'],
  'an issuer with one slash more': (iss) => [`code=a&iss=${iss}%2F`, 'issuer-mismatch'],
  'another state after it': (iss) => [`code=a&state=x&iss=${iss}`, 'invalid-response'],
  'an issuer in other letters': (iss) => [`code=a&iss=${iss.replace('localhost', 'LOCALHOST')}`, 'issuer-mismatch'],
  'the issuer twice': (iss) => [`code=a&iss=${iss}&iss=${iss}`, 'invalid-response'],
  'an empty issuer': () => ['code=a&iss=', 'issuer-mismatch'],
  'a token beside the code': (iss) => [`code=a&token=b&iss=${iss}`, 'invalid-response'],
  'an error beside the code': (iss) => [`code=a&error=access_denied&iss=${iss}`, 'access_denied'],
  'a signed response': (iss) => [`code=a&response=e30.e30.x&iss=${iss}`, 'invalid-response'],
  'an error twice': (iss) => [`error=a&error=b&iss=${iss}%2F`, 'issuer-mismatch'],
  'an empty code': (iss) => [`code=&iss=${iss}`, 'invalid-response'],
}

test('a return with the right state that is wrong otherwise brings no code anywhere, and says why', async ({
  browsing,
  site,
  id,
}) => {
  const tab = await openApp(browsing, site)
  const stateOf = async () => (await beginSignIn(tab)).searchParams.get('state')!
  for (const [what, wrong] of Object.entries(WRONG)) {
    const [query, reason] = wrong(encodeURIComponent(id.issuer))
    await tab.goto(site.url(`/signed-in?state=${await stateOf()}&${query}`))
    await expect.poll(() => tab.evaluate(() => location.href), what).toBe(site.url('/'))
    await tab.evaluate(() => bearerWorker.ready)
    expect.soft(await view(tab), what).toMatchObject({ state: 'signed-out', reason })
  }
  // Where the state is not the first one, or in the fragment, it ends nothing.
  for (const rest of [`?state=x&code=a&state=${await stateOf()}`, `#state=${await stateOf()}&code=a`]) {
    await tab.goto(site.url(`/signed-in${rest}`))
    expect(await tab.evaluate(() => location.pathname)).toBe('/signed-in')
    await tab.goto(site.url('/'))
  }
  expect(id.counts.codes).toBe(0)
})

test('a state can be used once, and only with GET', async ({ browsing, site, id }) => {
  const tab = await openApp(browsing, site)
  const state = (await beginSignIn(tab)).searchParams.get('state')!
  const query = `?error=access_denied&state=${state}&iss=${encodeURIComponent(id.issuer)}`
  await tab.evaluate((action) => {
    const form = Object.assign(document.createElement('form'), { method: 'post', action })
    document.body.append(form)
    form.submit()
  }, `/signed-in${query}`)
  await expect
    .poll(() => tab.evaluate(() => `${location.pathname} ${document.readyState}`).catch(() => ''))
    .toBe('/signed-in complete')
  expect(site.hits.get('/signed-in')).toBe(1)
  await tab.goto(site.url(`/signed-in${query}`))
  await expect.poll(() => tab.evaluate(() => location.pathname)).toBe('/')
  await tab.evaluate(() => bearerWorker.ready)
  expect(await view(tab)).toMatchObject({ reason: 'access_denied' })
  await tab.goto(site.url(`/signed-in${query}`))
  expect(site.hits.get('/signed-in')).toBe(2)
})
