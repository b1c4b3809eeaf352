/** A configuration that changes from `refresh` to `authorizationServer` and back: the worker needs another part. */
import type { Tab } from '../engines/engine.ts'
import { ask, openApp, openSignedIn } from '../app.ts'
import { keepBusy } from '../busy-worker.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, oidcSession, signInAt, test } from '../oauth.ts'

/** In Chromium a worker is not replaced as long as it is asked. */
const controllerOf = (tab: Tab) => tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)

test.describe('a configuration that changes from `refresh` to `authorizationServer`', () => {
  test('takes effect as the next page is opened, in all of them, without a reload', async ({
    browsing,
    site,
    api,
    tokens,
    id,
  }) => {
    site.configuration = oneSession(oauthSession(api, tokens))
    const before = await openSignedIn(browsing, site)
    const older = await controllerOf(before)
    site.configuration = oneSession(oidcSession(id))
    const tab = await openApp(browsing, site)
    await signInAt(tab, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await expect.poll(() => controllerOf(before)).not.toBe(older)
    await expect.poll(async () => (await ask(before, `${id.url}/rows`)).status).toBe(200)
    expect((await ask(before, '/api/rows')).status).toBe(401)
  })

  test('and back, and there again', async ({ browsing, site, api, tokens, id }) => {
    const both = { main: oauthSession(api, tokens), other: oidcSession(id) }
    site.configuration = { sessions: { main: both.main } }
    const tab = await openSignedIn(browsing, site)
    for (let round = 0; round < 2; round++) {
      site.configuration = { sessions: both }
      await tab.reload()
      expect(await tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name))).toEqual([
        'main',
        'other',
      ])
      site.configuration = { sessions: { main: both.main } }
      await tab.reload()
      expect(await tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name))).toEqual(['main'])
      expect((await ask(tab, '/api/rows')).status).toBe(200)
    }
    expect(tokens.signIns).toHaveLength(1)
  })

  test('installs no worker once it is in force', async ({ browsing, site, api, tokens, id }) => {
    site.configuration = oneSession(oauthSession(api, tokens))
    const tab = await openSignedIn(browsing, site)
    const scriptOf = () => tab.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL)
    const first = await scriptOf()
    site.configuration = oneSession(oidcSession(id))
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    const second = await scriptOf()
    expect(second).not.toBe(first)
    for (let round = 0; round < 2; round++) {
      await tab.reload()
      await tab.evaluate(() => bearerWorker.ready)
      expect(await scriptOf()).toBe(second)
    }
  })

  test('takes effect in open pages, too, where the file comes late', async ({ browsing, site, api, tokens, id }) => {
    site.configuration = oneSession(oauthSession(api, tokens))
    const before = await openSignedIn(browsing, site)
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    site.mounts.set('/bearer-worker.json', async (_, response) => {
      await released
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(oneSession(oidcSession(id))))
    })
    const older = await controllerOf(before)
    // It goes on by the older one after two seconds.
    const tab = await openApp(browsing, site)
    release()
    await expect.poll(() => controllerOf(tab)).not.toBe(older)
    await signInAt(tab, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await expect.poll(async () => (await ask(before, `${id.url}/rows`)).status).toBe(200)
    expect((await ask(before, '/api/rows')).status).toBe(401)
  })

  test('a sign-in waits for the worker with the part, however late the busy one is replaced', async ({
    browsing,
    site,
    api,
    tokens,
    id,
    resources,
  }) => {
    site.configuration = oneSession(oauthSession(api, tokens, { resources: ['/api/*', '/r/*'] }))
    const busy = await openSignedIn(browsing, site)
    const finish = await keepBusy(busy, resources)
    site.configuration = oneSession(oidcSession(id))
    const tab = await openApp(browsing, site)
    // A page waits two seconds for a worker that is about to take over.
    setTimeout(() => void finish(), 3_000)
    await signInAt(tab, id, site)
    expect((await finish()).status).toBe(200)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  test('a worker that is busy is replaced later; until then its configuration stays', async ({
    browsing,
    site,
    api,
    tokens,
    id,
    resources,
  }) => {
    const refresh = oauthSession(api, tokens, { resources: ['/api/*', '/r/*'] })
    site.configuration = oneSession(refresh)
    const busy = await openSignedIn(browsing, site)
    const older = await controllerOf(busy)
    const finish = await keepBusy(busy, resources)
    site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
    const tab = await openApp(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect((await finish()).status).toBe(200)
    await expect.poll(() => controllerOf(tab)).not.toBe(older)
    await expect
      .poll(() => tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name)))
      .toEqual(['main', 'other'])
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})
