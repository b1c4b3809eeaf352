import { ask, askByXhr, failureOf, openApp, openSignedIn } from './app.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { OTHER_WORKER } from './covered-page.ts'
import { onDatabase } from './database.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { readStore } from './oauth.ts'

test('a wrong configuration is refused as a whole, with every mistake by its path', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(
    oauthSession(api, tokens, {
      resources: ['/api/*', 'https://*/'],
      headers: 'x',
      refresh: { url: 'http://id.example.com/token', body: 'xml' },
    }),
  )
  const tab = await browsing.newTab(site.url())
  const failure = await failureOf(tab, () => bearerWorker.ready)
  expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'configuration-invalid' })
  expect(failure.issues?.map(({ path }) => path).sort()).toEqual([
    'sessions.main.headers',
    'sessions.main.refresh.body',
    'sessions.main.refresh.url',
    'sessions.main.resources[1]',
  ])
  for (const { path, message } of failure.issues ?? []) {
    expect(message).not.toBe('')
    expect(failure.message).toContain(path)
  }
  expect((await ask(tab, '/api/rows')).status).toBe(401)
})

test('a text that is no JSON is refused, and so is none at all', async ({ browsing, site }) => {
  site.configuration = '{ "sessions": '
  const tab = await browsing.newTab(site.url())
  expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'configuration-invalid' })
  site.configuration = undefined
  await tab.reload()
  const failure = await failureOf(tab, () => bearerWorker.ready)
  expect(failure).toMatchObject({ name: 'BearerWorkerError', code: 'configuration-unreachable' })
  expect(failure.message).toContain('/bearer-worker.json')
})

test('once it is mended, the next page is covered', async ({ browsing, site }) => {
  const good = site.configuration
  site.configuration = { sessions: {} }
  const tab = await browsing.newTab(site.url())
  expect(await failureOf(tab, () => bearerWorker.ready)).toMatchObject({ code: 'configuration-invalid' })
  site.configuration = good
  const next = await openSignedIn(browsing, site)
  expect((await ask(next, '/api/rows')).status).toBe(200)
})

test('a good configuration stays in force when a bad one arrives, also after the worker was stopped', async ({
  browsing,
  site,
}) => {
  site.tapsConsole = true
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  site.configuration = oneSession({ resources: 'everything' })

  await tab.reload()
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  await expect.poll(() => site.console.join()).toContain('sessions.main.resources')

  await browsing.stopWorkers()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  const later = await openApp(browsing, site)
  expect((await ask(later, '/api/rows')).status).toBe(200)
})

interface Kept {
  build?: string
  text?: string
  configuration?: { sessions: { resources: string[] }[] }
}

/** Changes what a worker that starts finds of the configuration, and lets one start. */
async function startWith(browsing: Browsing, tab: Tab, change: (kept: Kept) => unknown): Promise<void> {
  await onDatabase(
    tab,
    (records, source) => {
      const key = 'configuration /bearer-worker.json'
      const kept = records.get(key)
      kept.onsuccess = () => records.put(((0, eval)(`(${source})`) as typeof change)(kept.result as Kept), key)
    },
    change.toString(),
  )
  await browsing.stopWorkers()
}

for (const [what, change] of [
  ['corrupt', (kept: Kept) => ({ ...kept, configuration: { sessions: 7 } })],
  ['without its sessions', ({ build, text }: Kept) => ({ build, text })],
  ['without its text', ({ build, configuration }: Kept) => ({ build, configuration })],
  ['nothing', () => null],
] as const) {
  test(`what was kept of it is ${what}: the file is read`, async ({ browsing, site }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    await startWith(browsing, tab, change)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
}

test('a worker that has nothing kept reads the file before it says how an upload is authorized', async ({
  browsing,
  site,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  const upload = () =>
    tab.evaluate(
      () =>
        new Promise<{ status: number; hasProgress: boolean }>((resolve) => {
          const request = new XMLHttpRequest()
          let hasProgress = false
          request.upload.onprogress = () => (hasProgress = true)
          request.onloadend = () => resolve({ status: request.status, hasProgress })
          request.open('POST', '/api/rows')
          request.send('{}')
        }),
    )
  expect(await upload()).toEqual({ status: 200, hasProgress: true })
  await startWith(browsing, tab, () => null)
  expect(await upload()).toEqual({ status: 200, hasProgress: true })
})

test('what another build has kept of it is checked again', async ({ browsing, site }) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await startWith(browsing, tab, (kept) => {
    kept.configuration!.sessions[0]!.resources = ['/elsewhere/*']
    return { ...kept, build: 'another' }
  })
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('what a script of the page has put in its place lasts until the next page is opened', async ({
  browsing,
  site,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await startWith(browsing, tab, (kept) => {
    kept.configuration!.sessions[0]!.resources = ['/elsewhere/*']
    return kept
  })
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  const next = await openApp(browsing, site)
  expect((await ask(next, '/api/rows')).status).toBe(200)
  expect(JSON.stringify(await readStore(next))).not.toContain('elsewhere')
})

test('a good configuration stays in force when the file is gone', async ({ browsing, site }) => {
  const tab = await openSignedIn(browsing, site)
  site.configuration = undefined
  await tab.reload()
  expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('a new good one takes over as pages are opened: in all of them, without a reload, and the session lives on', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const rows = stranger.url('/rows')
  const expectAuthorized = async (tab: Tab) => {
    expect((await ask(tab, rows)).status).toBe(200)
    expect((await askByXhr(tab, rows)).status).toBe(200)
    const path = `/events/${crypto.randomUUID()}`
    await tab.evaluate((url) => void new EventSource(url), stranger.url(path))
    await expect.poll(() => stranger.to(path).map(({ authorization }) => authorization !== undefined)).toEqual([true])
  }
  const loadedBefore = await openSignedIn(browsing, site)
  expect((await ask(loadedBefore, rows)).status).toBe(401)
  site.configuration = oneSession(oauthSession(api, tokens, { resources: ['/api/*', stranger.url('/*')] }))

  // Chromium routes the requests of a page by the rules that it was loaded with, whatever worker takes over.
  const first = await openApp(browsing, site)
  await expectAuthorized(first)
  await expect.poll(async () => (await ask(loadedBefore, rows)).status).toBe(200)
  await expectAuthorized(loadedBefore)
  const later = await openApp(browsing, site)
  await expectAuthorized(later)

  tokens.issuer.expireAccessTokens()
  expect(
    (await Promise.all([loadedBefore, first, later].map((tab) => ask(tab, rows)))).map(({ status }) => status),
  ).toEqual([200, 200, 200])
  expect(tokens.refreshes).toHaveLength(1)
  expect((await ask(loadedBefore, api.url('/rows'))).status).toBe(401)
})

test('an open page whose worker was away goes on by the new one, whatever routes it was loaded with', async ({
  browsing,
  site,
  api,
  stranger,
  tokens,
}) => {
  const rows = stranger.url('/rows')
  site.pages.set('/other.sw.js', OTHER_WORKER)
  const tab = await openSignedIn(browsing, site)
  site.configuration = oneSession(oauthSession(api, tokens, { resources: ['/api/*', stranger.url('/*')] }))
  await openApp(browsing, site)
  await expect.poll(async () => (await ask(tab, rows)).status).toBe(200)
  // The worker with the new routes is on its way, and would replace one that is registered before it.
  await expect.poll(() => tab.evaluate(() => navigator.serviceWorker.controller!.scriptURL)).toContain('revision=')

  const covered = () =>
    tab.evaluate(async () => ({
      by: await bearerWorker.ready,
      worker: new URL(navigator.serviceWorker.controller!.scriptURL).pathname,
    }))
  const url = await tab.evaluate(() => navigator.serviceWorker.controller!.scriptURL)
  await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
  await expect.poll(covered).toEqual({ by: 'page', worker: '/other.sw.js' })
  await tab.evaluate((url) => navigator.serviceWorker.register(url).then(() => {}), url)
  await expect.poll(covered).toEqual({ by: 'worker', worker: '/bearer-worker.sw.js' })
  expect((await ask(tab, rows)).status).toBe(200)
})

test('no message of a page changes it', async ({ browsing, site, stranger, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  const wide = { sessions: { main: { resources: [stranger.url('/*')] } } }
  await tab.evaluate(async (wide) => {
    const worker = navigator.serviceWorker.controller
    const names = [
      'configure',
      'configuration',
      'hello',
      'setConfiguration',
      'install',
      'reload',
      '__proto__',
      'constructor',
    ]
    const calls = names.flatMap((name) => [
      { bearerWorker: 1, name, with: { configuration: wide, config: wide, version: '', url: '/evil.json' } },
      { bearerWorker: 1, name, with: JSON.parse(`{"__proto__":${JSON.stringify(wide)}}`) as object },
    ])
    for (const call of [...calls, wide, JSON.stringify(wide), null, { type: 'config', configuration: wide }])
      worker?.postMessage(call)
    for (const registration of await navigator.serviceWorker.getRegistrations()) {
      const channel = new BroadcastChannel(`bearer-worker ${new URL(registration.scope).pathname}bearer-worker.json`)
      for (const kind of ['configuration', 'changed', 'session', 'entries'])
        channel.postMessage({ kind, configuration: wide, session: 'main', view: wide, entries: [] })
      channel.close()
    }
  }, wide)
  await tab.evaluate(() => bearerWorker.session())
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect((await ask(tab, stranger.url('/rows'))).status).toBe(401)
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
  expect(tokens.refreshes).toHaveLength(0)
})

test('a configuration of another origin is refused', async ({ browsing, site, stranger }) => {
  const tab = await openSignedIn(browsing, site)
  stranger.answer('/bearer-worker.json', {
    status: 200,
    body: { sessions: { main: { resources: [stranger.url('/*')] } } },
  })
  await tab.evaluate(async (config) => {
    const script = `/bearer-worker.sw.js?config=${encodeURIComponent(config)}`
    await navigator.serviceWorker.register(script).catch(() => {})
  }, stranger.url('/bearer-worker.json'))
  expect(stranger.requests).toHaveLength(0)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect((await ask(tab, stranger.url('/rows'))).status).toBe(401)
  expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
})

test('scripts and configuration stand where the script tag says', async ({ browsing, site }) => {
  site.pages.set('/settings/tokens.json', JSON.stringify(site.configuration))
  site.headers.set('/settings/tokens.json', { 'bearer-worker-configuration': '1' })
  site.pages.set(
    '/named.html',
    '<!doctype html><title>named</title><link rel="icon" href="data:,"><script src="/bearer-worker.js" data-worker="/bearer-worker.sw.js" data-config="/settings/tokens.json" data-scope="/"></script>',
  )
  site.configuration = undefined
  const tab = await openApp(browsing, site, '/named.html')
  await tab.evaluate(() =>
    fetch('/auth/login', { method: 'POST', body: '{"password":"correct horse battery staple"}' }),
  )
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})
