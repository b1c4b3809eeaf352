/** The moment in which another worker takes the folder of a page that is open. */
import { openApp, signIn } from './app.ts'
import { serve } from './covered-page.ts'
import { expect, test } from './fixtures.ts'

test('an event stream goes on when another worker has taken the folder', async ({
  browsing,
  site,
  resources,
  engineName,
}) => {
  test.skip(engineName === 'chromium', 'the stream keeps the other worker waiting')
  test.fixme(engineName === 'firefox', 'the stream stays silent after the takeover')
  serve(site)
  const path = '/events/long'
  resources.on(path, (response, { headers }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const last = Number(headers['last-event-id'] ?? 0)
    response.write(`retry: 1000\nid: ${last + 1}\ndata: after ${last}\n\n`)
    end = () => response.end()
  })
  let end = (): unknown => undefined
  const tab = await openApp(browsing, site, '/told.html')
  await signIn(tab)
  await tab.evaluate(() => {
    const seen: string[] = []
    const source = new EventSource('/r/events/long')
    source.onmessage = ({ data }) => seen.push(data as string)
    Object.assign(window, { seen, source })
  })
  const seen = () => tab.evaluate(() => (window as unknown as { seen: readonly string[] }).seen)
  await expect.poll(seen).toEqual(['after 0'])
  await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
  await expect
    .poll(() => {
      // It may take over while the stream is open, or between two connections of it.
      end()
      return tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)
    })
    .toContain('/other.sw.js')
  const { length } = await seen()
  end()
  await expect.poll(async () => (await seen()).length).toBeGreaterThan(length)
  expect(await seen()).toEqual(Array.from(await seen(), (_, index) => `after ${index}`))
  const closed = await tab.evaluate(() => {
    const { source } = window as unknown as { source: EventSource }
    source.close()
    return source.readyState
  })
  expect(closed).toBe(2)
  expect(resources.to(path).filter(({ authorization }) => authorization === undefined)).toEqual([])
})
