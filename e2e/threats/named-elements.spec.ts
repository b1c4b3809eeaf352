/**
 * An element is a member of `window` by its id, and of `document` by its name: HTML that somebody has injected before a late
 * script tag must not stop the page script, nor be taken for a function of the browser.
 * @see https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object
 */
import { ask, openApp } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { expect, test } from '../fixtures.ts'
import { WITHOUT_WORKERS } from './hooked-page.ts'

/** Of the browser, in the browsers that have them. */
const GLOBALS = [
  'bearerWorker',
  'trustedTypes',
  'WebSocketStream',
  'fetchLater',
  'FetchLaterResult',
  'TrustedTypePolicyFactory',
]
const OF_DOCUMENT = [
  ...[
    'currentScript',
    'baseURI',
    'documentElement',
    'head',
    'body',
    'cookie',
    'readyState',
    'visibilityState',
    'hidden',
  ],
  ...['createElement', 'addEventListener', 'append', 'querySelector', 'referrer', 'URL', 'defaultView', 'prerendering'],
]
const MEMBERS = ['prototype', 'start', 'explain', 'createPolicy', 'defaultPolicy', 'ready', 'src', 'dataset']

/** Each kind of element that a name can stand for. */
const ELEMENTS: Readonly<Record<string, (id: string) => string>> = {
  'a form with members': (id) =>
    `<form id="${id}" name="${id}">${MEMBERS.map((name) => `<input name="${name}">`).join('')}</form>`,
  'a form with objects': (id) =>
    `<form id="${id}" name="${id}">${MEMBERS.map((name) => `<object name="${name}"></object>`).join('')}</form>`,
  'an object': (id) => `<object id="${id}" name="${id}"></object>`,
  'two links': (id) => `<a id="${id}"></a><a id="${id}" name="prototype"></a>`,
  'an image': (id) => `<img id="${id}" name="${id}">`,
  'a frame': (id) => `<iframe name="${id}" srcdoc="x"></iframe>`,
}
/** As in a browser that has none of them. */
const BARE = `<script>for (const name of ${JSON.stringify(GLOBALS)}) delete window[name]</script>`

for (const [by, first] of [
  ['worker', ''],
  ['page', WITHOUT_WORKERS],
] as const) {
  test(`elements with names of the browser's members before a late script tag, covered by the ${by}`, async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    test.setTimeout(120_000)
    const refresh = { url: '/auth/token', clientId: 'spa', headers: { 'X-CSRF': '{cookie:csrf}' } }
    site.configuration = oneSession(oauthSession(api, tokens, { refresh }))
    for (const [kind, element] of Object.entries(ELEMENTS)) {
      const names = [...GLOBALS, ...OF_DOCUMENT].map(element).join('')
      const script = '<script src="/bearer-worker.js"></script>'
      const path = `/${kind.replaceAll(' ', '-')}.html`
      site.pages.set(path, `<!doctype html><body>${BARE}${first}${names}${script}<title>named</title>`)
      const tab = await openApp(browsing, site, path)
      await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn())
      await tab.evaluate(() => {
        const { set } = Object.getOwnPropertyDescriptor(Document.prototype, 'cookie')!
        set!.call(document, 'csrf=from-the-cookie')
      })
      expect.soft(await tab.evaluate(() => bearerWorker.ready), kind).toBe(by)
      expect.soft((await ask(tab, '/api/rows')).status, kind).toBe(200)
      tokens.issuer.expireAccessTokens()
      expect.soft((await ask(tab, '/api/rows')).status, `${kind}, refreshed`).toBe(200)
      expect.soft(tokens.refreshes.at(-1)?.headers['x-csrf'], kind).toBe('from-the-cookie')
      await tab.close()
    }
  })
}
