/** What the HTML of a first visit loads by itself starts before any worker is there. It is loaded once more, unseen by the page. */
import { openSignedIn } from './app.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

/** Each with the path that it loads, and what it shows when it has loaded. */
const PICTURES = {
  img: [`<img id=a src=/r/image/img>`, '/image/img', 3],
  'img srcset': [`<img id=a srcset="/r/image/set 1x">`, '/image/set', 3],
  picture: [`<picture><source srcset=/r/image/picture><img id=a src=/r/image/unused></picture>`, '/image/picture', 3],
  'img of another origin': [`<img id=a src=OTHER/image/other>`, '/image/other', 3],
  input: [`<input id=a type=image src=/r/image/input>`, '/image/input', 0],
  'SVG image': [`<svg><image id=a href=/r/image/svg /></svg>`, '/image/svg', 0],
  audio: [`<audio id=a src=/r/tone/audio></audio>`, '/tone/audio', 120],
  video: [`<video id=a src=/r/tone/video></video>`, '/tone/video', 120],
  source: [`<audio id=a><source src=/r/tone/source type=audio/wav></audio>`, '/tone/source', 120],
  track: [`<video><track id=a default src=/r/track/1></video>`, '/track/1', 2],
  'background in a style': [
    `<div id=a style="background: url(/r/image/inline); height: 9px">.</div>`,
    '/image/inline',
    0,
  ],
  'background in a sheet': [
    `<style>#a { background: no-repeat url("/r/image/sheet"); height: 9px }</style><div id=a>.</div>`,
    '/image/sheet',
    0,
  ],
} as const

/** What a page sees of failures: listeners on the element and on all around it. */
const LISTEN = `<script>
  window.errors = []
  for (const target of [document, document.documentElement])
    target.addEventListener('error', ({ target }) => errors.push(target.localName), true)
</script>`

const SIZE = `<script>
  window.size = () => {
    const a = document.getElementById('a')
    return a.localName === 'track' ? a.readyState : Math.round(a.naturalWidth ?? a.duration)
  }
</script>`

/** A tab whose next document is a first visit by somebody who is signed in. */
async function visitFirst(browsing: Browsing, site: Site): Promise<Tab> {
  await openSignedIn(browsing, site)
  const tab = await browsing.newTab(site.url('/plain.html'))
  await tab.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  })
  return tab
}

for (const visit of ['first visit', 'hard reload'] as const) {
  for (const [name, [html, path, size]] of Object.entries(PICTURES)) {
    test(`${visit}: ${name}`, async ({ browsing, engine, site, resources }) => {
      test.skip(visit === 'hard reload' && engine.name === 'webkit', 'WebDriver has no hard reload')
      test.fixme(name === 'track', 'In Chromium no second request of a refused track was seen.')
      const body = html.replace('OTHER', resources.url('/').slice(0, -1))
      site.pages.set('/first.html', page({ head: LISTEN + SIZE }).replace('<body>', `<body>${body}`))
      let tab: Tab
      if (visit === 'first visit') {
        tab = await visitFirst(browsing, site)
        await tab.goto(site.url('/first.html'))
      } else {
        await openSignedIn(browsing, site)
        tab = await browsing.newTab(site.url('/first.html'))
        await tab.evaluate(() => bearerWorker.ready)
        resources.arrivals.length = 0
        await tab.hardReload?.()
      }
      await tab.evaluate(() => bearerWorker.ready)
      await expect.poll(() => resources.to(path).at(-1)?.authorization).toMatch(/^Bearer /)
      if (size) await expect.poll(() => sizeOf(tab)).toBe(size)
      expect(await tab.evaluate(() => (window as unknown as { errors: string[] }).errors)).toEqual([])
      const bare = resources.to(path).filter(({ authorization }) => !authorization)
      expect(bare.length).toBeLessThanOrEqual(1)
    })
  }
}

const sizeOf = (tab: Tab) => tab.evaluate(() => (window as unknown as { size(): number }).size())
