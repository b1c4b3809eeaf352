/**
 * What engines do differently behind a worker, and what comes of it all the same. The list stands in
 * docs/transparency.md.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, openApp, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')

/** Firefox has no `Request.body` in a worker: who hands it on sends nothing. */
test(
  'a body arrives whole, the first time and when it is sent again',
  shows('A refused request is sent again, its body too'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/r/echo', { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(200)
    const arrivals = resources.to('/echo')
    expect(arrivals.length).toBeGreaterThan(1)
    expect(new Set(arrivals.map(({ received, headers }) => `${received} ${headers['content-length']}`))).toEqual(
      new Set(['70000 70000']),
    )
  },
)

/**
 * WebKit refuses to send a keepalive request at whose `body` somebody has looked. Firefox asks no worker for one,
 * unless it was made as a `Request`: the page script does so.
 */
for (const [name, changes] of [
  ['Authorization', {}],
  ['another header', { header: 'X-Own', scheme: 'Bearer' }],
] as const) {
  test(
    `a keepalive request with a body carries ${name}`,
    shows('The token on `fetch` with `keepalive`'),
    async ({ browsing, site, resources, tokens }) => {
      resources.judges = false
      site.configuration = oneSession(resourcesSession(resources, tokens, changes))
      const tab = await openSignedIn(browsing, site)
      expect(
        await tab.evaluate(() =>
          fetch('/r/echo', { method: 'POST', body: 'text', keepalive: true }).then(({ status }) => status),
        ),
      ).toBe(200)
      const [arrival] = resources.to('/echo')
      expect(arrival?.received).toBe(4)
      expect(arrival?.headers['header' in changes ? 'x-own' : 'authorization']).toBe(
        `Bearer ${tokens.issuer.latest.access_token}`,
      )
    },
  )
}

test(
  'a keepalive request outlives its page, with the token',
  shows('The token on `fetch` with `keepalive`'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    await tab.evaluate(() =>
      addEventListener(
        'pagehide',
        () => void fetch('/r/echo/farewell', { method: 'POST', body: 'farewell', keepalive: true }),
      ),
    )
    await tab.goto(site.url('/plain.html', 'elsewhere.localhost'))
    const [arrival] = await resources.arrived('/echo/farewell')
    expect(arrival?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
    await expect.poll(() => arrival?.received).toBe('farewell'.length)
  },
)

test(
  'a beacon carries the token, to another origin too',
  shows('The token on `sendBeacon`'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    for (const url of ['/r/echo/own', resources.url('/echo/other')])
      expect(await tab.evaluate((url) => navigator.sendBeacon(url, 'text'), url)).toBe(true)
    const bearer = `Bearer ${tokens.issuer.latest.access_token}`
    for (const path of ['/echo/own', '/echo/other'])
      expect((await resources.arrived(path)).map(({ method, authorization }) => [method, authorization])).toEqual([
        ['POST', bearer],
      ])
  },
)

/** Chromium and WebKit ask no worker for one, Firefox does. */
test(
  'a synchronous XMLHttpRequest carries the token, where exposeAccessToken lets the page have it',
  shows('The token on synchronous `XMLHttpRequest`'),
  async ({ browsing, site, resources, tokens }) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { exposeAccessToken: true }))
    const tab = await openSignedIn(browsing, site)
    const status = () =>
      tab.evaluate(() => {
        const request = new XMLHttpRequest()
        request.open('POST', '/r/echo', false)
        request.send('text')
        return request.status
      })
    // The first one makes the page ask for the header.
    await expect.poll(status).toBe(200)
    expect(resources.to('/echo').at(-1)?.received).toBe(4)
  },
)

/** An init dictionary takes the referrer away: `Referer` would name the worker's script. */
test(
  'a referrer stays what it was, however the request is sent',
  shows('A referrer stays what it was'),
  async ({ browsing, site, resources }) => {
    site.pages.set('/deep/page.html', site.pages.get('/')!)
    const tab = await openSignedIn(browsing, site)
    await tab.goto(site.url('/deep/page.html'))
    await tab.evaluate(() => bearerWorker.ready)
    await tab.evaluate(async () => {
      const { signal } = new AbortController()
      await fetch('/r/echo/plain')
      await fetch('/r/echo/abortable', { signal })
      await fetch('/r/echo/named', { signal, referrer: '/elsewhere', referrerPolicy: 'same-origin' })
      await fetch('/r/echo/none', { signal, referrerPolicy: 'no-referrer' })
      await new Promise((resolve) =>
        Object.assign(new Image(), { onload: resolve, onerror: resolve, src: '/r/image/1' }),
      )
    })
    const referer = (path: string) => resources.to(path).map(({ headers }) => headers.referer?.replace(site.origin, ''))
    expect({
      plain: referer('/echo/plain'),
      abortable: referer('/echo/abortable'),
      named: referer('/echo/named'),
      none: referer('/echo/none'),
      image: referer('/image/1'),
    }).toEqual({
      plain: ['/deep/page.html'],
      abortable: ['/deep/page.html'],
      named: ['/elsewhere'],
      none: [undefined],
      image: ['/deep/page.html'],
    })
  },
)

/**
 * Chromium and Firefox lose a tab that navigates at that moment; here the first `claim()` finds nobody, in every
 * engine.
 */
test(
  'a tab that clients.claim() has missed is covered all the same',
  shows('A tab that navigates while the worker takes over is covered'),
  async ({ browsing, site, resources }) => {
    const missing =
      '{ const { claim } = Clients.prototype; let first = true; Clients.prototype.claim = function () { return first ? Promise.resolve((first = false)) : claim.call(this) } }'
    site.pages.set('/bearer-worker.sw.js', `${missing}\n${readFileSync(join(DIST, 'bearer-worker.sw.js'), 'utf8')}`)
    const tab = await openSignedIn(browsing, site)
    expect(await tab.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(resources.to('/echo')).toHaveLength(1)
  },
)

/**
 * Chromium asks a new worker, so that a POST may arrive twice; Firefox gives the request up; WebKit sends it once
 * more, past the worker and without a token.
 */
test(
  'a worker stopped in the middle of a request: at most one more arrives, the session is intact, the next request is good',
  shows('A worker stopped in the middle of requests loses no session'),
  async ({ browsing, site, api, tokens }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    const gate = api.hold('/api/orders')
    const outcome = tab.evaluate(() =>
      fetch('/api/orders', { method: 'POST', body: '{}' }).then(
        ({ status }) => `${status}`,
        ({ name }: Error) => name,
      ),
    )
    await gate.arrived()
    await browsing.stopWorkers()
    gate.release()
    expect(['200', 'TypeError', '401']).toContain(await outcome)
    expect(api.to('/api/orders').length).toBeLessThanOrEqual(2)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(0)
  },
)

test(
  'a worker stopped in the middle of a refresh: the session is intact, and one more refresh brings it on',
  shows('A worker stopped in the middle of requests loses no session'),
  async ({ browsing, site, tokens }) => {
    tokens.issuer.graceSeconds = 10
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    const gate = tokens.hold()
    tokens.issuer.expireAccessTokens()
    const outcome = tab.evaluate(() =>
      fetch('/api/rows').then(
        ({ status }) => `${status}`,
        ({ name }: Error) => name,
      ),
    )
    await gate.arrived()
    await browsing.stopWorkers()
    gate.release()
    await outcome
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect((await tab.evaluate(() => bearerWorker.session())).state).toBe('active')
    expect(tokens.refreshes.length).toBeLessThanOrEqual(2)
    expect(tokens.signIns).toHaveLength(1)
  },
)

test(
  'three tabs that open while the worker is installed are all covered',
  shows('A tab that navigates while the worker takes over is covered'),
  async ({ browsing, site, resources, tokens }) => {
    const tabs = await Promise.all([openApp(browsing, site), openApp(browsing, site), openApp(browsing, site)])
    await tabs[0]!.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
    for (const tab of tabs) expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  },
)
