/** Every way in which a page never has a worker, and everything that a page does with its API. */
import { CONSOLE, signInTwice, toldOf } from './all-ways-to-send.ts'
import { judgePage, serve, test, unregister } from './covered-page.ts'
import { expect } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

interface Absence {
  /** Makes the page to open, and returns its path. */
  readonly page: (site: Site) => string
  /** Who covers it; undefined where the browser decides whose registration comes first. */
  readonly by?: 'worker' | 'page'
  /** What the one message in the console contains; none is there without. */
  readonly told?: RegExp
  /** Runs in a page of the site before. */
  readonly before?: () => Promise<void>
}

const at = (path: string, script: string) => (site: Site) => {
  site.pages.set(path, page({ script: CONSOLE + script }))
  return path
}
const TAG = '<script src="/bearer-worker.js"></script>'

const ABSENCES: Readonly<Record<string, Absence>> = {
  'no service workers in this browser': {
    page: at('/app.html', `<script>delete Navigator.prototype.serviceWorker</script>${TAG}`),
    by: 'page',
  },
  'another worker has its folder already': {
    page: at('/app.html', TAG),
    before: async () => {
      await navigator.serviceWorker.register('/other.sw.js')
      await navigator.serviceWorker.ready
    },
    by: 'page',
    told: /other-worker.*\/other\.sw\.js/,
  },
  'another worker is registered before it': {
    page: at('/app.html', `<script>navigator.serviceWorker.register('/other.sw.js')</script>${TAG}`),
    told: /other-worker.*\/other\.sw\.js/,
  },
  'another worker is registered after it': {
    page: at('/app.html', `${TAG}<script>navigator.serviceWorker.register('/other.sw.js')</script>`),
    told: /other-worker.*\/other\.sw\.js/,
  },
  'another worker has a longer folder': {
    page: at('/app.html', TAG),
    before: async () => {
      const { installing } = await navigator.serviceWorker.register('/other.sw.js', { scope: '/app' })
      while (installing?.state !== 'activated') await new Promise((resolve) => setTimeout(resolve, 20))
    },
    by: 'page',
    told: /other-worker.*\/other\.sw\.js/,
  },
  'one slash is missing': {
    page: at(
      '/app',
      '<script src="/bearer-worker.js" data-worker="/app/bearer-worker.sw.js" data-config="/bearer-worker.json"></script>',
    ),
    by: 'page',
    told: /scope-too-narrow.*one slash.*Service-Worker-Allowed: \/app/,
  },
  'its script lies further down, without Service-Worker-Allowed': {
    page: at(
      '/app.html',
      '<script src="/bearer-worker.js" data-worker="/app/bearer-worker.sw.js" data-config="/bearer-worker.json" data-scope="/"></script>',
    ),
    by: 'page',
    told: /scope-too-narrow.*Service-Worker-Allowed/,
  },
  'its script is not served': {
    page: at('/app.html', '<script src="/bearer-worker.js" data-worker="/missing.sw.js"></script>'),
    by: 'page',
    told: /worker-unavailable.*\/missing\.sw\.js/,
  },
  'the Content-Security-Policy forbids it': {
    page: at('/app.html', `<meta http-equiv="content-security-policy" content="worker-src 'none'">${TAG}`),
    by: 'page',
    told: /worker-unavailable/,
  },
  'its script fails': {
    page: at('/app.html', '<script src="/bearer-worker.js" data-worker="/failing.sw.js"></script>'),
    by: 'page',
    told: /worker-unavailable/,
  },
  'its script is another program, which answers every message': {
    page: at('/app.html', '<script src="/bearer-worker.js" data-worker="/answering.sw.js"></script>'),
    by: 'page',
    told: /worker-unavailable.*\/answering\.sw\.js does not answer as Bearer Worker does/,
  },
  // What lasts 12 s lasts 0.5 s here.
  'its script never comes': {
    page: at(
      '/app.html',
      `<script>{ const set = setTimeout; globalThis.setTimeout = (run, ms, ...rest) => set(run, ms === 12_000 ? 500 : ms, ...rest) }</script>
      <script src="/bearer-worker.js" data-worker="/hanging.sw.js"></script>`,
    ),
    by: 'page',
    told: /worker-unavailable.*\/hanging\.sw\.js does not cover this page yet/,
  },
  'the app unregisters every worker as it starts': {
    page: at('/app.html', `${TAG}<script>navigator.serviceWorker.ready.then((each) => each.unregister())</script>`),
    by: 'worker',
  },
  'the app unregisters every worker while it is loaded': {
    page: at('/app.html', `${TAG}<script>(${unregister})()</script>`),
    by: 'worker',
  },
}

for (const [name, { page: open, by, told, before }] of Object.entries(ABSENCES)) {
  test(`never there: ${name}`, async ({ browsing, site, resources, tokens, sockets }) => {
    serve(site)
    site.headers.set('/bearer-worker.json', { 'bearer-worker-configuration': '1' })
    site.pages.set('/app/bearer-worker.sw.js', `importScripts('/bearer-worker.sw.js')`)
    site.pages.set('/failing.sw.js', `throw new Error('it fails')`)
    site.pages.set('/answering.sw.js', `onmessage = ({ ports }) => ports[0]?.postMessage({ ok: true })`)
    site.mounts.set('/hanging.sw.js', () => {})
    const tab = await browsing.newTab(site.url('/plain.html'))
    if (before) await tab.evaluate(before)
    await tab.goto(site.url(open(site)))
    const given = (await signInTwice(tab)).join()
    for (const token of tokens.issuer.everyToken) expect(given).not.toContain(token)
    const coveredBy = await tab.evaluate(() => bearerWorker.ready)
    if (by) expect(coveredBy).toBe(by)
    await judgePage(tab, { resources, tokens, sockets }, told ? 1 : 0)
    if (told && coveredBy === 'page') expect((await toldOf(tab)).join()).toMatch(new RegExp(told.source, 's'))
  })
}
