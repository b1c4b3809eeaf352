/** Where no service worker can run: the same engine in the page, with the same policy, and one refresh for all tabs. */
import { ask, askByXhr, openApp, signIn } from './app.ts'
import { shows } from './capabilities.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'

const WITHOUT_WORKERS =
  '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'

async function open(browsing: Browsing, site: Site): Promise<Tab> {
  site.pages.set('/', page({ script: WITHOUT_WORKERS }))
  return openApp(browsing, site)
}

test(
  'ready says so, and requests carry the token as behind a worker',
  shows('Everything but images and media where no worker can run'),
  async ({ browsing, site, resources, stranger, tokens }) => {
    const tab = await open(browsing, site)
    expect(await tab.evaluate(() => 'serviceWorker' in navigator)).toBe(false)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('page')
    const answer = await signIn(tab)
    expect(answer.text).not.toContain(tokens.issuer.latest.access_token)
    expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active' })

    expect((await ask(tab, '/r/echo')).status).toBe(200)
    expect((await askByXhr(tab, resources.url('/echo'), { method: 'POST', body: 'text' })).status).toBe(200)
    expect((await ask(tab, stranger.url('/rows'))).status).toBe(401)
    expect((await ask(tab, '/r/echo', { headers: { authorization: 'Basic eA==' } })).status).toBe(401)
    const bearer = `Bearer ${tokens.issuer.latest.access_token}`
    expect(resources.arrivals.map(({ authorization }) => authorization)).toEqual([bearer, bearer, 'Basic eA=='])
    expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([undefined])
  },
)

test('one refresh for two tabs, and both requests are replayed', async ({ browsing, site, resources, tokens }) => {
  const one = await open(browsing, site)
  await signIn(one)
  const other = await open(browsing, site)
  tokens.issuer.expireAccessTokens()
  const gate = tokens.hold()
  const both = Promise.all([ask(one, '/r/echo/1'), askByXhr(other, '/r/echo/2', { method: 'POST', body: 'text' })])
  await gate.arrived()
  await resources.arrived('/echo/1')
  await resources.arrived('/echo/2')
  gate.release()
  expect((await both).map(({ status }) => status)).toEqual([200, 200])
  expect(tokens.refreshes).toHaveLength(1)
  expect(resources.to('/echo/2').map(({ received }) => received)).toEqual([4, 4])
})

test('the page sees one answer of a replayed XMLHttpRequest, and one sequence of events', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  const tab = await open(browsing, site)
  await signIn(tab)
  tokens.issuer.expireAccessTokens()
  const seen = await tab.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const request = new XMLHttpRequest()
        const events: unknown[] = []
        for (const type of ['readystatechange', 'loadstart', 'load', 'error', 'loadend'])
          request.addEventListener(type, () => events.push(type === 'readystatechange' ? request.readyState : type))
        request.open('GET', '/r/echo')
        request.responseType = 'json'
        request.addEventListener('loadend', () => resolve([...events, request.status, request.response.path]))
        request.send()
      }),
  )
  expect(seen).toEqual([1, 'loadstart', 2, 3, 4, 'load', 'loadend', 200, '/echo'])
  expect(resources.to('/echo')).toHaveLength(2)
})

test('event streams carry it too, each connection that of the day', async ({ browsing, site, resources, tokens }) => {
  const tab = await open(browsing, site)
  await signIn(tab)
  let connections = 0
  resources.on('/stream', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    if (++connections === 1) {
      tokens.issuer.expireAccessTokens()
      response.end('retry: 10\nid: 7\ndata: one\n\n')
    } else response.write('event: named\ndata: two\n\n')
  })
  const seen = await tab.evaluate(
    () =>
      new Promise<unknown[]>((resolve) => {
        const events: unknown[] = []
        const source = new EventSource('/r/stream')
        source.onopen = () => events.push('open')
        source.onmessage = ({ data, lastEventId }) => events.push([data, lastEventId])
        source.onerror = () => events.push(`error ${source.readyState}`)
        source.addEventListener('named', ({ data, lastEventId }) => {
          source.close()
          resolve([...events, [data, lastEventId], source.readyState])
        })
      }),
  )
  expect(seen).toEqual(['open', ['one', '7'], 'error 0', 'open', ['two', '7'], 2])
  expect(
    new Set(
      resources
        .to('/stream')
        .slice(1)
        .map(({ headers }) => headers['last-event-id']),
    ),
  ).toEqual(new Set(['7']))
  expect(tokens.refreshes).toHaveLength(1)
})

test('the page script alone does not bring the engine; it is loaded when it is needed', async ({
  browsing,
  site,
  resources,
}) => {
  const tab = await openApp(browsing, site)
  const scripts = () => site.hits.get('/bearer-worker.page.js') ?? 0
  expect(scripts()).toBe(0)
  expect(resources.arrivals).toEqual([])

  await signIn(tab)
  await tab.evaluate(() =>
    new Promise((resolve) => {
      const request = Object.assign(new XMLHttpRequest(), { onloadend: resolve })
      request.upload.onprogress = () => {}
      request.open('POST', '/r/echo')
      request.send('text')
    }).then(() => undefined),
  )
  expect(scripts()).toBe(1)
})
