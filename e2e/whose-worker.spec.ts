/** Whoever has the page's folder: the page is covered, and told why. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { build } from 'vite'
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { ask, failureOf, openApp, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const TAG = '<script src="/bearer-worker.js"></script>'
const OTHER_WORKER = `
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', () => {})
addEventListener('message', ({ ports }) => ports[0]?.postMessage({ type: 'MOCKING_ENABLED' }))`

function serve(site: Site, script = TAG): void {
  site.pages.set('/', page({ script: CONSOLE + script }))
  site.pages.set('/other.sw.js', OTHER_WORKER)
}

const controllerOf = (tab: Tab) =>
  tab.evaluate(() => new URL(navigator.serviceWorker.controller?.scriptURL ?? location.href).pathname)

async function registerOther(tab: Tab): Promise<void> {
  await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
  await expect.poll(() => controllerOf(tab)).toBe('/other.sw.js')
}

test.describe('another worker in the folder', () => {
  test('is known within 2 s, and named in one message with the cure', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await registerOther(tab)
    const took = await tab.evaluate(async () => {
      const begin = performance.now()
      while ((await bearerWorker.ready) !== 'page') await new Promise((resolve) => setTimeout(resolve, 20))
      return performance.now() - begin
    })
    expect(took).toBeLessThan(2_500)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const told = await toldOf(tab)
    expect(told).toHaveLength(1)
    for (const word of ['other-worker', `${site.origin}/other.sw.js`, 'bearerWorkerPart()', 'data-worker'])
      expect(told[0]).toContain(word)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test('keeps its folder: no page registers over it', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await registerOther(tab)
    const registered = site.hits.get('/bearer-worker.sw.js')
    for (let load = 0; load < 3; load++) {
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
      expect((await ask(tab, '/r/echo')).status).toBe(200)
    }
    expect(await controllerOf(tab)).toBe('/other.sw.js')
    expect(site.hits.get('/bearer-worker.sw.js')).toBe(registered)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test('when ours is back in control, it takes over again', async ({ browsing, site, resources }) => {
    serve(site)
    const tab = await openApp(browsing, site)
    await signIn(tab)
    const url = await tab.evaluate(() => navigator.serviceWorker.controller!.scriptURL)
    await registerOther(tab)
    await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('page')
    await tab.evaluate((url) => navigator.serviceWorker.register(url).then(() => {}), url)
    await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const shown = await tab.evaluate(
      () =>
        new Promise((resolve) => {
          const image = new Image()
          image.onload = () => resolve('load')
          image.onerror = () => resolve('error')
          image.src = '/r/image'
        }),
    )
    expect(shown).toBe('load')
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })

  test("a site's own worker with our part is ours, whatever its URL", async ({
    browsing,
    site,
    resources,
  }, testInfo) => {
    serve(site)
    const outDir = testInfo.outputPath('own')
    await build({
      configFile: false,
      logLevel: 'error',
      resolve: { alias: { 'bearer-worker/worker': join(DIST, 'worker.js') } },
      build: {
        outDir,
        minify: false,
        rolldownOptions: {
          input: join(import.meta.dirname, '../examples/own-worker/sw.js'),
          output: { format: 'iife', entryFileNames: 'sw.js' },
        },
      },
    })
    const { readFileSync } = await import('node:fs')
    site.pages.set('/sw.js', readFileSync(join(outDir, 'sw.js'), 'utf8'))
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await tab.evaluate(() => navigator.serviceWorker.register('/sw.js').then(() => {}))
    await expect.poll(() => controllerOf(tab)).toBe('/sw.js')
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(await controllerOf(tab)).toBe('/sw.js')
    expect(await toldOf(tab)).toEqual([])
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  })
})

test.describe('ready always settles', () => {
  const moduleOf = (head: string) =>
    page({ script: CONSOLE, head: `<script type="module">import { bearerWorker } from '/index.js'; ${head}</script>` })

  test('with the cure, where a module waits and the tag is missing; start() still works then', async ({
    browsing,
    site,
    resources,
  }) => {
    site.pages.set('/', moduleOf('window.settled = bearerWorker.ready.catch(({ code }) => code)'))
    const tab = await browsing.newTab(site.url())
    expect(await tab.evaluate(() => (window as unknown as { settled: Promise<string> }).settled)).toBe(
      'worker-unavailable',
    )
    expect(await failureOf(tab, () => bearerWorker.session())).toMatchObject({ code: 'worker-unavailable' })
    const told = await toldOf(tab)
    expect(told).toHaveLength(1)
    for (const word of ['<script src="/bearer-worker.js">', 'start()']) expect(told[0]).toContain(word)

    expect(await tab.evaluate(() => bearerWorker.start().ready)).toBe('worker')
    await signIn(tab)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(resources.arrivals).toHaveLength(1)
  })

  test('the same where the tag is a 404', async ({ browsing, site }) => {
    site.pages.set(
      '/',
      page({
        script: '<script src="/missing/bearer-worker.js"></script>',
        head: `<script type="module">import { bearerWorker } from '/index.js'; window.settled = bearerWorker.ready.catch(({ code }) => code)</script>`,
      }),
    )
    const tab = await browsing.newTab(site.url())
    expect(await tab.evaluate(() => (window as unknown as { settled: Promise<string> }).settled)).toBe(
      'worker-unavailable',
    )
  })

  test('without a message where start() is called at once', async ({ browsing, site }) => {
    site.pages.set('/', moduleOf('bearerWorker.start()'))
    const tab = await openApp(browsing, site)
    expect(await toldOf(tab)).toEqual([])
  })
})

test.describe('Content-Security-Policy', () => {
  const csp = (content: string) => `<meta http-equiv="content-security-policy" content="${content}">`

  test('Trusted Types: a policy named bearer-worker is all that a site lists', async ({
    browsing,
    site,
    resources,
  }) => {
    const strict = csp("require-trusted-types-for 'script'; trusted-types bearer-worker")
    site.pages.set('/', page({ script: `${strict}${TAG}` }))
    site.pages.set(
      '/without.html',
      page({ script: `${strict}<script>delete Navigator.prototype.serviceWorker</script>${TAG}` }),
    )
    for (const [path, by] of [
      ['/', 'worker'],
      ['/without.html', 'page'],
    ] as const) {
      const tab = await openApp(browsing, site, path)
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe(by)
      await signIn(tab)
      expect((await ask(tab, '/r/echo')).status).toBe(200)
    }
    expect(resources.arrivals).toHaveLength(2)
  })

  test('scripts with a nonce only: the part for the page takes that of the tag', async ({
    browsing,
    site,
    resources,
  }) => {
    const nonceOnly = csp("script-src 'nonce-n0nce'; worker-src 'none'")
    site.pages.set('/', page({ script: `${nonceOnly}<script nonce="n0nce" src="/bearer-worker.js"></script>` }))
    const tab = await openApp(browsing, site)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
    await signIn(tab)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(resources.arrivals).toHaveLength(1)
  })
})

test("a site's own worker that is a module", async ({ browsing, site, resources, engineName }) => {
  test.skip(engineName === 'firefox', 'Firefox ESR has module workers behind a preference')
  site.pages.set(
    '/module.sw.js',
    `import { bearerWorkerPart } from '/worker.js'
    const part = bearerWorkerPart({ config: '/bearer-worker.json' })
    addEventListener('install', (event) => { part.install(event); skipWaiting() })
    addEventListener('activate', (event) => event.waitUntil(clients.claim()))
    addEventListener('fetch', (event) => part.fetch(event))
    addEventListener('message', (event) => part.message(event))`,
  )
  serve(site, '<script src="/bearer-worker.js" data-worker="/module.sw.js" data-worker-type="module"></script>')
  const tab = await openApp(browsing, site)
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  await signIn(tab)
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(resources.arrivals).toHaveLength(1)
})

test.describe('files of different versions', () => {
  /** A worker that answers some calls as a worker of another version would, and has ours for the rest. */
  const otherVersion = (answers: Readonly<Record<string, unknown>>) => `
    const answers = ${JSON.stringify(answers)}
    addEventListener('message', (event) => {
      if (!Object.hasOwn(answers, event.data?.name)) return
      event.stopImmediatePropagation()
      event.ports[0].postMessage(answers[event.data.name])
    })
    importScripts('/bearer-worker.sw.js')`
  const unknown = { ok: false, error: { code: 'invalid-call', message: 'No such call.' } }
  const OTHER_VERSION = '<script src="/bearer-worker.js" data-worker="/version.sw.js"></script>'

  test('calls that the worker does not know are done without', async ({ browsing, site, resources }) => {
    const calls = ['ping', 'abort', 'wake', 'beginExchange', 'synchronousHeaders', 'lastEventId', 'finishSignIn']
    site.pages.set('/version.sw.js', otherVersion(Object.fromEntries(calls.map((name) => [name, unknown]))))
    serve(site, OTHER_VERSION)
    const tab = await openApp(browsing, site)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    await signIn(tab)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    const upload = await tab.evaluate(
      () =>
        new Promise<number>((resolve) => {
          const request = new XMLHttpRequest()
          request.upload.onprogress = () => {}
          request.open('POST', '/r/echo')
          request.onloadend = () => resolve(request.status)
          request.send('text')
        }),
    )
    expect(upload).toBe(200)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
    expect(await toldOf(tab)).toEqual([])
  })

  test('a worker that says hello in a way nobody understands: the page covers itself, and names the header to send', async ({
    browsing,
    site,
    resources,
  }) => {
    site.pages.set('/version.sw.js', otherVersion({ hello: { ok: true, value: { version: '9.0.0' } } }))
    serve(site, OTHER_VERSION)
    const tab = await openApp(browsing, site)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
    await signIn(tab)
    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
    const told = await toldOf(tab)
    expect(told).toHaveLength(1)
    for (const word of ['worker-stale', '9.0.0', 'Cache-Control: no-cache']) expect(told[0]).toContain(word)
  })
})

test.describe('HTML that somebody else wrote into the page', () => {
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
      test(`${name}: no other origin is asked, and the page is covered (${mode})`, async ({
        browsing,
        site,
        resources,
      }) => {
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
    test(`${attribute} of another origin is refused`, async ({ browsing, site, stranger }) => {
      serve(site, `<script src="/bearer-worker.js" ${attribute}="${stranger.url('/x.json')}"></script>`)
      const tab = await browsing.newTab(site.url())
      expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({
        code: 'configuration-invalid',
        message: expect.stringContaining(stranger.origin) as unknown as string,
      })
      expect(stranger.requests).toEqual([])
    })
  }
})

test('whatever a script sends on the channel, nothing throws in a page', async ({ browsing, site }) => {
  serve(site)
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

test.describe('a page from the back-forward cache', () => {
  /** As the browser does: no engine under test keeps a page with a channel in its cache. */
  const freeze = (tab: Tab) =>
    tab.evaluate(() => {
      dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
      Object.assign(window, { shown: true })
    })
  const thaw = (tab: Tab) =>
    tab.evaluate(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  const wasReloaded = (tab: Tab) =>
    tab.evaluate(() => (window as unknown as { shown?: boolean }).shown !== true).catch(() => false)

  for (const [name, meanwhile] of [
    [
      'another user signed in',
      async (tab: Tab) => void (await tab.evaluate(() => bearerWorker.signOut()), await signIn(tab)),
    ],
    ['the user signed out', (tab: Tab) => tab.evaluate(() => bearerWorker.signOut())],
  ] as const) {
    test(`${name} meanwhile: it is loaded anew`, async ({ browsing, site }) => {
      const tab = await openApp(browsing, site)
      const other = await openApp(browsing, site)
      await signIn(tab)
      await freeze(tab)
      await meanwhile(other)
      await thaw(tab)
      await expect.poll(() => wasReloaded(tab)).toBe(true)
    })
  }

  test('site data were cleared, and somebody signed in meanwhile: it is loaded anew', async ({ browsing, site }) => {
    site.mounts.set('/clear', (_, response) => {
      response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
    })
    const tab = await openApp(browsing, site)
    const other = await openApp(browsing, site)
    await signIn(tab)
    await freeze(tab)
    await other.evaluate(() => fetch('/clear').then((response) => response.text()))
    await signIn(other)
    await thaw(tab)
    await expect.poll(() => wasReloaded(tab)).toBe(true)
  })

  test('somebody signed in where nobody was: it is loaded anew', async ({ browsing, site }) => {
    const tab = await openApp(browsing, site)
    const other = await openApp(browsing, site)
    await freeze(tab)
    await signIn(other)
    await thaw(tab)
    await expect.poll(() => wasReloaded(tab)).toBe(true)
  })

  test('the same user, refreshed meanwhile: it stays', async ({ browsing, site }) => {
    const tab = await openApp(browsing, site)
    const other = await openApp(browsing, site)
    await signIn(tab)
    await freeze(tab)
    await other.evaluate(() => bearerWorker.refresh())
    await thaw(tab)
    await tab.evaluate(() => bearerWorker.session())
    expect(await wasReloaded(tab)).toBe(false)
  })
})
