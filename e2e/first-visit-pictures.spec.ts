/** What a document of a first visit loads by itself starts before any worker is there. It is loaded once more, unseen by the page. */
import { openSignedIn } from './app.ts'
import type { Browsing, EngineName, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import type { Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'

/** HTML by the path that it loads. `OTHER` is the resource server's own origin. */
const IN_HTML = {
  '/image/img': '<img src=/r/image/img>',
  '/image/attribute': '<img src=/r/image/attribute onerror="errors.push(src)">',
  '/image/srcset': '<img srcset="/r/image/srcset 1x">',
  '/image/picture': '<picture><source srcset=/r/image/picture><img src=/r/image/unused></picture>',
  '/image/bare-picture': '<picture><source srcset=/r/image/bare-picture><img></picture>',
  '/image/lazy': '<img loading=lazy src=/r/image/lazy>',
  '/image/other': '<img src=OTHER/image/other>',
  '/image/crossorigin': '<img crossorigin src=OTHER/image/crossorigin>',
  '/image/credentials': '<img crossorigin=use-credentials src=OTHER/image/credentials>',
  '/image/preloaded': '<link rel=preload as=image href=/r/image/preloaded><img src=/r/image/preloaded>',
  '/image/input': '<input type=image src=/r/image/input>',
  '/image/svg': '<svg><image href=/r/image/svg width=3 height=5 /></svg>',
  '/image/xlink': '<svg><image xlink:href=/r/image/xlink width=3 height=5 /></svg>',
  '/image/shadow': '<div><template shadowrootmode=open><img src=/r/image/shadow></template></div>',
  '/image/poster': '<video poster=/r/image/poster></video>',
  '/tone/audio': '<audio preload=auto src=/r/tone/audio></audio>',
  '/tone/video': '<video preload=auto src=/r/tone/video></video>',
  '/tone/source': '<audio preload=auto><source src=/r/tone/source type=audio/wav></audio>',
  '/tone/first': '<audio preload=auto><source src=/r/tone/first><source src=/r/tone/second></audio>',
  '/track/html': '<video><track default src=/r/track/html></video>',
  '/image/style': '<p style="background: no-repeat url(/r/image/style) !important">.</p>',
  '/image/sheet': '<style>#sheet { background: url("/r/image/sheet") }</style><p id=sheet>.</p>',
  '/image/variable': '<style>#v { --p: url(/r/image/variable); background: var(--p) }</style><p id=v>.</p>',
  '/image/before': '<style>#b::before { content: url(/r/image/before) }</style><p id=b>.</p>',
  '/image/linked': '<link rel=stylesheet href=/folder/style.css><p id=linked>.</p>',
  '/image/media': '<style>@media all { #m { list-style: url(/r/image/media) } }</style><ul><li id=m>.</ul>',
} as const

/** The same, made by a script that runs before the worker is there. */
const BY_SCRIPT = {
  '/image/new': `new Image().src = '/r/image/new'`,
  '/image/onerror': `Object.assign(new Image(), { onerror() { errors.push(this.src) }, src: '/r/image/onerror' })`,
  '/image/created': `document.createElement('img').setAttribute('src', '/r/image/created')`,
  '/image/appended': `document.body.append(Object.assign(document.createElement('img'), { src: '/r/image/appended' }))`,
  '/image/inner': `document.body.insertAdjacentHTML('beforeend', '<img src=/r/image/inner>')`,
  '/image/attached': `const div = document.createElement('div'); div.attachShadow({ mode: 'closed' }).innerHTML = '<img src=/r/image/attached>'; document.body.append(div)`,
  '/image/adopted': `const sheet = new CSSStyleSheet(); sheet.replaceSync('body { background: url(/r/image/adopted) }'); document.adoptedStyleSheets.push(sheet)`,
  '/tone/new': `Object.assign(new Audio(), { preload: 'auto', src: '/r/tone/new' })`,
} as const

/** A preload tells of its own failure. */
const LISTEN = `<script>
  window.errors = []
  for (const target of [document, document.documentElement])
    target.addEventListener('error', ({ target }) => target.localName === 'link' || errors.push(target.currentSrc || target.src || target.localName), true)
</script>`

function serve(site: Site, resources: Resources): readonly string[] {
  const html = Object.values(IN_HTML).join('').replaceAll('OTHER/', resources.url('/'))
  const scripts = Object.values(BY_SCRIPT)
    .map((script) => `<script>{ ${script} }</script>`)
    .join('')
  site.pages.set('/first.html', page({ head: LISTEN }).replace('<body>', `<body>${html}${scripts}`))
  site.headers.set('/folder/style.css', { 'content-type': 'text/css' })
  site.pages.set('/folder/style.css', '#linked { background: url(../r/image/linked) }')
  return [...Object.keys(IN_HTML), ...Object.keys(BY_SCRIPT)]
}

/** Opens a page as somebody who is signed in, without a worker that controls it from its beginning. */
async function open(visit: Visit, browsing: Browsing, site: Site, resources: Resources): Promise<Tab> {
  // The first tab: WebKit loads no lazy image of one that is not shown.
  const tab = await openSignedIn(browsing, site)
  if (visit === 'hard reload') {
    await tab.goto(site.url('/first.html'))
    await tab.evaluate(() => bearerWorker.ready)
    resources.arrivals.length = 0
    await tab.hardReload?.()
    return tab
  }
  await tab.goto(site.url('/plain.html'))
  await tab.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  })
  await tab.goto(site.url('/first.html'))
  return tab
}

const VISITS = ['first visit', 'hard reload'] as const
type Visit = (typeof VISITS)[number]

const errorsOf = (tab: Tab) => tab.evaluate(() => (window as unknown as { errors: readonly string[] }).errors)

/** What an engine does not request at all, without us neither. */
const NOT_REQUESTED: Partial<Record<`${EngineName}, ${Visit}`, readonly string[]>> = {
  // After a hard reload it shows the pictures of a <style> element that it has in memory.
  'firefox, hard reload': ['/image/sheet', '/image/before', '/image/media'],
  // It loads the tracks of media that have a source.
  'webkit, first visit': ['/track/html'],
}

/** What is not loaded again: WebKit does not for a custom property that is set again, with a fragment neither. */
const NOT_AGAIN: Readonly<Record<EngineName, readonly string[]>> = {
  chromium: [],
  firefox: [],
  webkit: ['/image/variable'],
}

/**
 * How often a picture is requested before the page is covered. WebKit loads one once more, without us too, that failed ahead of the
 * parser, which any script of 150 ms holds up. Firefox does so where any worker takes control of the page before the parser gets to
 * the picture.
 */
const BARE: Readonly<Record<EngineName, number>> = { chromium: 1, firefox: 2, webkit: 2 }

for (const visit of VISITS) {
  test(`${visit}: pictures and media are loaded once more, and the page sees no failure`, async ({
    browsing,
    engine,
    site,
    resources,
  }) => {
    test.skip(visit === 'hard reload' && engine.name === 'webkit', 'WebDriver has no hard reload')
    const notRequested = NOT_REQUESTED[`${engine.name}, ${visit}`] ?? []
    const paths = serve(site, resources).filter((path) => !notRequested.includes(path))
    const tab = await open(visit, browsing, site, resources)
    await tab.evaluate(() => bearerWorker.ready)
    const without = () => paths.filter((path) => resources.to(path).at(-1)?.authorization === undefined)
    await expect.poll(without).toEqual(NOT_AGAIN[engine.name])
    // WebKitGTK plays WAV only with plugins that need not be installed.
    const shown = engine.name === 'webkit' ? 'img' : 'img,audio,video[src]'
    const broken = () =>
      tab.evaluate(
        (shown) =>
          [...document.querySelectorAll(shown)]
            .filter((each) =>
              each instanceof HTMLImageElement ? !each.naturalWidth : !(each as HTMLMediaElement).duration,
            )
            .map(({ outerHTML }) => outerHTML),
        shown,
      )
    await expect.poll(broken).toEqual([])
    expect(await errorsOf(tab)).toEqual([])
    const counts = Object.fromEntries(
      paths.map((path) => [path, resources.to(path).map(({ authorization }) => (authorization ? 'token' : 'bare'))]),
    )
    const isMedia = (path: string) => path.startsWith('/tone/')
    const tooMany = Object.entries(counts).filter(
      ([path, each]) =>
        each.filter((one) => one === 'bare').length > BARE[engine.name] ||
        (!isMedia(path) && each.filter((one) => one === 'token').length > 1),
    )
    expect(tooMany).toEqual([])
  })
}

/** Pictures that fail for another reason, or where nobody can heal them. */
const FAILING = `<img src=/r/status/404 onerror="errors.push('404')">
  <img src=/r/closed/image onerror="errors.push('closed')">
  <img src=/unlisted.png onerror="errors.push('unlisted')">
  <audio src=/r/status/403 onerror="errors.push('audio')"></audio>
  <audio><source src=/r/status/402 onerror="errors.push('source')"><source src=/r/status/405 onerror="errors.push('second')"></audio>`

for (const [name, script, isSignedIn] of [
  ['signed in', '', true],
  ['signed out', '', false],
  ['where no service worker runs', '<script>delete Navigator.prototype.serviceWorker</script>', true],
  ['where its script is missing', '', true],
] as const) {
  test(`a picture that fails all the same tells the page once: ${name}`, async ({
    browsing,
    site,
    resources,
    engineName,
  }) => {
    const tag = `<script src="/bearer-worker.js"${name.includes('missing') ? ' data-worker="/missing.js"' : ''}></script>`
    site.pages.set(
      '/first.html',
      page({ script: script + tag, head: '<script>window.errors = []</script>' }).replace('<body>', `<body>${FAILING}`),
    )
    resources.on('/closed/image', (response) => void response.writeHead(500).end())
    const first = await openSignedIn(browsing, site)
    if (!isSignedIn) await first.evaluate(() => bearerWorker.signOut())
    const tab = await browsing.newTab(site.url('/plain.html'))
    await tab.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
    })
    await tab.goto(site.url('/first.html'))
    const sorted = async () => [...(await errorsOf(tab))].sort()
    await expect.poll(sorted).toEqual(['404', 'audio', 'closed', 'second', 'source', 'unlisted'])
    await tab.evaluate(() => bearerWorker.ready)
    await tab.evaluate(() => fetch('/plain.html').then(() => undefined))
    expect(await sorted()).toHaveLength(6)
    for (const path of ['/status/404', '/status/403', '/status/402', '/closed/image'])
      expect(resources.to(path).length, path).toBeLessThanOrEqual(BARE[engineName] + 1)
  })
}

test('a play() that was called before goes on', async ({ browsing, site, resources }) => {
  site.pages.set(
    '/first.html',
    page({
      head: `<script>
        const video = Object.assign(document.createElement('video'), { muted: true, src: '/r/tone/early' })
        var early = video.play().then(() => ['playing'], ({ name }) => [name])
      </script>`,
    }),
  )
  const tab = await open('first visit', browsing, site, resources)
  expect(await tab.evaluate(() => early)).toEqual(['playing'])
  expect(resources.to('/tone/early').filter(({ authorization }) => authorization === undefined)).toHaveLength(1)
})

test('where the page script comes last, or starts late, what has failed is loaded once more', async ({
  browsing,
  site,
  resources,
}) => {
  const pictures =
    '<img src=/r/image/late><audio preload=auto src=/r/tone/late></audio><p style="background: url(/r/image/css)">.</p>'
  const start = `<script type=module>
    import { bearerWorker } from '/index.js'
    const image = document.querySelector('img')
    while (!image.complete) await new Promise((resolve) => setTimeout(resolve, 20))
    bearerWorker.start()
  </script>`
  site.pages.set('/first.html', page({ script: '' }).replace('<body>', `<body>${pictures}${start}`))
  const tab = await open('first visit', browsing, site, resources)
  for (const path of ['/image/late', '/tone/late', '/image/css'])
    await expect.poll(() => resources.to(path).at(-1)?.authorization).toMatch(/^Bearer /)
  await expect.poll(() => tab.evaluate(() => document.querySelector('img')?.naturalWidth)).toBe(3)
})
