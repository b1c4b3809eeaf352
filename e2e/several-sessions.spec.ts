import { ask, openApp, signIn } from './app.ts'
import { oauthSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import type { Api } from './servers/api.ts'
import type { Site } from './servers/site.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

/**
 * One page, two accounts: `rows` at the site's own API, `files` at the one of another origin. The first that matches
 * wins.
 */
function twoSessions(site: Site, api: Api, tokens: TokenServer): void {
  site.configuration = {
    sessions: {
      rows: oauthSession(api, tokens, { resources: ['/api/*'] }),
      files: oauthSession(api, tokens, {
        resources: ['/api/rows', api.url('/files/*')],
        capture: [tokens.url('/login')],
      }),
    },
  }
}

test('each request carries the token of its own session', async ({ browsing, site, api, tokens }) => {
  twoSessions(site, api, tokens)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await signIn(tab, { url: tokens.url('/login') })
  const [rows, files] = tokens.issuer.issued.map(({ access_token }) => `Bearer ${access_token}`)

  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect((await ask(tab, api.url('/files/1'))).status).toBe(200)
  expect(api.requests.map(({ authorization }) => authorization)).toEqual([rows, files])
})

test('each is refreshed by itself', async ({ browsing, site, api, tokens }) => {
  twoSessions(site, api, tokens)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  await signIn(tab, { url: tokens.url('/login') })
  const [, filesSignIn] = tokens.issuer.issued
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, api.url('/files/1'))).status).toBe(200)
  expect(tokens.refreshes.map(({ body }) => new URLSearchParams(body).get('refresh_token'))).toEqual([
    filesSignIn?.refresh_token,
  ])
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(2)
})

test('the first is the default, the others go by name, and signing out of one leaves the other', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  twoSessions(site, api, tokens)
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const states = () =>
    tab.evaluate(async () => {
      const views = [
        await bearerWorker.session(),
        await bearerWorker.session('rows'),
        await bearerWorker.session('files'),
      ]
      return views.map(({ name, state }) => `${name} ${state}`)
    })
  expect(await states()).toEqual(['rows active', 'rows active', 'files signed-out'])

  await tab.evaluate((response) => bearerWorker.setTokens(response, 'files'), tokens.issuer.signIn())
  await tab.evaluate(() => bearerWorker.signOut())
  expect(await states()).toEqual(['rows signed-out', 'rows signed-out', 'files active'])
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect((await ask(tab, api.url('/files/1'))).status).toBe(200)
})
