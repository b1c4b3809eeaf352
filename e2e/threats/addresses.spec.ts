/** Who gets the token is named by what the browser requests, whatever an object of the page says of itself. */
import { ask, openApp } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { page } from '../servers/site.ts'
import { COVERED_BY_ITSELF } from './settings.ts'

const WITHOUT_ROUTES = `delete InstallEvent.prototype.addRoutes; importScripts('/bearer-worker.sw.js')`

/** The page's own lane, with and without static routes, and a page that no worker covers. */
const PAGES = {
  direct: { html: page({}), changes: { direct: true } },
  'direct, without static routes': {
    html: page({ script: '<script src="/bearer-worker.js" data-worker="/no-routes.sw.js"></script>' }),
    changes: { direct: true },
  },
  'without a worker': { html: COVERED_BY_ITSELF, changes: {} },
  'without a worker, in memory': { html: COVERED_BY_ITSELF, changes: { storage: 'memory' } },
} as const

for (const [name, { html, changes }] of Object.entries(PAGES))
  test(`${name}: an object that names a resource, and is of another origin, gets no token`, async ({
    browsing,
    site,
    resources,
    tokens,
    stranger,
  }) => {
    site.pages.set('/no-routes.sw.js', WITHOUT_ROUTES)
    site.headers.set('/no-routes.sw.js', { 'content-type': 'text/javascript' })
    site.pages.set('/addresses.html', html)
    site.configuration = oneSession(resourcesSession(resources, tokens, changes))
    const tab = await openApp(browsing, site, '/addresses.html')
    await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('ada'))
    await tab.evaluate(() => bearerWorker.session())
    expect((await ask(tab, '/r/echo?known')).status).toBe(200)
    const tried = await tab.evaluate(async (url) => {
      const resource = `${location.origin}/r/echo`
      /** Says another thing at each second time. */
      const changing = (first: string, then: string) => {
        let count = 0
        return { toString: () => (count++ % 2 === 0 ? first : then) } as unknown as string
      }
      class Named extends Request {
        override get url() {
          return resource
        }
      }
      const named = (init?: RequestInit) => Object.defineProperty(new Request(url, init), 'url', { value: resource })
      const post = { method: 'POST', body: 'x' }
      const byXhr = (address: string) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest()
          xhr.open('POST', address)
          xhr.onloadend = resolve
          xhr.send('x')
        })
      const byUpload = (address: string) =>
        new Promise((resolve) => {
          const xhr = new XMLHttpRequest()
          xhr.upload.onprogress = () => {}
          xhr.open('POST', address)
          xhr.onloadend = resolve
          xhr.send('x')
        })
      const replaced = async (prototype: object, property: string, value: string, work: () => Promise<unknown>) => {
        const before = Object.getOwnPropertyDescriptor(prototype, property)!
        Object.defineProperty(prototype, property, { get: () => value, configurable: true })
        await work().catch(() => {})
        Object.defineProperty(prototype, property, before)
      }
      const ways: (() => Promise<unknown>)[] = [
        () => fetch(changing(resource, url)),
        () => fetch(changing(url, resource)),
        () => fetch(changing(resource, url), post),
        () => fetch(new Named(url)),
        () => fetch(new Named(url, post)),
        () => fetch(named()),
        () => fetch(named(post)),
        () => byXhr(changing(resource, url)),
        () => byXhr(changing(url, resource)),
        () => replaced(Request.prototype, 'url', resource, () => fetch(new Request(url))),
        () => replaced(Request.prototype, 'url', resource, () => fetch(new Request(url, post))),
        () => replaced(URL.prototype, 'href', resource, () => fetch(url, post)),
        () => replaced(URL.prototype, 'href', resource, () => byXhr(url)),
        async () => navigator.sendBeacon(changing(resource, url), 'x'),
      ]
      // The engine in the page reads these. In a page with its own lane the last of them is open: see docs/threat-model.md.
      const ofEngine: typeof ways = [
        () => replaced(URL.prototype, 'href', resource, () => byUpload(url)),
        () => replaced(URL.prototype, 'pathname', '/r/echo', () => byUpload(url)),
        () => replaced(URL.prototype, 'origin', location.origin, () => byUpload(url)),
        () => replaced(URLPattern.prototype, 'test', (() => true) as never, () => byUpload(url)),
      ]
      if (!('serviceWorker' in navigator)) ways.push(...ofEngine)
      for (const way of ways) await way().catch(() => {})
      return ways.length
    }, stranger.url('/public/news'))
    expect(tried).toBe(html === COVERED_BY_ITSELF ? 18 : 14)
    await expect.poll(() => stranger.requests.length).toBeGreaterThanOrEqual(6)
    expect(stranger.requests.filter(({ authorization }) => authorization !== undefined)).toEqual([])
  })
