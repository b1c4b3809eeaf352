/** A started worker uses the stored configuration until it has read the file: what goes out meanwhile, and what waits. */
import { ask, openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { type Change, CONFIGURATION, holdFile, poison } from './poison.ts'

interface Stored {
  readonly configuration: { readonly sessions: Record<string, unknown>[] }
}

test('a request with a good access token does not wait', async ({ browsing, site, api }) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  const file = holdFile(site)
  for (const url of ['/api/rows', api.url('/rows')]) expect((await ask(tab, url)).status).toBe(200)
  await expect.poll(file.asked).toBe(1)
  file.release()
})

test('a pattern that a script has stored gets the access token where there are no static routes, until then', async ({
  browsing,
  engineName,
  site,
  stranger,
  tokens,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  const widen = (stored: Stored, evil: string) => {
    ;(stored.configuration.sessions[0]!['resources'] as string[]).push(`${evil}/*`)
    return stored
  }
  await poison(tab, CONFIGURATION, widen as Change, stranger.origin)
  await browsing.stopWorkers()
  const file = holdFile(site)
  await ask(tab, stranger.url('/public/first'))
  file.release()
  await expect
    .poll(() => tab.evaluate(async (url) => (await bearerWorker.explain(url)).code, stranger.url('/public/then')))
    .toBe('other-origin')
  await ask(tab, stranger.url('/public/then'))
  // Static routes are those of the file as the worker was installed: what they do not list passes by the worker.
  const bearer = engineName !== 'chromium' ? `Bearer ${tokens.issuer.latest.access_token}` : undefined
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([bearer, undefined])
})

test('no refresh token leaves; a request that needs one waits', async ({ browsing, site, api, tokens }) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  const file = holdFile(site)
  tokens.issuer.expireAccessTokens()
  const answered = ask(tab, '/api/rows')
  await expect.poll(() => api.to('/api/rows').length).toBe(1)
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).refreshing)).toBe(true)
  expect(tokens.refreshes).toEqual([])
  file.release()
  expect((await answered).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
})

test('nothing is revoked, and signOut() forgets at once all the same', async ({ browsing, site, api, tokens }) => {
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  const file = holdFile(site)
  const out = tab.evaluate(() => bearerWorker.signOut())
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  expect(tokens.revocations).toEqual([])
  file.release()
  await out
  expect(tokens.revocations).toHaveLength(1)
})

test('a file that is refused keeps the access token in use, and no secret leaves until it is right', async ({
  browsing,
  site,
  tokens,
}) => {
  await browsing.prime(site.url())
  const good = site.configuration
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  site.configuration = { sessions: {} }
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(tokens.refreshes).toEqual([])
  const reason = await tab.evaluate(() => bearerWorker.refresh().catch(({ reason }: { reason: string }) => reason))
  expect(reason).toBe('configuration-invalid')
  site.configuration = good
  await tab.evaluate(() => bearerWorker.refresh())
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})
