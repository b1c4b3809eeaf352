/** Streams that an app opens at once, at a load, a reload and a hard reload: no event is lost, doubled or empty. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openSignedIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const LIBRARY = join(import.meta.dirname, '../node_modules/@microsoft/fetch-event-source/lib/esm')

/** How an app reads the stream: `got` takes `[id, data]` of each event. */
const READERS = {
  EventSource: `
    const source = new EventSource('/r/stream')
    source.onmessage = ({ lastEventId, data }) => got(lastEventId, data)`,
  'EventSource with named events': `
    const source = new EventSource('/r/stream')
    source.addEventListener('message', ({ lastEventId, data }) => got(lastEventId, data))`,
  '@microsoft/fetch-event-source': `
    import { fetchEventSource } from '/library/index.js'
    fetchEventSource('/r/stream', { onmessage: ({ id, data }) => got(id, data), openWhenHidden: true })`,
  fetch: `
    const reader = (await fetch('/r/stream')).body.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ;) {
      const { done, value } = await reader.read()
      if (done) break
      const blocks = (rest + value).split('\\n\\n')
      rest = blocks.pop()
      for (const block of blocks) got(/id: (.*)/.exec(block)?.[1], /data: (.*)/.exec(block)?.[1])
    }`,
} as const

function serve(site: Site, reader: string): void {
  for (const file of ['index.js', 'fetch.js', 'parse.js']) {
    const code = readFileSync(join(LIBRARY, file), 'utf8').replace(/from '(\.\/\w+)'/g, "from '$1.js'")
    site.pages.set(`/library/${file}`, code)
  }
  site.pages.set(
    '/stream.html',
    page({
      head: `<script>
        window.events = []
        var got = (id, data) => { events.push([id, data]); if (data === 'three') done() }
        var done, early = new Promise((resolve) => { done = () => resolve(events) })
      </script><script type="module">${reader}</script>`,
    }),
  )
}

for (const [name, reader] of Object.entries(READERS)) {
  for (const visit of ['load', 'reload', 'hard reload', 'first visit'] as const) {
    test(`${name}: ${visit}`, async ({ browsing, engine, site, resources }) => {
      test.skip(visit === 'hard reload' && engine.name === 'webkit', 'WebDriver has no hard reload')
      serve(site, reader)
      resources.on('/stream', (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write('id: 1\ndata: one\n\nid: 2\ndata: two\n\n')
        setTimeout(() => response.write('id: 3\ndata: three\n\n'), 50)
      })
      const first = await openSignedIn(browsing, site)
      if (visit === 'first visit') {
        await first.goto(site.url('/plain.html'))
        await first.evaluate(async () => {
          for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
        })
      }
      const tab = await browsing.newTab(site.url('/stream.html'))
      await tab.evaluate(() => early)
      if (visit.endsWith('reload')) {
        resources.arrivals.length = 0
        await (visit === 'reload' ? tab.reload() : tab.hardReload?.())
      }
      await tab.evaluate(() => bearerWorker.ready)
      await tab.evaluate(() => early)
      // Whatever comes too much comes soon after.
      await tab.evaluate(() => fetch('/r/echo').then(() => undefined))
      expect(await tab.evaluate(() => (window as unknown as { events: unknown }).events)).toEqual([
        ['1', 'one'],
        ['2', 'two'],
        ['3', 'three'],
      ])
      expect(resources.to('/stream').map(({ authorization }) => authorization !== undefined)).toEqual([true])
    })
  }
}
