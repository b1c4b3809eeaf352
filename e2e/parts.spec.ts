/** Parts on demand: which files a worker and a page load, when, and what happens when one of them is missing or new. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'
import { answerText } from '../src/testing/servers/answers.ts'
import type { Handler } from '../src/testing/servers/listener.ts'
import { ask, failureOf, openApp, openSignedIn, signIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import type { AuthorizationServer } from '../scripts/demo/authorization-server.ts'
import { arrivedAt, expect, leaveForSignIn, oidcSession, openSignedInAt, press, signInAt, test } from './oauth.ts'
import { tapConsole } from './servers/console-tap.ts'
import { page, type Site } from './servers/site.ts'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist')
const OAUTH_PART = '/bearer-worker.oauth.js'
const PAGE_PART = '/bearer-worker.page.js'
const WORKER = '/bearer-worker.sw.js'
const built = (path: string) => readFileSync(join(DIST, path), 'utf8')
const program = (path: string) => readFileSync(join(import.meta.dirname, '..', path), 'utf8')

/** How often each part was asked for. */
const partsOf = ({ hits }: Site) => ({ oauth: hits.get(OAUTH_PART) ?? 0, page: hits.get(PAGE_PART) ?? 0 })

/** Paths of the scripts that a document has loaded by itself. WebKit lists the worker's registration, too. */
const scriptsOf = (tab: Tab) =>
  tab.evaluate(() =>
    performance
      .getEntriesByType('resource')
      .filter((entry) => (entry as PerformanceResourceTiming).initiatorType === 'script')
      .map(({ name }) => new URL(name).pathname),
  )

/** Waits until the worker that a page looks for controls it. */
const update = (tab: Tab) =>
  tab.evaluate(async () => {
    const changed = new Promise((resolve) =>
      navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }),
    )
    await (await navigator.serviceWorker.ready).update()
    await changed
  })

/** What a server may answer where a part should be. */
const WRONG_ANSWERS: readonly (readonly [what: string, handler: Handler])[] = [
  ['is not found', (_, response) => answerText(response, 404, 'Not found', { 'content-type': 'text/plain' })],
  [
    'is the HTML of a single-page app, with 200',
    (_, response) => answerText(response, 200, page(), { 'content-type': 'text/html; charset=utf-8' }),
  ],
  [
    'is HTML that claims to be a script',
    (_, response) => answerText(response, 200, page(), { 'content-type': 'text/javascript' }),
  ],
  [
    'is another script',
    (_, response) => answerText(response, 200, 'self.other = true', { 'content-type': 'text/javascript' }),
  ],
  ['breaks off', (_, response) => void response.destroy()],
]

/** The same, and answers that have the part in them. */
const spoiled = (path: string): typeof WRONG_ANSWERS => [
  ...WRONG_ANSWERS,
  [
    'is of another version',
    (_, response) =>
      answerText(response, 200, built(path).replaceAll(version, '0.0.1'), { 'content-type': 'text/javascript' }),
  ],
]

const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as {
  version: string
}

test.describe('what is loaded', () => {
  test('with `refresh`: no part, neither by the worker nor by a page', async ({ browsing, site, tokens }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    await browsing.stopWorkers()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await tab.evaluate(() => bearerWorker.explain('/api/rows'))
    expect(await tab.evaluate(async () => (await bearerWorker.history()).length)).toBeGreaterThan(0)
    expect(partsOf(site)).toEqual({ oauth: 0, page: 0 })
    expect(await scriptsOf(tab)).toEqual(['/bearer-worker.js'])
  })

  test('with `authorizationServer`: the worker imports the OAuth part once, while it is installed; no page does', async ({
    browsing,
    site,
    id,
  }) => {
    const tab = await openApp(browsing, site)
    expect(partsOf(site)).toEqual({ oauth: 1, page: 0 })
    await signInAt(tab, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(await scriptsOf(tab)).toEqual(['/bearer-worker.js'])
    expect(partsOf(site).page).toBe(0)
  })

  test('a site that serves the two scripts and a configuration with `refresh` is covered, uploads with progress too', async ({
    browsing,
    site,
    api,
    tokens,
  }) => {
    for (const path of [OAUTH_PART, PAGE_PART]) site.mounts.set(path, WRONG_ANSWERS[0]![1])
    const tab = await openSignedIn(browsing, site)
    const upload = (): Promise<number> =>
      tab.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const request = new XMLHttpRequest()
            request.upload.onprogress = () => {}
            request.open('POST', '/api/rows')
            request.onloadend = () => resolve(request.status)
            request.send('{}')
          }),
      )
    expect(await upload()).toBe(200)
    tokens.issuer.expireAccessTokens()
    expect(await upload()).toBe(200)
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
    expect(tokens.refreshes).toHaveLength(1)
  })
})

test.describe('the worker and its OAuth part', () => {
  test('a stopped worker starts again with it, though no file of it can be had any more', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    for (const part of [OAUTH_PART, WORKER]) site.mounts.set(part, WRONG_ANSWERS[0]![1])
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts.refreshes).toBe(1)
  })

  test('a stopped worker that cannot read the configuration sends no refresh token: the page gets the refusal', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    await site.stop()
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
    expect(id.counts.refreshes).toBe(0)
    await site.start()
    await tab.evaluate(() => bearerWorker.refresh())
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  for (const [changed, path] of [
    ['the OAuth part', OAUTH_PART],
    ['the worker', WORKER],
  ] as const) {
    test(`a new build of ${changed} alone reaches the worker, and the session lives on`, async ({
      browsing,
      site,
      id,
    }) => {
      await browsing.prime(site.url())
      const tab = await openSignedInAt(browsing, id, site)
      site.pages.set(path, `${built(path)}\nfetch('/newer-runs')`)
      await update(tab)
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      await expect.poll(() => site.hits.get('/newer-runs') ?? 0).toBeGreaterThan(0)
      // It starts from what was imported then.
      for (const part of [OAUTH_PART, WORKER]) site.mounts.set(part, WRONG_ANSWERS[0]![1])
      await browsing.stopWorkers()
      id.revokeAccessTokens()
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      expect(id.counts.refreshes).toBe(1)
    })
  }

  // A page runs a script of this type, a worker does not.
  const wrongType: Handler = (_, response) =>
    answerText(response, 200, built(OAUTH_PART), { 'content-type': 'text/plain' })
  for (const [what, handler] of [...spoiled(OAUTH_PART), ['has the type of a text', wrongType] as const]) {
    test(`no configuration is in force, and the OAuth part ${what}: ready says which file, and the cure; once it is there, the next page is covered`, async ({
      browsing,
      site,
      id,
    }) => {
      site.mounts.set(OAUTH_PART, handler)
      const tab = await browsing.newTab(site.url())
      const failure = await failureOf(tab, () => bearerWorker.ready)
      expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
      expect(failure.message).toContain(site.url(OAUTH_PART))
      expect(failure.message).toContain(`Copy bearer-worker.oauth.js of version ${version} beside the worker`)
      // The app is not held up, and asks without a token.
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
      await tab.reload()
      expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'part-unavailable' })

      site.mounts.delete(OAUTH_PART)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      await signInAt(tab, id, site)
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    })

    test(`a good configuration is in force, and the OAuth part of a newer one ${what}: the good one stays, with its session`, async ({
      browsing,
      site,
      api,
      tokens,
      id,
    }) => {
      const refresh = oauthSession(api, tokens)
      site.configuration = oneSession(refresh)
      site.tapsConsole = true
      await browsing.prime(site.url())
      const tab = await openSignedIn(browsing, site)
      site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
      site.mounts.set(OAUTH_PART, handler)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await browsing.stopWorkers()
      tokens.issuer.expireAccessTokens()
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await tab.reload()
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await expect.poll(() => site.console.join()).toContain(site.url(OAUTH_PART))
      expect(site.console.join()).toContain('The configuration that was in force stays.')

      site.mounts.delete(OAUTH_PART)
      await tab.reload()
      await tab.evaluate(() => bearerWorker.ready)
      expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active' })
      expect(await tab.evaluate(() => bearerWorker.session('other'))).toMatchObject({ state: 'signed-out' })
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(tokens.signIns).toHaveLength(1)
    })
  }

  test('a newer worker whose part is missing is given up: the one in use stays, and loses nothing', async ({
    browsing,
    site,
    id,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    site.pages.set(WORKER, `${built(WORKER)}\n// newer`)
    site.mounts.set(OAUTH_PART, WRONG_ANSWERS[0]![1])
    const end = await tab.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      const found = new Promise<ServiceWorker>((resolve) =>
        registration.addEventListener('updatefound', () => resolve(registration.installing!), { once: true }),
      )
      await registration.update()
      const worker = await found
      while (worker.state !== 'activated' && worker.state !== 'redundant')
        await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }))
      return worker.state
    })
    expect(end).toBe('redundant')
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 2 })
  })
})

test.describe('a configuration that changes from `refresh` to `authorizationServer`', () => {
  test('takes effect as the next page is opened, in all of them, without a reload', async ({
    browsing,
    site,
    api,
    tokens,
    id,
  }) => {
    site.configuration = oneSession(oauthSession(api, tokens))
    const before = await openSignedIn(browsing, site)
    site.configuration = oneSession(oidcSession(id))
    const tab = await openApp(browsing, site)
    await signInAt(tab, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await expect.poll(async () => (await ask(before, `${id.url}/rows`)).status).toBe(200)
    expect((await ask(before, '/api/rows')).status).toBe(401)
  })

  test('and back, and there again', async ({ browsing, site, api, tokens, id }) => {
    const both = { main: oauthSession(api, tokens), other: oidcSession(id) }
    site.configuration = { sessions: { main: both.main } }
    const tab = await openSignedIn(browsing, site)
    for (let round = 0; round < 2; round++) {
      site.configuration = { sessions: both }
      await tab.reload()
      expect(await tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name))).toEqual([
        'main',
        'other',
      ])
      site.configuration = { sessions: { main: both.main } }
      await tab.reload()
      expect(await tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name))).toEqual(['main'])
      expect((await ask(tab, '/api/rows')).status).toBe(200)
    }
    expect(tokens.signIns).toHaveLength(1)
  })

  test('installs no worker once it is in force', async ({ browsing, site, api, tokens, id }) => {
    site.configuration = oneSession(oauthSession(api, tokens))
    const tab = await openSignedIn(browsing, site)
    const scriptOf = () => tab.evaluate(async () => (await navigator.serviceWorker.ready).active?.scriptURL)
    const first = await scriptOf()
    site.configuration = oneSession(oidcSession(id))
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    const second = await scriptOf()
    expect(second).not.toBe(first)
    for (let round = 0; round < 2; round++) {
      await tab.reload()
      await tab.evaluate(() => bearerWorker.ready)
      expect(await scriptOf()).toBe(second)
    }
  })

  test('a worker that is busy is replaced later; until then its configuration stays', async ({
    browsing,
    site,
    api,
    tokens,
    id,
    resources,
  }) => {
    const refresh = oauthSession(api, tokens, { resources: ['/api/*', '/r/*'] })
    site.configuration = oneSession(refresh)
    const busy = await openSignedIn(browsing, site)
    let release = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    resources.on('/slow', async (response) => {
      await released
      response.end()
    })
    const slow = ask(busy, '/r/slow')
    await resources.arrived('/slow')
    site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
    const tab = await openApp(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    release()
    expect((await slow).status).toBe(200)
    await expect
      .poll(() => tab.evaluate(async () => (await bearerWorker.sessions()).map(({ name }) => name)))
      .toEqual(['main', 'other'])
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})

test.describe('a page without a worker', () => {
  const WITHOUT_WORKERS: readonly (readonly [why: string, script: string])[] = [
    ['the browser has none', 'delete Navigator.prototype.serviceWorker'],
    [
      'the browser blocks them',
      "ServiceWorkerContainer.prototype.register = async () => { throw new DOMException('blocked', 'SecurityError') }",
    ],
  ]
  const without = (script: string, tag = '<script src="/bearer-worker.js"></script>') =>
    page({ script: `<script>${script}</script>${tag}` })
  /** The page itself ends the sign-in that it began. */
  const openSignedInWithout = async (browsing: Browsing, id: AuthorizationServer, site: Site, html: string) => {
    for (const path of ['/', '/signed-in']) site.pages.set(path, html)
    const tab = await openApp(browsing, site)
    await leaveForSignIn(tab, id, { returnTo: '/?back' })
    await press(tab, 'Sign in as Ada')
    await arrivedAt(tab, site.url('/?back'))
    return tab
  }
  const open = async (browsing: Browsing, site: Site) => {
    site.pages.set('/', without(WITHOUT_WORKERS[0]![1]))
    return browsing.newTab(site.url())
  }

  for (const [why, script] of WITHOUT_WORKERS) {
    test(`${why}: with \`refresh\` it loads the page part, and never the worker's code`, async ({ browsing, site }) => {
      site.pages.set('/', without(script))
      const tab = await openSignedIn(browsing, site)
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(partsOf(site)).toEqual({ oauth: 0, page: 1 })
      expect(await scriptsOf(tab)).toEqual(['/bearer-worker.js', PAGE_PART])
      expect(site.hits.get(WORKER)).toBeUndefined()
    })

    test(`${why}: with \`authorizationServer\` it loads the OAuth part, too`, async ({ browsing, site, id }) => {
      const tab = await openSignedInWithout(browsing, id, site, without(script))
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
      expect((await scriptsOf(tab)).toSorted()).toEqual(['/bearer-worker.js', OAUTH_PART, PAGE_PART].toSorted())
      expect(site.hits.get(WORKER)).toBeUndefined()
    })
  }

  for (const [what, handler] of spoiled(PAGE_PART)) {
    test(`the page part ${what}: ready says which file, and the cure`, async ({ browsing, site }) => {
      site.mounts.set(PAGE_PART, handler)
      const tab = await open(browsing, site)
      const failure = await failureOf(tab, () => bearerWorker.ready)
      expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
      expect(failure.message).toContain(site.url(PAGE_PART))
      expect(failure.message).toContain(`Copy bearer-worker.page.js of version ${version}`)
      expect((await ask(tab, '/api/rows')).status).toBe(401)
    })
  }

  for (const [what, handler] of spoiled(OAUTH_PART)) {
    test(`the OAuth part ${what}: ready says which file, and the cure`, async ({ browsing, site, id }) => {
      site.mounts.set(OAUTH_PART, handler)
      const tab = await open(browsing, site)
      const failure = await failureOf(tab, () => bearerWorker.ready)
      expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
      expect(failure.message).toContain(site.url(OAUTH_PART))
      expect(failure.message).toContain(`Copy bearer-worker.oauth.js of version ${version}`)
      expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
    })
  }

  test('the page part is looked for beside the page script, the OAuth part beside the worker', async ({
    browsing,
    site,
    id,
  }) => {
    for (const path of ['/scripts/bearer-worker.js', `/scripts${PAGE_PART}`]) {
      site.pages.set(path, built(path.replace('/scripts', '')))
    }
    const tag = `<script src="/scripts/bearer-worker.js" data-worker="${WORKER}"></script>`
    const tab = await openSignedInWithout(browsing, id, site, without(WITHOUT_WORKERS[0]![1], tag))
    expect((await scriptsOf(tab)).toSorted()).toEqual(
      [OAUTH_PART, `/scripts${PAGE_PART}`, '/scripts/bearer-worker.js'].toSorted(),
    )
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  const APP = program('examples/bundle/app.js').replace("'bearer-worker'", "'/index.js'")
  for (const [where, app, expected] of [
    ['beside the worker', APP.replace(/, page: '[^']+'/, ''), PAGE_PART],
    ['where `page` says', APP, `/assets${PAGE_PART}`],
  ] as const) {
    test(`of a bundle, it finds the page part ${where}`, async ({ browsing, site }) => {
      site.pages.set(`/assets${PAGE_PART}`, built(PAGE_PART))
      site.pages.set('/app.js', app)
      site.pages.set('/', without(WITHOUT_WORKERS[0]![1], '<script type="module" src="/app.js"></script>'))
      const tab = await browsing.newTab(site.url())
      await expect.poll(() => tab.evaluate(() => 'bearerWorker' in globalThis)).toBe(true)
      expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
      await signIn(tab)
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(await scriptsOf(tab)).toContain(expected)
    })
  }
})

test.describe("a site's own worker", () => {
  /** Bundles it as a site does. */
  async function bundle(source: string, outDir: string): Promise<string> {
    const entry = 'own-worker-entry'
    await build({
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      resolve: {
        alias: {
          'bearer-worker/worker/authorization-servers': join(DIST, 'authorization-servers.js'),
          'bearer-worker/worker': join(DIST, 'worker.js'),
        },
      },
      plugins: [
        {
          name: 'own-worker',
          resolveId: (name) => (name === entry ? `\0${entry}` : null),
          load: (name) => (name === `\0${entry}` ? source : null),
        },
      ],
      build: {
        outDir,
        minify: false,
        rolldownOptions: { input: entry, output: { format: 'iife', entryFileNames: 'sw.js' } },
      },
    })
    return readFileSync(join(outDir, 'sw.js'), 'utf8')
  }

  const OWN = page({ script: '<script src="/bearer-worker.js" data-worker="/sw.js"></script>' })
  const PLAIN = program('examples/own-worker/sw.js')
  const WITH = program('examples/own-worker/sw-with-sign-in.js')

  test('with `authorizationServers` signs in, and loads no file', async ({ browsing, site, id }, testInfo) => {
    site.pages.set('/sw.js', await bundle(WITH, testInfo.outputPath('own')))
    site.pages.set('/', OWN)
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    expect(partsOf(site)).toEqual({ oauth: 0, page: 0 })
  })

  test('without them covers a configuration with `refresh`, and says what a newer one with `authorizationServer` needs', async ({
    browsing,
    site,
    api,
    tokens,
    id,
  }, testInfo) => {
    const refresh = oauthSession(api, tokens)
    site.configuration = oneSession(refresh)
    site.tapsConsole = true
    site.pages.set('/sw.js', tapConsole('/console') + (await bundle(PLAIN, testInfo.outputPath('plain'))))
    site.pages.set('/', OWN)
    const tab = await openSignedIn(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    site.configuration = { sessions: { main: refresh, other: oidcSession(id) } }
    await tab.reload()
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    await expect.poll(() => site.console.join()).toContain("'bearer-worker/worker/authorization-servers'")
    expect(site.console.join()).toContain('The configuration that was in force stays.')

    site.pages.set('/sw.js', await bundle(WITH, testInfo.outputPath('with')))
    await update(tab)
    await tab.reload()
    expect(await tab.evaluate(async () => (await bearerWorker.session('other')).state)).toBe('signed-out')
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.signIns).toHaveLength(1)
  })

  test('without them, and with nothing in force: ready says what to import', async ({
    browsing,
    site,
    id,
  }, testInfo) => {
    site.pages.set('/sw.js', await bundle(PLAIN, testInfo.outputPath('plain')))
    site.pages.set('/', OWN)
    const tab = await browsing.newTab(site.url())
    const failure = await failureOf(tab, () => bearerWorker.ready)
    expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'part-unavailable' })
    expect(failure.message).toContain("'bearer-worker/worker/authorization-servers'")
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
  })
})
