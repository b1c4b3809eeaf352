/** Bodies keep their way: streamed, counted, sent again only as long as that costs little memory. */
import type { CDPSession } from '@playwright/test'
import { ask, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession, resourcesSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test } from './fixtures.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

const MB = 1 << 20

async function refreshed(tab: Tab, tokens: TokenServer): Promise<void> {
  await expect.poll(() => tokens.refreshes.length).toBe(1)
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).refreshing)).toBe(false)
}

/** What a page sees that looks at the progress of an upload. */
const upload = (tab: Tab, size: number) =>
  tab.evaluate(
    (bytes) =>
      new Promise<{ events: string[]; loaded: number[]; total: number }>((resolve) => {
        const request = new XMLHttpRequest()
        const events: string[] = []
        const loaded: number[] = []
        let total = 0
        for (const type of ['loadstart', 'progress', 'load', 'loadend', 'error', 'abort']) {
          request.upload.addEventListener(type, (event) => {
            const progress = event as ProgressEvent
            if (type === 'progress') loaded.push(progress.loaded)
            total = Math.max(total, progress.total)
            if (events.at(-1) !== `upload ${type}`) events.push(`upload ${type}`)
          })
          if (type !== 'progress')
            request.addEventListener(type, () => events.push(type === 'load' ? `load ${request.status}` : type))
        }
        request.addEventListener('loadend', () => resolve({ events, loaded, total }))
        request.open('POST', '/r/echo/upload')
        request.send(new Blob([new Uint8Array(bytes)]))
      }),
    size,
  )

/** Of an upload that succeeds, however often it is sent. */
const EVENTS = [
  'loadstart',
  'upload loadstart',
  'upload progress',
  'upload load',
  'upload loadend',
  'load 200',
  'loadend',
]

for (const refused of [false, true]) {
  test(
    `upload progress of a 20 MB XMLHttpRequest${refused ? ', whose first attempt is refused' : ''}`,
    shows('Upload progress, also of what is sent again'),
    async ({ browsing, site, resources, tokens }) => {
      site.configuration = oneSession(resourcesSession(resources, tokens, { maxReplayBytes: 30 * MB }))
      const tab = await openSignedIn(browsing, site)
      if (refused) tokens.issuer.expireAccessTokens()
      const seen = await upload(tab, 20 * MB)
      expect(seen.events).toEqual(EVENTS)
      expect(seen.total).toBe(20 * MB)
      expect(seen.loaded.at(-1)).toBe(20 * MB)
      expect(seen.loaded).toEqual([...seen.loaded].sort((a, b) => a - b))
      const arrivals = resources.to('/echo/upload')
      expect(arrivals.at(-1)).toMatchObject({
        received: 20 * MB,
        authorization: `Bearer ${tokens.issuer.latest.access_token}`,
      })
      expect(arrivals.length > 1).toBe(refused)
    },
  )
}

test('an upload that is sent again takes its time: nothing is seen twice', async ({
  browsing,
  site,
  resources,
  tokens,
  engine,
}) => {
  test.skip(engine.name !== 'chromium', 'only CDP slows an upload')
  site.configuration = oneSession(resourcesSession(resources, tokens, { maxReplayBytes: 30 * MB }))
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  const { page } = tab as PlaywrightTab
  const session = await page.context().newCDPSession(page)
  // Each attempt takes longer than an answer is held for.
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: MB / 3 }
  await session.send('Network.emulateNetworkConditions', slow)
  const seen = await upload(tab, MB)
  expect(seen.events).toEqual(EVENTS)
  expect(seen.loaded).toEqual([...seen.loaded].sort((a, b) => a - b))
  expect(resources.to('/echo/upload')).toHaveLength(2)
})

test('more than maxReplayBytes is sent once: the page gets the refusal, and the token is fresh for the next', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { maxReplayBytes: 1000 }))
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/r/echo/large', { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(401)
  expect(resources.to('/echo/large')).toHaveLength(1)
  await refreshed(tab, tokens)
  expect((await ask(tab, '/r/echo/large', { method: 'POST', body: 'x'.repeat(1001) })).status).toBe(200)
  expect((await ask(tab, '/r/echo/small', { method: 'POST', body: 'x'.repeat(1000) })).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
})

test('a body that cannot be sent again waits for a refresh that is near', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { maxReplayBytes: 1000 }))
  tokens.issuer.lifetimeSeconds = 8
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.lifetimeSeconds = 600
  const gate = tokens.hold()
  // A refresh is near from 20 to 40 % of the lifetime on, by chance: below 20 % for every token.
  await expect
    .poll(() => tab.evaluate(async () => Number((await bearerWorker.session()).expiresAt) - Date.now()))
    .toBeLessThan(1_500)
  const large = ask(tab, '/r/echo/large', { method: 'POST', body: 'x'.repeat(1001) })
  await gate.arrived()
  gate.release()
  expect((await large).status).toBe(200)
  expect(resources.to('/echo/large').map(({ authorization }) => authorization)).toEqual([
    `Bearer ${tokens.issuer.latest.access_token}`,
  ])
})

test('an upload of 50 MB that is refused is not kept for a replay', async ({ browsing, site, resources, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  const post = () =>
    tab.evaluate(async () => {
      const part = new Blob([new Uint8Array(1 << 20)])
      return (await fetch('/r/echo/large', { method: 'POST', body: new Blob(Array<Blob>(50).fill(part)) })).status
    })
  expect(await post()).toBe(401)
  await refreshed(tab, tokens)
  expect(await post()).toBe(200)
  expect(resources.to('/echo/large').map(({ received }) => received)).toEqual([50 * MB, 50 * MB])
})

test('500 MB up and down leave the heap of the worker flat', async ({
  browsing,
  engine,
  site,
  resources,
  tokens,
}, testInfo) => {
  test.skip(engine.name !== 'chromium', 'only CDP tells the heap of a worker')
  test.setTimeout(180_000)
  const tab = await openSignedIn(browsing, site)
  const heap = await workerHeap(tab)
  const before = await heap.used()
  let most = before
  const whileItRuns = async <Value>(work: Promise<Value>): Promise<Value> => {
    let over = false
    const done = work.finally(() => (over = true))
    while (!over) most = Math.max(most, await heap.used())
    return done
  }
  const sent = await whileItRuns(
    tab.evaluate(async () => {
      const part = new Blob([new Uint8Array(1 << 20)])
      const response = await fetch('/r/echo/large', { method: 'PUT', body: new Blob(Array<Blob>(500).fill(part)) })
      return ((await response.json()) as { received: number }).received
    }),
  )
  const afterUpload = most
  const got = await whileItRuns(
    tab.evaluate(async () => {
      const reader = (await fetch('/r/bytes/524288000')).body!.getReader()
      let bytes = 0
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read())
        bytes += value!.length
      return bytes
    }),
  )
  expect([sent, got]).toEqual([500 * MB, 500 * MB])
  const figures = `heap of the worker, MB: ${(before / MB).toFixed(1)} before, at most ${(afterUpload / MB).toFixed(1)} during the upload, ${(most / MB).toFixed(1)} during both`
  testInfo.annotations.push({ type: 'measured', description: figures })
  expect(most - before, figures).toBeLessThan(20 * MB)
  expect(resources.to('/echo/large')[0]?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
})

async function workerHeap(tab: Tab): Promise<{ used(): Promise<number> }> {
  const { page } = tab as PlaywrightTab
  const browser = page.context().browser()!
  const session = await browser.newBrowserCDPSession()
  const { targetInfos } = await session.send('Target.getTargets')
  const target = targetInfos.find(
    ({ type, url }) => type === 'service_worker' && url.startsWith(new URL(page.url()).origin),
  )!
  const { sessionId } = await session.send('Target.attachToTarget', { targetId: target.targetId, flatten: false })
  const answers = new Map<
    number,
    (result: { usedSize: number; backingStorageSize?: number; embedderHeapUsedSize?: number }) => void
  >()
  ;(session as CDPSession).on('Target.receivedMessageFromTarget', ({ message }) => {
    const { id, result } = JSON.parse(message)
    answers.get(id)?.(result)
  })
  let id = 0
  return {
    async used() {
      const result = new Promise<{ usedSize: number; backingStorageSize?: number; embedderHeapUsedSize?: number }>(
        (resolve) => answers.set(++id, resolve),
      )
      await session.send('Target.sendMessageToTarget', {
        sessionId,
        message: JSON.stringify({ id, method: 'Runtime.getHeapUsage' }),
      })
      const { usedSize, backingStorageSize = 0, embedderHeapUsedSize = 0 } = await result
      return usedSize + backingStorageSize + embedderHeapUsedSize
    },
  }
}

test(
  'an answer comes as the server sends it, not when it is whole',
  shows('Answers come as the server sends them'),
  async ({ browsing, site, resources }) => {
    const tab = await openSignedIn(browsing, site)
    let end = () => {}
    resources.on('/stream', (response) => {
      response.writeHead(200).write('a beginning')
      end = () => response.end(' and an end')
    })
    const first = await tab.evaluate(async () => {
      const reader = (await fetch('/r/stream')).body!.getReader()
      Object.assign(window, { reader })
      return new TextDecoder().decode((await reader.read()).value)
    })
    expect(first).toBe('a beginning')
    end()
    expect(
      await tab.evaluate(async () =>
        new TextDecoder().decode(
          (await (window as unknown as { reader: ReadableStreamDefaultReader<Uint8Array> }).reader.read()).value,
        ),
      ),
    ).toBe(' and an end')
  },
)

test('keepalive and beacons carry the token', async ({ browsing, site, resources, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  expect(
    await tab.evaluate(
      async () => (await fetch('/r/echo/keepalive', { method: 'POST', body: 'text', keepalive: true })).status,
    ),
  ).toBe(200)
  expect(await tab.evaluate((url) => navigator.sendBeacon(url, 'text'), resources.url('/echo/beacon'))).toBe(true)
  await resources.arrived('/echo/beacon')
  const bearer = `Bearer ${tokens.issuer.latest.access_token}`
  for (const { authorization, method } of resources.arrivals) expect([method, authorization]).toEqual(['POST', bearer])
})
