/** HTML and messages that somebody else wrote into a page of the site. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ask, failureOf, openApp, signIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

/** Before the tag, or after it; what it tries to make the page load from another origin. */
const INJECTED: Readonly<Record<string, (evil: string) => string>> = {
  'a base element': (evil) => `<base href="${evil}/">`,
  'an element named currentScript': (evil) => `<img name="currentScript" src="${evil}/bearer-worker.js">`,
  'a form named currentScript': (evil) => `<form name="currentScript" action="${evil}"><input name="src"></form>`,
  'an element with the id bearerWorker': () => '<a id="bearerWorker"></a>',
  'a form with the id bearerWorker': () => '<form id="bearerWorker"><input name="start"></form>',
  'elements named as what the page script uses': () =>
    ['head', 'createElement', 'baseURI', 'documentElement', 'cookie', 'title']
      .map((name) => `<form name="${name}"></form>`)
      .join(''),
}

for (const [name, html] of Object.entries(INJECTED)) {
  for (const mode of ['worker', 'page'] as const) {
    test(`${name}: no other origin is asked, and the page is covered (${mode})`, {
      tag: mode === 'page' ? '@once' : [],
    }, async ({ browsing, site, resources }) => {
      const asked: string[] = []
      const evil = createServer((request, response) => {
        asked.push(request.url ?? '')
        response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/javascript' })
        response.end('window.evil = true')
      })
      await new Promise<void>((resolve) => evil.listen(0, resolve))
      const evilOrigin = `http://localhost:${(evil.address() as AddressInfo).port}`
      const none = mode === 'page' ? '<script>delete Navigator.prototype.serviceWorker</script>' : ''
      const late = `<script src="${site.origin}/bearer-worker.js"></script>`
      const bundled = `<script type="module">import { bearerWorker } from '${site.origin}/index.js'; bearerWorker.start()</script>`
      for (const [path, script] of [
        ['/late.html', late],
        ['/bundled.html', bundled],
      ] as const) {
        site.pages.set(path, `<!doctype html><title>A site</title>${none}<body>${html(evilOrigin)}${script}</body>`)
        const tab = await browsing.newTab(site.url(path))
        await expect
          .poll(() => tab.evaluate(() => bearerWorker.ready?.then((by) => by).catch(String)).catch(String))
          .toBe(mode)
        await signIn(tab, { url: site.url('/auth/login') })
        expect((await ask(tab, site.url('/r/echo'))).status).toBe(200)
        expect(await tab.evaluate(() => 'evil' in window)).toBe(false)
      }
      evil.close()
      expect(asked.filter((path) => /sw\.js|page\.js|oauth\.js|\.json/.test(path))).toEqual([])
      expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
    })
  }
}

for (const attribute of ['data-worker', 'data-config', 'data-scope']) {
  test(`${attribute} of another origin is refused`, { tag: '@once' }, async ({ browsing, site, stranger }) => {
    site.pages.set(
      '/',
      page({ script: `<script src="/bearer-worker.js" ${attribute}="${stranger.url('/x.json')}"></script>` }),
    )
    const tab = await browsing.newTab(site.url())
    expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining(stranger.origin) as unknown as string,
    })
    expect(stranger.requests).toEqual([])
  })
}

test('whatever a script sends on the channel, nothing throws in a page', { tag: '@once' }, async ({
  browsing,
  site,
}) => {
  const tab = await openApp(browsing, site)
  await signIn(tab)
  const other = await browsing.newTab(site.url('/plain.html'))
  await tab.evaluate(() => {
    const faults: string[] = []
    Object.assign(window, { faults })
    addEventListener('error', ({ message }) => faults.push(message))
    addEventListener('unhandledrejection', ({ reason }) => faults.push(String(reason)))
    const count = { heard: 0 }
    Object.assign(window, { count })
    new BroadcastChannel('bearer-worker /bearer-worker.json').onmessage = () => count.heard++
  })
  const sent = await other.evaluate(() => {
    const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
    const cyclic: Record<string, unknown> = { name: 'main', state: 'active', epoch: 9, refreshing: false }
    cyclic['claims'] = cyclic
    const odd = [undefined, null, 0, 'x', true, [], {}, 10n, cyclic, new Map(), new Date(NaN), new Uint8Array(3)]
    const kinds = ['session', 'entries', 'configuration', 'changed', 'error', '__proto__', undefined, 7]
    const notices: unknown[] = [
      ...odd,
      ...kinds.flatMap((kind) =>
        odd.map((value) => ({ kind, view: value, entries: value, session: value, epoch: value })),
      ),
      ...odd.map((value) => ({ kind: 'entries', entries: [value, { kind: value, url: value }] })),
      ...odd.map((value) => ({
        kind: 'session',
        view: { name: value, state: value, epoch: value, refreshing: value },
      })),
    ]
    for (const notice of notices) channel.postMessage(notice)
    return notices.length
  })
  await expect
    .poll(() => tab.evaluate(() => (window as unknown as { count: { heard: number } }).count.heard))
    .toBeGreaterThanOrEqual(sent)
  expect(await tab.evaluate(() => (window as unknown as { faults: string[] }).faults)).toEqual([])
  expect(await tab.evaluate(() => bearerWorker.session().then(({ state }) => state))).toBe('active')
  expect(await tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('active')
})
