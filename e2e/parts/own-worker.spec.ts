/** A site's own worker has the parts in its bundle. */
import { ask, failureOf, openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, oidcSession, openSignedInAt, test } from '../oauth.ts'
import { tapConsole } from '../servers/console-tap.ts'
import { page } from '../servers/site.ts'
import { bundle } from './bundle.ts'
import { partsOf, program, update } from './parts.ts'

test.describe("a site's own worker", () => {
  const OWN = page({ script: '<script src="/bearer-worker.js" data-worker="/sw.js"></script>' })
  const PLAIN = program('examples/own-worker/sw.js')
  const WITH = program('examples/own-worker/sw-with-sign-in.js')

  test('with `authorizationServers` signs in, and loads no file', async ({ browsing, site, id }, testInfo) => {
    site.pages.set('/sw.js', await bundle(WITH, testInfo.outputPath('own')))
    site.pages.set('/', OWN)
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(partsOf(site)).toEqual({ oauth: 0, page: 0 })
  })

  test('without them covers a configuration with `refresh`, and says what a newer one with `authorizationServer` needs', async ({
    browsing,
    site,
    api,
    tokens,
    id,
  }, testInfo) => {
    const refresh = oauthSession(api, tokens)
    site.configuration = oneSession(refresh)
    site.tapsConsole = true
    site.pages.set('/sw.js', tapConsole('/console') + (await bundle(PLAIN, testInfo.outputPath('plain'))))
    site.pages.set('/', OWN)
    const tab = await openSignedIn(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await expect.poll(() => site.console.join()).toContain("'bearer-worker/worker/authorization-servers'")
    expect(site.console.join()).toContain('The configuration that was in force stays.')

    const withThem = await bundle(WITH, testInfo.outputPath('with'))
    await update(tab, () => site.pages.set('/sw.js', withThem))
    await tab.reload()
    expect(await tab.evaluate(async () => (await bearerWorker.session('other')).state)).toBe('signed-out')
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.signIns).toHaveLength(1)
  })

  test('without them, and with nothing in force: ready says what to import', async ({
    browsing,
    site,
    id,
  }, testInfo) => {
    site.pages.set('/sw.js', await bundle(PLAIN, testInfo.outputPath('plain')))
    site.pages.set('/', OWN)
    const tab = await browsing.newTab(site.url())
    const failure = await failureOf(tab, () => bearerWorker.ready)
    expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
    expect(failure.message).toContain("'bearer-worker/worker/authorization-servers'")
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
  })
})
