/** Requests that leave when their page is gone: `fetchLater`, which only Chromium has, and beacons with bodies of all kinds. */
import { ask, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

declare const fetchLater: (
  url: string,
  init?: RequestInit & { activateAfter?: number },
) => { readonly activated: boolean }

const hasFetchLater = (tab: Tab) => tab.evaluate(() => 'fetchLater' in window)
const elsewhere = '/plain.html'

test(
  'fetchLater has the token that is good when the page is left, its body and its own header too',
  shows('The token on `fetchLater`, with `exposeAccessToken` or `direct`'),
  async ({ browsing, site, resources, tokens }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
    const tab = await openSignedIn(browsing, site)
    test.skip(!(await hasFetchLater(tab)), 'this browser has no fetchLater')
    const first = tokens.issuer.latest.access_token
    const seen = await tab.evaluate(() => {
      const init = { method: 'POST', body: 'farewell', headers: { 'x-own': 'kept' } }
      const { activated } = fetchLater('/r/echo/later', init)
      const refused = [
        ['/r/echo/aborted', { signal: AbortSignal.abort() }],
        [],
        ['/r/echo/negative', { activateAfter: -1 }],
        ['/r/echo/no-number', { activateAfter: NaN }],
      ].map((given) => {
        try {
          return fetchLater(...(given as Parameters<typeof fetchLater>))
        } catch (reason) {
          return (reason as Error).name
        }
      })
      return [activated, ...refused]
    })
    expect(seen).toEqual([false, 'AbortError', 'TypeError', 'RangeError', 'TypeError'])
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const { access_token: latest } = tokens.issuer.latest
    expect(latest).not.toBe(first)
    expect(resources.to('/echo/later')).toEqual([])
    // A synchronous request has the same header, and shows when the page knows the new one.
    await expect.poll(() => tab.evaluate(synchronousStatus)).toBe(200)
    await tab.goto(site.url(elsewhere, 'elsewhere.localhost'))
    const [arrival] = await resources.arrived('/echo/later')
    expect([arrival?.method, arrival?.authorization, arrival?.headers['x-own']]).toEqual([
      'POST',
      `Bearer ${latest}`,
      'kept',
    ])
    await expect.poll(() => arrival?.received).toBe('farewell'.length)
    expect(resources.to('/echo/later')).toHaveLength(1)
  },
)

test(
  'fetchLater by activateAfter, of another origin, and without a right to the token',
  shows('The token on `fetchLater`, with `exposeAccessToken` or `direct`'),
  async ({ browsing, site, resources, tokens }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
    const tab = await openSignedIn(browsing, site)
    test.skip(!(await hasFetchLater(tab)), 'this browser has no fetchLater')
    const bearer = `Bearer ${tokens.issuer.latest.access_token}`
    await tab.evaluate((url) => {
      const results = [fetchLater('/r/echo/soon', { activateAfter: 500 }), fetchLater(url, { activateAfter: 500 })]
      Object.assign(window, { results })
    }, resources.url('/echo/other'))
    for (const path of ['/echo/soon', '/echo/other'])
      expect((await resources.arrived(path)).map(({ authorization }) => authorization)).toEqual([bearer])
    const activated = () =>
      tab.evaluate(() =>
        (window as unknown as { results: ReturnType<typeof fetchLater>[] }).results.map((each) => [
          each.activated,
          Object.prototype.toString.call(each),
        ]),
      )
    await expect.poll(activated).toEqual([
      [true, '[object FetchLaterResult]'],
      [true, '[object FetchLaterResult]'],
    ])

    // What is larger than its quota with the header leaves as the page made it.
    const size = await tab.evaluate(() => {
      for (let size = 65_536; size > 0; size -= 8) {
        try {
          fetchLater('/r/echo/large', { method: 'POST', body: 'x'.repeat(size), referrer: '', activateAfter: 500 })
          return size
        } catch {}
      }
      return 0
    })
    const [large] = await resources.arrived('/echo/large')
    expect([large?.authorization, large?.headers['referer']]).toEqual([undefined, undefined])
    await expect.poll(() => large?.received).toBe(size)

    site.configuration = oneSession(resourcesSession(resources, tokens))
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    await tab.evaluate(() => void fetchLater('/r/echo/bare', { activateAfter: 300 }))
    expect((await resources.arrived('/echo/bare')).map(({ authorization }) => authorization)).toEqual([undefined])
  },
)

function synchronousStatus(): number {
  const request = new XMLHttpRequest()
  request.open('GET', '/r/echo', false)
  request.send()
  return request.status
}

/** A beacon of each kind of body. */
const sendBeacons = (tab: Tab, urls: readonly string[]): Promise<readonly boolean[]> =>
  tab.evaluate((urls) => {
    const form = new FormData()
    form.set('a', 'b')
    const bodies: Readonly<Record<string, BodyInit>> = {
      text: 'x',
      blob: new Blob(['x']),
      'text-blob': new Blob(['x'], { type: 'text/plain' }),
      'json-blob': new Blob(['{}'], { type: 'application/json' }),
      form,
      parameters: new URLSearchParams('a=b'),
      bytes: new Uint8Array([1, 2]),
    }
    return urls.flatMap((url) =>
      Object.entries(bodies).map(([kind, body]) => navigator.sendBeacon(`${url}/${kind}`, body)),
    )
  }, urls)

for (const [where, script] of [
  ['behind a worker', undefined],
  ['without one', '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'],
] as const) {
  test(
    `a beacon has the token whatever its body, ${where}`,
    shows('The token on `sendBeacon`'),
    async ({ browsing, site, resources, tokens }) => {
      if (script) site.pages.set('/', page({ script }))
      const tab = await openSignedIn(browsing, site)
      const sent = await sendBeacons(tab, ['/r/echo/own', resources.url('/echo/other')])
      expect(new Set(sent)).toEqual(new Set([true]))
      const bearer = `Bearer ${tokens.issuer.latest.access_token}`
      await expect.poll(() => resources.arrivals.filter(({ method }) => method === 'POST').length).toBe(sent.length)
      expect(resources.arrivals.map(({ path, authorization }) => [path, authorization])).toEqual(
        resources.arrivals.map(({ path }) => [path, bearer]),
      )
      const json = resources.arrivals.filter(({ path }) => path.endsWith('/json-blob'))
      expect(json.map(({ headers }) => headers['content-type'])).toEqual(['application/json', 'application/json'])
      await expect.poll(() => json.map(({ received }) => received)).toEqual([2, 2])
    },
  )
}
