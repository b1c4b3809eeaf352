/** Static routes: what does not match bypasses the worker, in browsers that have them. */
import { ask, openApp, openSignedIn } from './app.ts'
import { keepBusy } from './busy-worker.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import { watchWorker } from './worker-status.ts'

test.describe('static routes', () => {
  test.skip(({ engineName }) => engineName !== 'chromium', 'Firefox and WebKitGTK have no static routes')

  test(
    'what does not match does not even start a stopped worker',
    shows('What does not match does not start the worker (static routes)'),
    async ({ browsing, site, resources, stranger }) => {
      const tab = await openSignedIn(browsing, site)
      const worker = await watchWorker(tab)
      await worker.stop()
      expect(
        await tab.evaluate(
          async (other) => [(await fetch('/plain.html')).status, (await fetch(other)).status],
          stranger.url('/public/news'),
        ),
      ).toEqual([200, 200])
      expect(worker.history).toEqual([])
      expect((await ask(tab, '/r/echo')).status).toBe(200)
      expect(worker.history).toContain('running')
      expect(resources.arrivals.map(({ authorization }) => authorization !== undefined)).toEqual([true])
    },
  )

  test('what a newer configuration lists is covered, though routes are made at installation', async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { resources: ['/elsewhere/*'] }))
    const tab = await openSignedIn(browsing, site)
    expect((await ask(tab, '/r/echo')).status).toBe(401)
    site.configuration = oneSession(resourcesSession(resources, tokens))
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).toContain('revision=')
    // Chromium keeps the routes that a document began with: the next one has the new ones.
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect((await ask(tab, resources.url('/echo'))).status).toBe(200)
  })

  test('pages that are open go by it at once, also while the old worker is too busy to be replaced', async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { resources: ['/r/slow'] }))
    const tab = await openSignedIn(browsing, site)
    const finish = await keepBusy(tab, resources)
    site.configuration = oneSession(resourcesSession(resources, tokens))
    await openApp(browsing, site)
    await expect.poll(async () => (await ask(tab, '/r/echo')).status).toBe(200)
    const opened = await browsing.newTab(site.url())
    expect(
      await opened.evaluate(() =>
        Promise.race([bearerWorker.ready, new Promise<string>((resolve) => setTimeout(resolve, 15_000, 'late'))]),
      ),
    ).toBe('worker')
    expect((await ask(opened, '/r/echo')).status).toBe(200)
    expect(await tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)).not.toContain('revision=')
    expect((await finish()).status).toBe(200)
  })
})
