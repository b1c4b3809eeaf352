/** The page's own lane: what scripts of a page request goes to the network without passing the worker. */
import { watchWorker } from '../worker-status.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, ownHistory, test } from './direct.ts'

/** Where a static route has sent the last request to a path, as Resource Timing says. */
const routeOf = (tab: Tab, path: string) =>
  tab.evaluate(async (path) => {
    const url = new URL(path, location.href).href
    for (;;) {
      const [entry] = performance.getEntriesByName(url).slice(-1) as (PerformanceResourceTiming & {
        workerFinalSourceType?: string
      })[]
      if (entry) return entry.workerFinalSourceType
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }, path)

test.describe('no worker is in the way', () => {
  test.skip(({ engineName }) => engineName !== 'chromium', 'static routes are in Chromium only')

  test('a stopped worker is not started, and the entry is in the history of a page that asks later', async ({
    resources,
    tab,
  }) => {
    const worker = await watchWorker(tab)
    await worker.stop()
    const statuses = await tab.evaluate(async () => {
      const answers = await Promise.all([
        fetch('/r/echo?get#own'),
        fetch('/r/echo?post', { method: 'POST', body: 'text' }),
        fetch(new Request('/r/echo?request', { headers: { 'x-own': '1' } })),
        fetch('/r/redirect/307?to=/r/echo'),
      ])
      for (const answer of answers) await answer.text()
      return answers.map(({ status, url }) => [status, url.slice(location.origin.length)])
    })
    expect(statuses).toEqual([
      [200, '/r/echo?get'],
      [200, '/r/echo?post'],
      [200, '/r/echo?request'],
      [200, '/r/echo'],
    ])
    expect(await routeOf(tab, '/r/echo?get#own')).toBe('network')
    expect(worker.history).toEqual([])
    expect(resources.arrivals.map(({ authorization }) => authorization)).not.toContain(undefined)
    expect(await ownHistory(tab, '/r/echo')).toHaveLength(4)
    expect(worker.history).toContain('running')
  })

  test('a page that has just been opened does not wait for a stopped worker', async ({
    browsing,
    site,
    resources,
    tab,
  }) => {
    site.pages.set(
      '/early.html',
      `<!doctype html><title>early</title><script src="/bearer-worker.js"></script><script>
        performance.setResourceTimingBufferSize(5000)
        globalThis.early = fetch('/r/echo?early').then(async (response) => [response.status, (await response.text()).length])
      </script>`,
    )
    const worker = await watchWorker(tab)
    await worker.stop()
    const opened = await browsing.newTab(site.url('/early.html'))
    expect((await opened.evaluate(() => early))[0]).toBe(200)
    expect(await routeOf(opened, '/r/echo?early')).toBe('network')
    expect(await opened.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(resources.to('/echo').map(({ authorization }) => authorization)).not.toContain(undefined)
  })

  test('images still pass it', async ({ resources, tab }) => {
    await tab.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const image = document.body.appendChild(new Image())
          image.onload = resolve
          image.onerror = reject
          image.src = '/r/image'
        }),
    )
    expect(resources.to('/image')[0]!.authorization).toBeDefined()
    expect(await routeOf(tab, '/r/image')).toBe('fetch-event')
  })
})
