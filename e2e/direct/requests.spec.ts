/** Each way to send by the page's own lane: refused, refreshed, sent again, given up. */
import { ask } from '../app.ts'
import { page } from '../servers/site.ts'
import { expect, expire, ownHistory, test } from './direct.ts'

test('a refused request is sent again, with its body', async ({ tokens, tab }) => {
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

test('of many requests that are refused at once, one asks the worker: the others are sent again with the same new token', async ({
  site,
  resources,
  tokens,
  tab,
}) => {
  const counting = `<script>
    window.calls = []
    const { postMessage } = ServiceWorker.prototype
    ServiceWorker.prototype.postMessage = function (message, ...rest) {
      calls.push(message.name)
      return postMessage.call(this, message, ...rest)
    }
  </script><script src="/bearer-worker.js"></script>`
  site.pages.set('/counting.html', page({ script: counting }))
  await tab.goto(site.url('/counting.html'))
  await tab.evaluate(() => bearerWorker.session())
  await ask(tab, '/r/echo?known')
  for (const send of ['fetch', 'XMLHttpRequest'] as const) {
    tokens.issuer.expireAccessTokens()
    const refreshes = tokens.refreshes.length
    const arrivals = resources.arrivals.length
    const { bad, calls } = await tab.evaluate(async (send) => {
      const { calls } = window as unknown as { calls: string[] }
      calls.length = 0
      const byXhr = (url: string) =>
        new Promise<number>((resolve) => {
          const xhr = new XMLHttpRequest()
          xhr.open('POST', url)
          xhr.onloadend = () => resolve(xhr.status)
          xhr.send('body')
        })
      const byFetch = async (url: string) => (await fetch(url, { method: 'POST', body: 'body' })).status
      const urls = Array.from({ length: 30 }, (_, i) => `/r/echo?${send}=${i}`)
      const statuses = await Promise.all(urls.map(send === 'fetch' ? byFetch : byXhr))
      return { bad: statuses.filter((status) => status !== 200), calls: [...calls] }
    }, send)
    expect(bad).toEqual([])
    expect(tokens.refreshes).toHaveLength(refreshes + 1)
    const refused = resources.arrivals.length - arrivals - 30
    expect(refused, 'each is refused once at most').toBeLessThanOrEqual(30)
    expect(refused).toBeGreaterThan(1)
    expect(calls.filter((name) => name === 'continueExchange')).toHaveLength(1)
    const replayed = async () =>
      (await ownHistory(tab, '/r/echo')).filter(
        ({ url, outcome, status, refusedStatus }) =>
          url.includes(send) && outcome === 'replayed' && status === 200 && refusedStatus === 401,
      )
    await expect.poll(async () => (await replayed()).length).toBe(refused)
  }
})

test('XMLHttpRequest: one answer for the page, all of its events, progress of the upload', async ({
  resources,
  tokens,
  tab,
}) => {
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

test('a request that the page gives up is given up at the server', async ({ resources, tab }) => {
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

test('EventSource and beacons have the token', async ({ resources, tab }) => {
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

test('a token that has expired is refreshed first, by the worker', async ({ resources, tokens, tab }) => {
  await expire(tab)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/r/echo')).status).toBe(200)
  expect(tokens.refreshes).toHaveLength(1)
  expect(resources.to('/echo')).toHaveLength(2)
})

test('a keepalive request outlives its page', async ({ site, resources, tab }) => {
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
