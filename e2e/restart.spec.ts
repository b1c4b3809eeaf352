import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ask, openApp, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

test(
  'the session is still there after the browser was closed and started again',
  shows('The session outlives a restart of the browser'),
  async ({ engine, site, tokens }) => {
    test.skip(engine.browseProfile === undefined, "MiniBrowser's automation profile is ephemeral")
    const folder = await mkdtemp(join(tmpdir(), 'profile-'))
    const before = await engine.browseProfile?.(folder)
    if (before) await openSignedIn(before, site)
    await before?.close()

    const after = await engine.browseProfile?.(folder)
    if (!after) throw new Error('No profile could be opened.')
    const tab = await after.newTab(site.url('/early.html'))
    expect(await tab.evaluate(() => early)).toEqual([200, 200])
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.signIns).toHaveLength(1)
    expect(tokens.refreshes).toHaveLength(1)
    await after.close()
    await rm(folder, { recursive: true, force: true })
  },
)

test(
  'a stopped worker loses nothing',
  shows('A stopped worker loses no session'),
  async ({ browsing, site, tokens }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    const before = await tab.evaluate(() => bearerWorker.session())
    await browsing.stopWorkers()
    expect(await tab.evaluate(() => bearerWorker.session())).toEqual(before)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
  },
)

test('storage "memory" keeps nothing on disk, and is gone when the worker stops', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(oauthSession(api, tokens, { storage: 'memory' }))
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  await browsing.stopWorkers()
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
  expect((await (await openApp(browsing, site)).evaluate(() => bearerWorker.session())).state).toBe('signed-out')
})
