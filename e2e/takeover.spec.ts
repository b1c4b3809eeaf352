/** The moment in which another worker takes the folder of a page that is open. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openApp, signIn } from './app.ts'
import { OTHER_WORKER, serve } from './covered-page.ts'
import type { EngineName, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'

test('an event stream goes on when another worker has taken the folder', async ({
  browsing,
  site,
  resources,
  engineName,
}) => {
  test.skip(engineName === 'chromium', 'the stream keeps the other worker waiting')
  serve(site)
  const path = '/events/long'
  resources.on(path, (response, { headers }) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const last = Number(headers['last-event-id'] ?? 0)
    response.write(`retry: 1000\nid: ${last + 1}\ndata: after ${last}\n\n`)
    end = () => response.end()
  })
  let end = (): unknown => undefined
  const tab = await openApp(browsing, site, '/told.html')
  await signIn(tab)
  await tab.evaluate(() => {
    const seen: string[] = []
    const source = new EventSource('/r/events/long')
    source.onmessage = ({ data }) => seen.push(data as string)
    Object.assign(window, { seen, source })
  })
  const seen = () => tab.evaluate(() => (window as unknown as { seen: readonly string[] }).seen)
  await expect.poll(seen).toEqual(['after 0'])
  await tab.evaluate(() => navigator.serviceWorker.register('/other.sw.js').then(() => {}))
  await expect
    .poll(() => {
      // It may take over while the stream is open, or between two connections of it.
      end()
      return tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL)
    })
    .toContain('/other.sw.js')
  const { length } = await seen()
  end()
  await expect.poll(async () => (await seen()).length).toBeGreaterThan(length)
  expect(await seen()).toEqual(Array.from(await seen(), (_, index) => `after ${index}`))
  const closed = await tab.evaluate(() => {
    const { source } = window as unknown as { source: EventSource }
    source.close()
    return source.readyState
  })
  expect(closed).toBe(2)
  expect(resources.to(path).filter(({ authorization }) => authorization === undefined)).toEqual([])
})

/** Sends requests of all kinds, with pauses in which a worker has nothing to answer: Chromium replaces no busy one. */
const sendAlways = () => {
  let isOver = false
  /** Numbers of the requests. */
  const failed: Record<number, unknown> = {}
  /** How many were begun when the page heard that another worker is in control. */
  let before = 0
  let count = 0
  navigator.serviceWorker.addEventListener('controllerchange', () => (before = count))
  const { signal } = new AbortController()
  const kinds: readonly ((query: string) => Promise<number>)[] = [
    (query) => fetch(`/r/echo/fetch${query}`).then(({ status }) => status),
    (query) => fetch(`/r/echo/signal${query}`, { signal }).then(({ status }) => status),
    (query) =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('GET', `/r/echo/xhr${query}`)
        request.onloadend = () => resolve(request.status)
        request.send()
      }),
    (query) => Promise.resolve(navigator.sendBeacon(`/r/echo/beacon${query}`, 'text') ? 200 : 0),
  ]
  const send = async () => {
    for (; !isOver; count++) {
      // On a busy machine the page needs some seconds to cover itself.
      const isLost = new Promise((resolve) => setTimeout(resolve, 15_000, 'no answer'))
      const answered = kinds[count % kinds.length]!(`?number=${count}`).catch(String)
      const status = await Promise.race([answered, isLost])
      if (status !== 200) failed[count] = status
      await new Promise((resolve) => setTimeout(resolve, count % 8 === 7 ? 250 : count % 7))
    }
  }
  const running = send()
  Object.assign(window, {
    async endSending() {
      isOver = true
      await running
      return { failed, before }
    },
  })
}

interface Sent {
  readonly failed: Readonly<Record<number, unknown>>
  readonly before: number
}

const endSending = (tab: Tab) => tab.evaluate(() => (window as unknown as { endSending(): Promise<Sent> }).endSending())

/**
 * WebKit and Firefox replace a worker, and tell the page some milliseconds later. What the page begins in between reaches the other
 * worker, or nobody: then it has neither an answer nor an error. WebKit does so in a page without Bearer Worker as well. No script can
 * know of that moment.
 */
const mayBeLost = (number: number, { before }: Sent, engine: EngineName): boolean =>
  engine !== 'chromium' && number <= before && before - number < 4

const WAITING = `
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
addEventListener('fetch', () => {})
addEventListener('message', () => skipWaiting())`

const register = (url: string) => (tab: Tab) =>
  tab.evaluate((url) => navigator.serviceWorker.register(url).then(() => {}), url)

/** Registers the other worker, and makes it take over. What is to be true before may be waited for. */
type Take = (tab: Tab, isReady?: () => Promise<void>) => Promise<void>

const TAKEOVERS: Readonly<Record<string, { readonly script: string; readonly take: Take }>> = {
  'at once': { script: OTHER_WORKER, take: register('/other.sw.js') },
  'after a slow installation': {
    script: `addEventListener('install', (event) => event.waitUntil(new Promise((resolve) => setTimeout(resolve, 300))));${OTHER_WORKER}`,
    take: register('/other.sw.js'),
  },
  'after it has waited': {
    script: WAITING,
    take: async (tab, isReady) => {
      await register('/other.sw.js')(tab)
      const isWaiting = () =>
        tab.evaluate(() => navigator.serviceWorker.getRegistration().then((each) => !!each?.waiting))
      await expect.poll(isWaiting).toBe(true)
      await isReady?.()
      await tab.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.postMessage('now'))
    },
  },
}

for (const [name, { script, take }] of Object.entries(TAKEOVERS)) {
  for (const where of ['this tab', 'another tab'] as const) {
    test(`another worker takes over ${name}, by ${where}: no request leaves without its token`, async ({
      browsing,
      site,
      resources,
      engineName,
    }) => {
      test.skip(engineName === 'chromium' && name.includes('slow'), 'Chromium replaces no busy worker: ours stays')
      serve(site)
      site.pages.set('/other.sw.js', script)
      const tab = await openApp(browsing, site, '/told.html')
      await signIn(tab)
      const actor = where === 'this tab' ? tab : await browsing.newTab(site.url('/plain.html'))
      await tab.evaluate(sendAlways)
      await resources.arrived('/echo/beacon', 3)
      await take(actor)
      await expect
        .poll(() => tab.evaluate(() => navigator.serviceWorker.controller?.scriptURL))
        .toContain('/other.sw.js')
      await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('page')
      const sent = await endSending(tab)
      const failed = Object.entries(sent.failed).filter(([number]) => !mayBeLost(Number(number), sent, engineName))
      expect(failed).toEqual([])
      const bare = resources.arrivals
        .filter(({ authorization }) => authorization === undefined)
        .map(({ path, query }) => `${path} ${query.get('number')}`)
      expect(bare.filter((each) => !mayBeLost(Number(each.split(' ')[1]), sent, engineName))).toEqual([])
    })
  }
}

const PAGE_PART = readFileSync(
  join(process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../dist'), 'bearer-worker.page.js'),
)

test('the part of the page that another worker loses as it takes over is asked for again', async ({
  browsing,
  site,
  engineName,
}) => {
  test.skip(engineName === 'firefox', 'Firefox loses no script')
  serve(site)
  let parts = 0
  site.mounts.set('/bearer-worker.page.js', (_, response) => {
    if (++parts > 1) response.writeHead(200, { 'content-type': 'text/javascript' }).end(PAGE_PART)
  })
  const tab = await openApp(browsing, site, '/told.html')
  await signIn(tab)
  const { script, take } = TAKEOVERS['after it has waited']!
  site.pages.set('/other.sw.js', script)
  await take(tab, () => expect.poll(() => parts).toBe(1))
  await expect.poll(() => tab.evaluate(() => bearerWorker.ready)).toBe('page')
  expect(parts).toBeGreaterThan(1)
})
