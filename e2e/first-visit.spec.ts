/** No request goes out naked: what a page sends before anybody is there to authorize it waits, and leaves in order. */
import { openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

/**
 * Stands before the page script, which therefore takes these for the browser's own: it tells the order in which they
 * are called.
 */
const LOG_OF_NATIVES = `<script>{
  window.sent = []
  const { fetch, XMLHttpRequest: { prototype }, EventSource } = window
  const { send, open } = prototype
  window.fetch = (input, init) => { sent.push(new URL(input.url ?? input, document.baseURI).pathname); return fetch(input, init) }
  prototype.open = function (...args) { this.path = args[1]; return open.apply(this, args) }
  prototype.send = function (body) { sent.push(this.path); return send.call(this, body) }
  window.EventSource = new Proxy(EventSource, { construct(target, args, newTarget) { sent.push(args[0]); return Reflect.construct(target, args, newTarget) } })
  const { sendBeacon } = navigator
  navigator.sendBeacon = (url, data) => { sent.push(url); return sendBeacon.call(navigator, url, data) }
}</script>`

const EARLY = `<script>
  window.order = ['/r/echo/1', '/r/echo/2', '/r/events/3', '/r/echo/4', '/r/echo/5']
  var early = Promise.all([
    fetch('/r/echo/1').then((response) => response.status),
    new Promise((resolve) => {
      const request = new XMLHttpRequest()
      request.open('PUT', '/r/echo/2')
      request.setRequestHeader('x-own', 'yes')
      request.onloadend = () => resolve(request.status)
      request.send('a body')
    }),
    new Promise((resolve) => {
      const source = new EventSource('/r/events/3')
      source.addEventListener('named', ({ data }) => { source.close(); resolve(data) })
      source.onerror = () => resolve(0)
    }),
    navigator.sendBeacon('/r/echo/4', 'a beacon'),
    fetch(new Request('/r/echo/5', { method: 'POST', body: 'text' })).then((response) => response.status),
  ])
</script>`

function serve(site: Site): string {
  site.pages.set(
    '/first.html',
    page({ script: `${LOG_OF_NATIVES}<script src="/bearer-worker.js"></script>`, head: EARLY }),
  )
  return site.url('/first.html')
}

type Early = { early: Promise<readonly unknown[]>; order: string[]; sent: string[] }

async function judge(tab: Tab): Promise<void> {
  const seen = await tab.evaluate(async () => {
    const { early, order, sent } = window as unknown as Early
    return { early: await early, order, sent: sent.filter((path) => path.startsWith('/r/')) }
  })
  expect(seen.early).toEqual([200, 200, 'one', true, 200])
  expect(seen.sent).toEqual(seen.order)
}

test(
  'inline requests of every kind wait for the worker when there is none, and leave in order',
  shows('Requests of a first visit wait for the worker'),
  async ({ browsing, site, resources, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    await tab.evaluate(async () => {
      for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
    })
    await tab.goto(serve(site))
    await judge(tab)
    await resources.arrived('/echo/4')
    const bearer = `Bearer ${tokens.issuer.latest.access_token}`
    expect(resources.arrivals.map(({ path, authorization }) => [path, authorization])).toEqual(
      resources.arrivals.map(({ path }) => [path, bearer]),
    )
    expect(
      resources.to('/echo/2').map(({ method, received, headers }) => [method, received, headers['x-own']]),
    ).toEqual([['PUT', 6, 'yes']])
  },
)

test(
  'so they do after a hard reload',
  shows('Requests after a hard reload wait for the worker'),
  async ({ browsing, engine, site, resources }) => {
    test.skip(engine.name === 'webkit', 'WebDriver has no hard reload')
    await openSignedIn(browsing, site)
    const tab = await browsing.newTab(serve(site))
    await tab.hardReload?.()
    await judge(tab)
    await resources.arrived('/echo/4', 2)
    expect(resources.arrivals.filter(({ authorization }) => authorization === undefined)).toEqual([])
  },
)

test('the very first request of a first visit may be the sign-in: the next one has its token', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.pages.set(
    '/first.html',
    page({
      head: `<script>
    var early = fetch('/auth/login', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '${JSON.stringify({ username: 'ada', password: PASSWORD })}' })
      .then(async (response) => [JSON.stringify(await response.json()), (await fetch('/r/echo')).status])
  </script>`,
    }),
  )
  const tab = await browsing.newTab(site.url('/first.html'))
  const [answer, status] = (await tab.evaluate(() => early as Promise<readonly unknown[]>)) as [string, number]
  expect(status).toBe(200)
  expect(answer).not.toContain(tokens.issuer.latest.access_token)
  expect(resources.arrivals).toHaveLength(1)
})

test('a request that was given up while it waited is never sent', async ({ browsing, site, resources }) => {
  await openSignedIn(browsing, site)
  site.pages.set(
    '/first.html',
    page({
      head: `<script>
    var early = Promise.all([
      (() => { const stop = new AbortController(); const answer = fetch('/r/echo/aborted', { signal: stop.signal }); stop.abort(); return answer })().catch(({ name }) => name),
      new Promise((resolve) => {
        const request = new XMLHttpRequest()
        request.open('GET', '/r/echo/aborted')
        request.onabort = () => resolve('abort')
        request.onloadend = () => resolve('loadend ' + request.status)
        request.send()
        request.abort()
        setTimeout(resolve, 0, 'no event')
      }),
      fetch('/r/echo/kept').then((response) => response.status),
    ])
  </script>`,
    }),
  )
  const tab = await browsing.newTab(site.url('/plain.html'))
  await tab.evaluate(async () => {
    for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister()
  })
  await tab.goto(site.url('/first.html'))
  expect(await tab.evaluate(() => early as Promise<readonly unknown[]>)).toEqual(['AbortError', 'abort', 200])
  expect(resources.to('/echo/aborted')).toEqual([])
})

test('what does not concern us does not wait for the worker', async ({ browsing, site, resources }) => {
  let release = () => {}
  const asked = new Promise<void>((resolve) => (release = resolve))
  site.mounts.set('/bearer-worker.sw.js', async (_, response) => {
    await asked
    response.writeHead(404).end()
  })
  site.pages.set(
    '/first.html',
    page({ head: `<script>var early = fetch('/plain.html').then((response) => [response.status])</script>` }),
  )
  const tab = await browsing.newTab(site.url('/first.html'))
  expect(await tab.evaluate(() => early)).toEqual([200])
  release()
  expect(resources.arrivals).toEqual([])
})
