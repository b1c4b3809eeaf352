/** Which files a worker and a page load, and when. */
import { ask, openApp, openSignedIn } from '../app.ts'
import { expect, signInAt, test } from '../oauth.ts'
import { OAUTH_PART, PAGE_PART, partsOf, scriptsOf, WRONG_ANSWERS } from './parts.ts'

test.describe('what is loaded', () => {
  test('with `refresh`: no part, neither by the worker nor by a page', async ({ browsing, site, tokens }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    await browsing.stopWorkers()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await tab.evaluate(() => bearerWorker.explain('/api/rows'))
    expect(await tab.evaluate(async () => (await bearerWorker.history()).length)).toBeGreaterThan(0)
    expect(partsOf(site)).toEqual({ oauth: 0, page: 0 })
    expect(await scriptsOf(tab)).toEqual(['/bearer-worker.js'])
  })

  test('with `authorizationServer`: the worker imports the OAuth part once, while it is installed; no page does', async ({
    browsing,
    site,
    id,
  }) => {
    const tab = await openApp(browsing, site)
    expect(partsOf(site)).toEqual({ oauth: 1, page: 0 })
    await signInAt(tab, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(await scriptsOf(tab)).toEqual(['/bearer-worker.js'])
    expect(partsOf(site).page).toBe(0)
  })

  test('a site that serves the two scripts and a configuration with `refresh` is covered, uploads with progress too', async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    for (const path of [OAUTH_PART, PAGE_PART]) site.mounts.set(path, WRONG_ANSWERS[0]![1])
    const tab = await openSignedIn(browsing, site)
    const upload = (): Promise<number> =>
      tab.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const request = new XMLHttpRequest()
            request.upload.onprogress = () => {}
            request.open('POST', '/api/rows')
            request.onloadend = () => resolve(request.status)
            request.send('{}')
          }),
      )
    expect(await upload()).toBe(200)
    tokens.issuer.expireAccessTokens()
    expect(await upload()).toBe(200)
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
    expect(tokens.refreshes).toHaveLength(1)
  })
})
