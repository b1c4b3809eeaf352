/**
 * Details of the browser's own functions that a suite of tests for browsers looks at, and the first moments of a
 * page.
 */
import { openApp, openSignedIn } from './app.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

test('an aborted signal rejects as soon as it does without us', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  const order = await tab.evaluate(async (other) => {
    const signal = AbortSignal.abort()
    const seen: string[] = []
    for (const input of ['/r/echo', other, new Request('/r/echo')]) {
      const rejected = fetch(input, { signal }).catch(({ name }: Error) => seen.push(name))
      Promise.resolve().then(() => seen.push('next'))
      await rejected
    }
    return seen
  }, site.url('/plain.html'))
  expect(order).toEqual(['AbortError', 'next', 'AbortError', 'next', 'AbortError', 'next'])
  expect(resources.arrivals).toEqual([])
})

test('open() asks its arguments once what they say; setRequestHeader() misses its value', async ({
  browsing,
  site,
  resources,
}) => {
  const tab = await openSignedIn(browsing, site)
  const seen = await tab.evaluate(() => {
    const asked: string[] = []
    const saying = (what: string, text: string) => ({ toString: () => (asked.push(what), text) }) as never
    const request = new XMLHttpRequest()
    request.open(
      saying('method', 'get'),
      saying('url', '/r/echo'),
      true,
      saying('user', 'ada'),
      saying('password', 'secret'),
    )
    const failures = [
      () => request.setRequestHeader('x-own', ...([] as unknown as [string])),
      () => request.open(...(['GET'] as unknown as [string, string])),
    ].map((each) => {
      try {
        return each()
      } catch (error) {
        return (error as Error).name
      }
    })
    return { asked, failures }
  })
  expect(seen).toEqual({ asked: ['method', 'url', 'user', 'password'], failures: ['TypeError', 'TypeError'] })
  expect(resources.arrivals).toEqual([])
})

for (const isAsync of [true, false]) {
  test(`${isAsync ? 'a' : 'a synchronous'} request that names its user is the user's own business`, async ({
    browsing,
    site,
    resources,
  }) => {
    const tab = await openSignedIn(browsing, site)
    resources.judges = false
    resources.on('/basic', (response, { authorization }) => {
      response.writeHead(authorization ? 200 : 401, { 'www-authenticate': 'Basic realm="r"' }).end(authorization)
    })
    const seen = await tab.evaluate((isAsync) => {
      const { origin } = location
      const ways = [
        ['/r/basic', 'ada', 'one'],
        [`${origin.replace('//', '//ada:two@')}/r/basic`],
        [`${origin.replace('//', '//ada@')}/r/basic`, undefined, 'three'],
      ] as const
      return ways.reduce(
        async (before, [url, user, password]) => [
          ...(await before),
          await new Promise<string>((resolve) => {
            const request = new XMLHttpRequest()
            request.open('GET', url, isAsync, user, password)
            request.onloadend = () => resolve(atob(request.responseText.replace('Basic ', '')))
            request.send()
          }),
        ],
        Promise.resolve<string[]>([]),
      )
    }, isAsync)
    expect(seen).toEqual(['ada:one', 'ada:two', 'ada:three'])
    expect(resources.arrivals.filter(({ authorization }) => authorization?.startsWith('Bearer'))).toEqual([])
  })
}

test('an answer that breaks off is an error, an abort is an abort', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  let breakOff = () => {}
  resources.on('/breaks', (response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'content-length': 10_000 })
      .write('part'.repeat(1_000))
    breakOff = () => response.destroy()
  })
  resources.on('/break', (response) => {
    breakOff()
    response.end()
  })
  const seen = await tab.evaluate(() => {
    const eventsOf = (path: string, abort: boolean) =>
      new Promise<string[]>((resolve) => {
        const events: string[] = []
        const request = new XMLHttpRequest()
        for (const type of ['load', 'error', 'abort', 'timeout', 'loadend'])
          request.addEventListener(type, () =>
            events.push(`${type} ${request.readyState} ${request.status} ${request.responseText.length}`),
          )
        request.onloadend = () => resolve(events)
        request.onreadystatechange = () => {
          if (request.readyState !== 3) return
          if (abort) request.abort()
          else void fetch('/r/break')
        }
        request.open('GET', path)
        request.send()
      })
    return Promise.all([eventsOf('/r/breaks', false), eventsOf('/r/bytes/30000000', true)])
  })
  expect(seen).toEqual([
    ['error 4 0 0', 'loadend 4 0 0'],
    ['abort 4 0 0', 'loadend 4 0 0'],
  ])
})

test('an upload that begins before the page knows what is protected has its progress', async ({
  browsing,
  site,
  resources,
}) => {
  await openSignedIn(browsing, site)
  site.pages.set(
    '/early.html',
    page({
      head: `<script>
    var early = Promise.all(['/r/echo', '/bearer-worker.json'].map((path) => new Promise((resolve) => {
      const request = new XMLHttpRequest(), events = []
      request.open('POST', path)
      for (const type of ['loadstart', 'progress', 'load', 'loadend']) request.upload.addEventListener(type, ({ loaded }) => events.push(type + ' ' + loaded))
      request.onloadend = () => resolve([request.status, ...events])
      request.send('a body')
    })))
  </script>`,
    }),
  )
  const tab = await browsing.newTab(site.url('/early.html'))
  const events = ['loadstart 0', 'progress 6', 'load 6', 'loadend 6']
  expect(await tab.evaluate(() => early)).toEqual([
    [200, ...events],
    [200, ...events],
  ])
  expect(resources.to('/echo')[0]?.authorization).toMatch(/^Bearer /)
})

test('an event stream that breaks off before the page has said hello goes on where it was', async ({
  browsing,
  site,
  resources,
}) => {
  await openSignedIn(browsing, site)
  let connections = 0
  resources.on('/stream', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (++connections === 1) response.end('retry: 200\nid: 7\ndata: one\n\n')
    else response.write('data: two\n\n')
  })
  // It says hello only when the stream is through.
  const LATE = `<script>
    const { getRegistration } = ServiceWorkerContainer.prototype
    const over = new Promise((resolve) => (window.hello = resolve))
    ServiceWorkerContainer.prototype.getRegistration = function (...args) { return over.then(() => getRegistration.apply(this, args)) }
  </script>`
  site.pages.set(
    '/early.html',
    page({
      script: `${LATE}<script src="/bearer-worker.js"></script>`,
      head: `<script>
    var early = new Promise((resolve) => {
      const source = new EventSource('/r/stream')
      source.onmessage = ({ data, lastEventId }) => data === 'two' && (source.close(), hello(), resolve([data, lastEventId]))
    })
  </script>`,
    }),
  )
  const tab = await browsing.newTab(site.url('/early.html'))
  expect(await tab.evaluate(() => early)).toEqual(['two', '7'])
  expect(resources.to('/stream').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, '7'])
  await tab.evaluate(() => bearerWorker.ready)
})

test('a page that belongs to another worker covers itself at once, and that worker sees its requests', async ({
  browsing,
  site,
  resources,
}) => {
  const tab = await openApp(browsing, site)
  site.pages.set(
    '/nearer/sw.js',
    `addEventListener('fetch', (event) => event.request.url.includes('/r/') && event.respondWith(new Response('nearer')))`,
  )
  site.pages.set('/nearer/', page())
  await tab.evaluate(async () => {
    const { installing } = await navigator.serviceWorker.register('/nearer/sw.js')
    await new Promise<void>((resolve) =>
      installing!.addEventListener('statechange', () => installing!.state === 'activated' && resolve()),
    )
  })
  await tab.goto(site.url('/nearer/'))
  const seen = await tab.evaluate(async () => {
    const begin = performance.now()
    return [await (await fetch('/r/echo')).text(), await bearerWorker.ready, performance.now() - begin < 4_000]
  })
  expect(seen).toEqual(['nearer', 'page', true])
  expect(resources.arrivals).toEqual([])
})

test('code of a page carries no token, however it is loaded; a JSON module does', async ({
  browsing,
  engine,
  site,
  resources,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  resources.judges = false
  resources.on(
    '/data.json',
    (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
  )
  await tab.evaluate(async () => {
    await import('/r/script/module' as string)
    await new OfflineAudioContext(1, 1, 8_000).audioWorklet.addModule('/r/script/worklet')
  })
  expect(resources.arrivals.map(({ path, authorization }) => [path, authorization])).toEqual([
    ['/script/module', undefined],
    ['/script/worklet', undefined],
  ])
  if (engine.name !== 'chromium') return
  await tab.evaluate(() => (0, eval)("import('/r/data.json', { with: { type: 'json' } })") as Promise<unknown>)
  expect(resources.to('/data.json')[0]?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
})
