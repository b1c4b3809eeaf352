/** Patterns are matched against parsed URLs, never as text. */
import { openApp } from './app.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'

const RESOURCES = [
  '/api/*',
  'https://api.example.com/v1/*',
  'https://*.example.net/*',
  'https://bücher.example/*',
  'http://[::1]:8080/*',
  'https://API.Upper.Example/*',
]

const MATCHING = [
  '/api/rows',
  '/api/',
  '/api//rows',
  '/api/%2F',
  '/api/a%2Fb',
  '/api\\rows',
  '\\api\\rows',
  '/other/../api/rows',
  '/%61pi/../api/rows',
  '/api/rows?next=https://evil.test/',
  '/api/rows#/elsewhere',
  'https://api.example.com/v1/rows',
  'https://API.EXAMPLE.COM/v1/rows',
  'HTTPS://api.example.com:443/v1/rows',
  'https:\\\\api.example.com\\v1\\rows',
  'https://api.example.com/v1/../v1/rows',
  'https://www.example.net/x',
  'https://a.b.example.net/x',
  'https://xn--bcher-kva.example/x',
  'https://BÜCHER.example/x',
  'http://[::1]:8080/x',
  'http://[0:0:0:0:0:0:0:1]:8080/x',
  'https://api.upper.example/x',
]

const OTHERS = [
  'https://api.example.com.evil.test/v1/rows',
  'https://api.example.com@evil.test/v1/rows',
  'https://evil.test/https://api.example.com/v1/rows',
  'https://evil.test/?https://api.example.com/v1/',
  'https://evil.test#https://api.example.com/v1/',
  'https://api.example.com:8443/v1/rows',
  'http://api.example.com/v1/rows',
  'https://xapi.example.com/v1/rows',
  'https://api.example.com./v1/rows',
  'https://api.example.com/v2/rows',
  'https://api.example.com/v1/../v2/rows',
  'https://api.example.com/v1/%2e%2e/v2/rows',
  'https://api.example.com/V1/rows',
  'https://api.example.com//v1/rows',
  'https://evil.test\\@api.example.com/v1/rows',
  'https://example.net.evil.test/x',
  'https://evilexample.net/x',
  'https://bucher.example/x',
  'http://[::1]:8081/x',
  'http://[::2]:8080/x',
  '//evil.test/api/rows',
  '\\\\evil.test/api/rows',
  '/API/rows',
  '/api',
  '/%61pi/rows',
  '/api/../other',
]

test('explain() compares as the URL parser does', async ({ browsing, site, resources, tokens }) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { resources: RESOURCES }))
  const tab = await openApp(browsing, site)
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
  const judge = (urls: readonly string[]) =>
    tab.evaluate(
      (urls) =>
        Promise.all(
          urls.map(
            async (url) =>
              [
                url,
                await bearerWorker.explain(url).then(
                  ({ touched }) => touched,
                  ({ name }: Error) => name,
                ),
              ] as const,
          ),
        ),
      urls,
    )
  expect(await judge(MATCHING)).toEqual(MATCHING.map((url) => [url, true]))
  // No page can fetch a URL with credentials: https://fetch.spec.whatwg.org/#dom-request
  expect(await judge(OTHERS)).toEqual(OTHERS.map((url) => [url, url.includes('com@') ? 'TypeError' : false]))
})

/**
 * The worker compares plain paths without URLPattern: nobody may tell the difference. Those that come first are the
 * narrower ones.
 */
const PATHS = [
  '/api/rows',
  '/api//rows*',
  '/api/*',
  '/apis*',
  '/v1/./x/*',
  '/v1/../v2/*',
  '/v3/.hidden/*',
  '/%61/*',
  '/é/*',
  "/it's/*",
  '/a;b=c,d/*',
  '/a@b/*',
  '/a|b/*',
  '/a^b/*',
  '/[a]/*',
  '/~ada/*',
  '/x.json',
  '/y*.json',
  '/:id/edit',
  '/{w}?/z',
  '/q?a=*',
  '/h#b*',
  '/t/(un|deux)',
  '/n/**',
  '/s/*/e',
  '/{m}+/f',
  '/',
]

const ASKED = [
  '/',
  '/api',
  '/api/',
  '/api/rows',
  '/api/rows/',
  '/api/rows?x=/apis',
  '/api/rows#x',
  '/api/rowsx',
  '/api//rows',
  '/API/rows',
  '/apis',
  '/apis/1',
  '/v1/x/',
  '/v2/x',
  '/v1/./x/1',
  '/v3/.hidden/1',
  '/%61/1',
  '/a/1',
  '/é/1',
  '/%C3%A9/1',
  "/it's/1",
  '/it%27s/1',
  '/a;b=c,d/1',
  '/a@b/1',
  '/a|b/1',
  '/a%7Cb/1',
  '/a^b/1',
  '/[a]/1',
  '/~ada/1',
  '/%7Eada/1',
  '/x.json',
  '/xxjson',
  '/x.json?a',
  '/y1.json',
  '/7/edit',
  '/w/z',
  '/z',
  '//z',
  '/q?a=1',
  '/q?b=1',
  '/h#b1',
  '/h',
  '/t/un',
  '/t/trois',
  '/n/1',
  '/n/*',
  '/s/1/e',
  '/s/1/2/e',
  '/m+/f',
  '/m/f',
  '/mm/f',
]

test('plain paths and URLPatterns alike', async ({ browsing, site }) => {
  site.configuration = {
    sessions: Object.fromEntries(PATHS.map((pattern, index) => [`s${index}`, { resources: [pattern] }])),
  }
  const tab = await openApp(browsing, site)
  const found = await tab.evaluate(
    async ({ paths, asked }) => {
      const patterns = paths.map((path) => new URLPattern(path, location.origin))
      return Promise.all(
        asked.map(async (url) => {
          const { href } = new URL(url, location.href)
          return {
            url,
            explained: (await bearerWorker.explain(url)).session,
            matching: patterns.findIndex((pattern) => pattern.test(href)),
          }
        }),
      )
    },
    { paths: PATHS, asked: ASKED },
  )
  expect(found.map(({ url, explained }) => [url, explained])).toEqual(
    found.map(({ url, matching }) => [url, matching < 0 ? undefined : `s${matching}`]),
  )
  expect(new Set(found.map(({ explained }) => explained)).size).toBeGreaterThan(20)
})

test('and so do real requests, wherever their URL comes from', async ({ browsing, site, api, stranger, tokens }) => {
  const tab = await openApp(browsing, site)
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
  const [own, other] = [new URL(api.origin), new URL(stranger.origin)]
  await tab.evaluate(
    async (urls) => {
      for (const url of urls) await fetch(url).catch(() => {})
    },
    [
      `/api\\rows`,
      `HTTP://LOCALHOST:${own.port}/rows`,
      `//localhost:${own.port}/slashes`,
      `http://localhost:${other.port}/http://localhost:${own.port}/rows`,
      `//localhost:${other.port}/api/rows`,
      `http://127.0.0.1:${own.port}/rows`,
    ],
  )
  const bearer = `Bearer ${tokens.issuer.latest.access_token}`
  expect(
    api.requests.map(({ path, headers, authorization }) => [
      headers.host?.split(':')[0],
      path,
      authorization === bearer,
    ]),
  ).toEqual([
    ['localhost', '/api/rows', true],
    ['localhost', '/rows', true],
    ['localhost', '/slashes', true],
    ['127.0.0.1', '/rows', false],
  ])
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined, undefined])
})
