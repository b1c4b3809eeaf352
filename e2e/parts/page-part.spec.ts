/** A page without a worker loads the page part, and the OAuth part where it needs that. */
import type { AuthorizationServer } from '../../scripts/demo/authorization-server.ts'
import { ask, failureOf, openApp, openSignedIn, signIn } from '../app.ts'
import type { Browsing } from '../engines/engine.ts'
import { arrivedAt, expect, leaveForSignIn, press, test } from '../oauth.ts'
import { page, type Site } from '../servers/site.ts'
import { built, OAUTH_PART, PAGE_PART, partsOf, program, scriptsOf, spoiled, version, WORKER } from './parts.ts'

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
