/** The server sees it when a page gives a request up. No engine tells a worker; the page does. */
import { ask, openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { expect, test } from './fixtures.ts'
import { heardOfEnd } from './servers/resources.ts'

const never = () => new Promise<never>(() => {})

test(
  'fetch: the error of the page, and the end of the request',
  shows('A request that the page gives up is given up at the server'),
  async ({ browsing, site, resources }) => {
    const tab = await openSignedIn(browsing, site)
    resources.on('/slow', never)
    site.mounts.set('/elsewhere', never)
    await tab.evaluate(() => {
      const stop = new AbortController()
      const answers = ['/r/slow', '/elsewhere'].map((url) =>
        fetch(url, { method: 'POST', body: 'text', signal: stop.signal }).catch((error: unknown) => error),
      )
      Object.assign(window, { stop, answers })
    })
    const [arrival] = await resources.arrived('/slow')
    const [ours, native] = await tab.evaluate(async () => {
      const { stop, answers } = window as unknown as { stop: AbortController; answers: Promise<Error>[] }
      stop.abort(new Error('enough'))
      return (await Promise.all(answers)).map(({ name, message }) => `${name}: ${message}`)
    })
    expect(ours).toBe(native) // the page's reason, or, in WebKit, an AbortError
    await arrival!.abandoned
    expect((await ask(tab, '/r/echo')).status).toBe(200)
  },
)

test('AbortSignal.timeout', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  resources.on('/slow', never)
  site.mounts.set('/elsewhere', never)
  const [ours, native] = await tab.evaluate(() =>
    Promise.all(
      ['/r/slow', '/elsewhere'].map((url) =>
        fetch(url, { signal: AbortSignal.timeout(300) }).catch(({ name }: Error) => name),
      ),
    ),
  )
  expect(ours).toBe(native) // TimeoutError, or, in WebKit, AbortError
  const [arrival] = await resources.arrived('/slow')
  await arrival!.abandoned
})

for (const how of ['abort', 'timeout'] as const) {
  test(
    `XMLHttpRequest: ${how}`,
    shows('A request that the page gives up is given up at the server'),
    async ({ browsing, site, resources }) => {
      const tab = await openSignedIn(browsing, site)
      resources.on('/slow', never)
      await tab.evaluate((how) => {
        const request = new XMLHttpRequest()
        const events: string[] = []
        for (const type of ['loadstart', 'abort', 'timeout', 'error', 'load', 'loadend'])
          request.addEventListener(type, () => events.push(type))
        const done = new Promise((resolve) => request.addEventListener('loadend', () => resolve(events)))
        request.open('PUT', '/r/slow')
        if (how === 'timeout') request.timeout = 500
        request.send('text')
        Object.assign(window, { request, done })
      }, how)
      const [arrival] = await resources.arrived('/slow')
      const events = await tab.evaluate((how) => {
        const { request, done } = window as unknown as { request: XMLHttpRequest; done: Promise<string[]> }
        if (how === 'abort') request.abort()
        return done
      }, how)
      expect(events).toEqual(['loadstart', how, 'loadend'])
      await arrival!.abandoned
    },
  )
}

test('one of several that are identical: the others go on', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  resources.on('/slow', async (response) => {
    await released
    response.end('whole')
  })
  await tab.evaluate(() => {
    const stops = [1, 2, 3].map(() => new AbortController())
    const answers = Promise.all(
      stops.map(({ signal }) =>
        fetch('/r/slow', { signal, method: 'POST' }).then(
          (response) => response.text(),
          ({ name }: Error) => name,
        ),
      ),
    )
    Object.assign(window, { stops, answers })
  })
  const arrivals = await resources.arrived('/slow', 3)
  await tab.evaluate(() => (window as unknown as { stops: AbortController[] }).stops[1]!.abort())
  await Promise.race(arrivals.map(({ abandoned }) => abandoned))
  release()
  expect(await tab.evaluate(() => (window as unknown as { answers: Promise<string[]> }).answers)).toEqual([
    'whole',
    'AbortError',
    'whole',
  ])
  expect(resources.to('/slow')).toHaveLength(3)
})

test('while it waits for a refresh: it is never sent', async ({ browsing, site, resources, tokens }) => {
  tokens.issuer.lifetimeSeconds = 1
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.lifetimeSeconds = 600
  await expect
    .poll(() => tab.evaluate(async () => Date.now() > Number((await bearerWorker.session()).expiresAt)))
    .toBe(true)
  const gate = tokens.hold()
  const answer = tab.evaluate(() => {
    const stop = new AbortController()
    Object.assign(window, { stop })
    return fetch('/r/echo/held', { signal: stop.signal }).catch(({ name }: Error) => name)
  })
  await gate.arrived()
  await tab.evaluate(() => (window as unknown as { stop: AbortController }).stop.abort())
  expect(await answer).toBe('AbortError')
  gate.release()
  expect((await ask(tab, '/r/echo/other')).status).toBe(200)
  expect(resources.to('/echo/held')).toEqual([])
})

test('while its answer is read', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  let more = () => {}
  resources.on('/stream', (response) => {
    more = () => response.write('some of it')
    response.writeHead(200)
    more()
  })
  const name = await tab.evaluate(async () => {
    const stop = new AbortController()
    const response = await fetch('/r/stream', { signal: stop.signal })
    const reader = response.body!.getReader()
    await reader.read()
    stop.abort()
    return reader.read().then(
      () => 'read on',
      ({ name }: Error) => name,
    )
  })
  expect(name).toBe('AbortError')
  await heardOfEnd(resources.to('/stream')[0]!, more)
})
