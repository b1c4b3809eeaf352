/** The page's own lane: what scripts of a page request goes to the network without passing the worker. */
import { ask, openApp, signIn } from './app.ts'
import { oneSession, resourcesSession, type SessionInFile } from './configurations.ts'
import { onDatabase } from './database.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect, test } from './fixtures.ts'
import type { Resources } from './servers/resources.ts'
import { page, type Site } from './servers/site.ts'
import type { TokenServer } from '../src/testing/servers/token-server.ts'

interface Servers {
  readonly site: Site
  readonly resources: Resources
  readonly tokens: TokenServer
}

/** Opens a page that somebody is signed in to, and whose session is direct. */
async function openDirect(browsing: Browsing, servers: Servers, changes: SessionInFile = {}): Promise<Tab> {
  const { site, resources, tokens } = servers
  site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true, ...changes }))
  const tab = await openApp(browsing, site)
  await signIn(tab)
  return tab
}

/** Sends requests until one goes by the lane: then this page knows that somebody is signed in. */
async function knowsToken(tab: Tab): Promise<void> {
  await tab.evaluate(() => bearerWorker.session())
  await ask(tab, '/r/echo?known')
}

const ownHistory = (tab: Tab, path: string) =>
  tab.evaluate(async (path) => (await bearerWorker.history()).filter(({ url }) => new URL(url).pathname === path), path)

/** Where a static route has sent the last request to a path, as Resource Timing says. */
const routeOf = (tab: Tab, path: string) =>
  tab.evaluate(async (path) => {
    const url = new URL(path, location.href).href
    for (;;) {
      const [entry] = performance.getEntriesByName(url).slice(-1) as (PerformanceResourceTiming & {
        workerFinalSourceType?: string
      })[]
      if (entry) return entry.workerFinalSourceType
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }, path)

/** The running status of the site's worker, as the browser tells it. */
async function watchWorker(tab: Tab): Promise<{ readonly history: string[]; stop(): Promise<void> }> {
  const { page: opened } = tab as PlaywrightTab
  const session = await opened.context().newCDPSession(opened)
  const history: string[] = []
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { runningStatus, status } of versions) if (status === 'activated') history.push(runningStatus)
  })
  await session.send('ServiceWorker.enable')
  return {
    history,
    async stop() {
      await session.send('ServiceWorker.stopAllWorkers')
      await expect.poll(() => history.at(-1)).toBe('stopped')
      history.length = 0
    },
  }
}

test.describe('no worker is in the way', () => {
  test.skip(({ engineName }) => engineName !== 'chromium', 'static routes are in Chromium only')

  test('a stopped worker is not started, and the entry is in the history of a page that asks later', async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    const tab = await openDirect(browsing, { site, resources, tokens })
    await knowsToken(tab)
    const worker = await watchWorker(tab)
    await worker.stop()
    const statuses = await tab.evaluate(async () => {
      const answers = await Promise.all([
        fetch('/r/echo?get#own'),
        fetch('/r/echo?post', { method: 'POST', body: 'text' }),
        fetch(new Request('/r/echo?request', { headers: { 'x-own': '1' } })),
        fetch('/r/redirect/307?to=/r/echo'),
      ])
      for (const answer of answers) await answer.text()
      return answers.map(({ status, url }) => [status, url.slice(location.origin.length)])
    })
    expect(statuses).toEqual([
      [200, '/r/echo?get'],
      [200, '/r/echo?post'],
      [200, '/r/echo?request'],
      [200, '/r/echo'],
    ])
    expect(await routeOf(tab, '/r/echo?get#own')).toBe('network')
    expect(worker.history).toEqual([])
    expect(resources.arrivals.map(({ authorization }) => authorization)).not.toContain(undefined)
    expect(await ownHistory(tab, '/r/echo')).toHaveLength(4)
    expect(worker.history).toContain('running')
  })

  test('a page that has just been opened does not wait for a stopped worker', async ({
    browsing,
    site,
    resources,
    tokens,
  }) => {
    const first = await openDirect(browsing, { site, resources, tokens })
    await knowsToken(first)
    site.pages.set(
      '/early.html',
      `<!doctype html><title>early</title><script src="/bearer-worker.js"></script><script>
        performance.setResourceTimingBufferSize(5000)
        globalThis.early = fetch('/r/echo?early').then(async (response) => [response.status, (await response.text()).length])
      </script>`,
    )
    const worker = await watchWorker(first)
    await worker.stop()
    const tab = await browsing.newTab(site.url('/early.html'))
    expect((await tab.evaluate(() => early))[0]).toBe(200)
    expect(await routeOf(tab, '/r/echo?early')).toBe('network')
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
    expect(resources.to('/echo').map(({ authorization }) => authorization)).not.toContain(undefined)
  })

  test('images still pass it', async ({ browsing, site, resources, tokens }) => {
    const tab = await openDirect(browsing, { site, resources, tokens })
    await tab.evaluate(
      () =>
        new Promise((resolve, reject) => {
          const image = document.body.appendChild(new Image())
          image.onload = resolve
          image.onerror = reject
          image.src = '/r/image'
        }),
    )
    expect(resources.to('/image')[0]!.authorization).toBeDefined()
    expect(await routeOf(tab, '/r/image')).toBe('fetch-event')
  })
})

test('a refused request is sent again, with its body', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  tokens.issuer.expireAccessTokens()
  const { text } = await ask(tab, '/r/echo?secret=1', { method: 'POST', body: 'again' })
  expect(JSON.parse(text)).toMatchObject({ method: 'POST', received: 5 })
  expect(tokens.refreshes).toHaveLength(1)
  await expect
    .poll(async () => (await ownHistory(tab, '/r/echo')).at(-1))
    .toMatchObject({ kind: 'request', method: 'POST', outcome: 'replayed', status: 200, session: 'main' })
  expect((await ask(tab, '/r/echo?next')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
})

test('XMLHttpRequest: one answer for the page, all of its events, progress of the upload', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  tokens.issuer.expireAccessTokens()
  const seen = await tab.evaluate(async () => {
    const xhr = new XMLHttpRequest()
    const events: string[] = []
    for (const type of ['loadstart', 'progress', 'load', 'error', 'abort', 'timeout', 'loadend', 'readystatechange'])
      xhr.addEventListener(type, () => events.push(`${type} ${xhr.readyState}`))
    for (const type of ['loadstart', 'load', 'loadend'])
      xhr.upload.addEventListener(type, () => events.push(`upload ${type}`))
    let uploaded = 0
    xhr.upload.onprogress = ({ loaded }) => (uploaded = loaded)
    xhr.open('POST', '/r/echo?xhr')
    xhr.responseType = 'json'
    await new Promise((resolve) => {
      xhr.addEventListener('loadend', resolve)
      xhr.send('x'.repeat(100_000))
    })
    const { status, response, responseURL } = xhr
    return {
      status,
      received: (response as { received: number }).received,
      path: responseURL.slice(location.origin.length),
      events,
      uploaded,
    }
  })
  expect(seen).toMatchObject({ status: 200, received: 100_000, path: '/r/echo?xhr', uploaded: 100_000 })
  expect(seen.events.filter((event) => !event.startsWith('progress') && !event.includes('change 3'))).toEqual([
    'readystatechange 1',
    'loadstart 1',
    'upload loadstart',
    'upload load',
    'upload loadend',
    'readystatechange 2',
    'readystatechange 4',
    'load 4',
    'loadend 4',
  ])
  expect(tokens.refreshes).toHaveLength(1)
  expect(
    resources
      .to('/echo')
      .slice(1)
      .map(({ received }) => received),
  ).toEqual([100_000, 100_000])
})

test('a request that the page gives up is given up at the server', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  await tab.evaluate(() => {
    const stop = new AbortController()
    const xhr = new XMLHttpRequest()
    xhr.open('GET', '/r/nothing-yet?xhr')
    xhr.send()
    void fetch('/r/nothing-yet?fetch', { signal: stop.signal }).catch(() => {})
    Object.assign(window, { giveUp: () => (stop.abort(), xhr.abort()) })
  })
  const arrivals = await resources.arrived('/nothing-yet', 2)
  await tab.evaluate(() => (window as unknown as { giveUp(): void }).giveUp())
  await Promise.all(arrivals.map(({ abandoned }) => abandoned))
  await expect
    .poll(async () => (await ownHistory(tab, '/r/nothing-yet')).map(({ outcome }) => outcome))
    .toEqual(['failed', 'failed'])
})

test('EventSource and beacons have the token', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  const data = await tab.evaluate(async () => {
    navigator.sendBeacon('/r/echo?beacon', 'beacon')
    const source = new EventSource('/r/events')
    const data = await new Promise<string>((resolve) =>
      source.addEventListener('named', (event) => resolve(event.data)),
    )
    source.close()
    return [data, source.url.slice(location.origin.length), source instanceof EventSource]
  })
  expect(data).toEqual(['one', '/r/events', true])
  const [, beacon] = await resources.arrived('/echo', 2)
  expect([beacon!.authorization, resources.to('/events')[0]!.authorization]).not.toContain(undefined)
  await expect.poll(async () => (await ownHistory(tab, '/r/events')).length).toBeGreaterThan(0)
})

test('a token that has expired is refreshed first, by the worker', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  await expire(tab)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  expect(resources.to('/echo')).toHaveLength(2)
})

test('after a sign-in, no request goes as the user before', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  for (let i = 0; i < 10; i++) {
    const body = await tab.evaluate(async (i) => {
      const { status } = await fetch('/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'bob', password: 'correct horse battery staple' }),
      })
      await fetch(`/r/echo?bob=${i}`)
      return status
    }, i)
    expect(body).toBe(200)
    expect(resources.arrivals.at(-1)!.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  }
  await tab.evaluate(async () => {
    await bearerWorker.signOut()
    await fetch('/r/echo?out')
  })
  expect(resources.arrivals.at(-1)!.authorization).toBeUndefined()
})

test('a sign-out in another tab, or a store that is gone, ends it', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  const other = await openApp(browsing, site)
  await knowsToken(tab)
  await other.evaluate(() => bearerWorker.signOut())
  await expect.poll(() => tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('signed-out')
  expect((await ask(tab, '/r/echo?after')).status).toBe(401)
  expect(resources.arrivals.at(-1)!.authorization).toBeUndefined()
})

test('B signs in while a request of A is being sent again: it never goes as B', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  const ada = `Bearer ${tokens.issuer.latest.access_token}`
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const answered = ask(tab, '/r/mine', { method: 'POST', body: "Ada's letter" })
  await gate.arrived()
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('bob'))
  gate.release()
  expect((await answered).status).toBe(401)
  expect(resources.to('/mine').map(({ authorization }) => authorization)).toEqual([ada])
})

test('five tabs, half of them without the lane: one refresh for both lanes, and no failure', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  test.setTimeout(120_000)
  const direct = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(direct)
  // A page without the script tag has no lane: everything that it sends passes the worker.
  site.pages.set('/plain.html', page({ script: '' }))
  const tabs = [direct, await openApp(browsing, site), await openApp(browsing, site)]
  for (let i = 0; i < 2; i++) tabs.push(await browsing.newTab(site.url('/plain.html')))
  const burst = () =>
    Promise.all(
      tabs.map((tab, index) =>
        tab.evaluate(async (index) => {
          const answers = Array.from({ length: 20 }, (_, i) => fetch(`/r/echo?tab=${index}&i=${i}`))
          return (await Promise.all(answers)).filter(({ status }) => status !== 200).length
        }, index),
      ),
    )
  tokens.issuer.expireAccessTokens()
  expect(await burst(), 'refused').toEqual([0, 0, 0, 0, 0])
  expect(tokens.refreshes).toHaveLength(1)
  await expire(direct)
  tokens.issuer.expireAccessTokens()
  expect(await burst(), 'expired').toEqual([0, 0, 0, 0, 0])
  expect(tokens.refreshes).toHaveLength(2)
})

test('a keepalive request outlives its page', async ({ browsing, site, resources, tokens }) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  await tab.evaluate(() => {
    window.addEventListener('pagehide', () => {
      void fetch('/r/echo?kept', { method: 'POST', body: 'kept', keepalive: true }).catch(() => {})
      navigator.sendBeacon('/r/echo?beacon', 'kept')
    })
  })
  await tab.goto(site.url('/other.html'))
  const arrivals = (await resources.arrived('/echo', 3)).slice(1)
  expect(arrivals.map(({ authorization }) => authorization)).not.toContain(undefined)
})

test('a change of the configuration ends the lane, and begins it again', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const tab = await openDirect(browsing, { site, resources, tokens })
  await knowsToken(tab)
  const hint = () => tab.evaluate(() => localStorage.getItem('bearer-worker direct /bearer-worker.json'))
  expect(await hint()).not.toBeNull()
  site.configuration = oneSession(resourcesSession(resources, tokens))
  await tab.reload()
  await tab.evaluate(() => bearerWorker.ready)
  await expect.poll(hint).toBeNull()
  expect((await ask(tab, '/r/echo')).status).toBe(200)
})

/** Makes the stored token expire, and tells everybody. */
async function expire(tab: Tab): Promise<void> {
  await onDatabase(tab, (records) => {
    records.openCursor().onsuccess = ({ target }) => {
      const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result
      if (!cursor) return
      const record = cursor.value as { state?: string }
      const age = 86_400_000
      if (record.state === 'active')
        cursor.update({ ...record, lifetime: 600, sentAt: Date.now() - age, storedAt: Date.now() - age })
      cursor.continue()
    }
  })
  await tab.evaluate(() => {
    const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
    channel.postMessage({ kind: 'changed', session: '/bearer-worker.json main', epoch: 0, generation: -1 })
    channel.close()
  })
  await tab.evaluate(() => bearerWorker.session())
}
