/** Streams that an app opens at once, at a load, a reload and a hard reload: no event is lost, doubled or empty. */
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { join } from 'node:path'
import { openSignedIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const LIBRARY = join(import.meta.dirname, '../node_modules/@microsoft/fetch-event-source/lib/esm')

/** How an app reads the stream at `url`: `got` takes `[id, data]` of each event. */
const READERS = {
  '/stream/event-source': `
    new EventSource(url).onmessage = ({ lastEventId, data }) => got(lastEventId, data)`,
  '/stream/listener': `
    new EventSource(url).addEventListener('message', ({ lastEventId, data }) => got(lastEventId, data))`,
  '/stream/package': `
    fetchEventSource(url, { onmessage: ({ id, data }) => got(id, data), openWhenHidden: true })`,
  '/stream/package-post': `
    fetchEventSource(url, { method: 'POST', body: 'text', openWhenHidden: true, onmessage: ({ id, data }) => got(id, data) })`,
  '/stream/fetch': `
    const reader = (await fetch(url)).body.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ;) {
      const { done, value } = await reader.read()
      if (done) break
      const blocks = (rest + value).split('\\n\\n')
      rest = blocks.pop()
      for (const block of blocks) got(/id: (.*)/.exec(block)?.[1], /data: (.*)/.exec(block)?.[1])
    }`,
} as const

function serve(site: Site): void {
  for (const file of ['index.js', 'fetch.js', 'parse.js']) {
    const code = readFileSync(join(LIBRARY, file), 'utf8').replace(/from '(\.\/\w+)'/g, "from '$1.js'")
    site.pages.set(`/library/${file}`, code)
  }
  const readers = Object.entries(READERS).map(([path, code]) => `read('${path}', async (url, got) => {${code}})`)
  site.pages.set(
    '/stream.html',
    page({
      head: `<script type="module">
        import { fetchEventSource } from '/library/index.js'
        window.events = {}
        const read = (path, open) => new Promise((resolve) => {
          events[path] = []
          void open('/r' + path, (id, data) => {
            events[path].push([id, data])
            if (data === 'three') resolve()
          })
        })
        window.early = Promise.all([${readers.join(', ')}])
      </script>`,
    }),
  )
}

const VISITS = ['load', 'reload', 'hard reload', 'first visit'] as const

for (const visit of VISITS) {
  test(`${visit}: no event of a stream that is opened at once is lost, doubled or empty`, async ({
    browsing,
    engine,
    site,
    resources,
  }) => {
    test.skip(visit === 'hard reload' && engine.name === 'webkit', 'WebDriver has no hard reload')
    serve(site)
    const open: ServerResponse[] = []
    // Firefox tells no server that a page is gone, until more bytes come, and opens six connections to one: those of the page before.
    site.mounts.set('/stream.html', (_, response) => {
      for (const each of open.splice(0)) each.end()
      response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-cache' })
      response.end(site.pages.get('/stream.html'))
    })
    for (const path of Object.keys(READERS)) {
      resources.on(path, (response) => {
        open.push(response)
        response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
        response.write('id: 1\ndata: one\n\nid: 2\nda')
        // One after the other: two timers of a busy process may change places.
        setTimeout(() => {
          response.write('ta: two\n')
          setTimeout(() => response.write('\nid: 3\ndata: three\n\n'), 30)
        }, 30)
      })
    }
    const first = await openSignedIn(browsing, site)
    if (visit === 'first visit') {
      await first.goto(site.url('/plain.html'))
      await first.evaluate(async () => {
        for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
      })
    }
    const tab = await browsing.newTab(site.url('/stream.html'))
    // A module may run after the load, in WebKit.
    await expect.poll(() => tab.evaluate(() => 'early' in window)).toBe(true)
    await tab.evaluate(() => early)
    if (visit.endsWith('reload')) {
      resources.arrivals.length = 0
      await (visit === 'reload' ? tab.reload() : tab.hardReload?.())
    }
    await tab.evaluate(() => bearerWorker.ready)
    await tab.evaluate(() => early)
    // Whatever comes too much comes soon after.
    await tab.evaluate(() => fetch('/r/echo').then(() => undefined))
    const events = await tab.evaluate(() => (window as unknown as { events: Record<string, unknown> }).events)
    const all = [
      ['1', 'one'],
      ['2', 'two'],
      ['3', 'three'],
    ]
    expect(events).toEqual(Object.fromEntries(Object.keys(READERS).map((path) => [path, all])))
    const sent = Object.keys(READERS).map((path) => [
      path,
      resources.to(path).map(({ authorization }) => !!authorization),
    ])
    expect(sent).toEqual(Object.keys(READERS).map((path) => [path, [true]]))
  })
}
