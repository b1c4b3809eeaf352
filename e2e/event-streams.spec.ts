import { openSignedIn } from './app.ts'
import { shows } from './capabilities.ts'
import { expect, test } from './fixtures.ts'
import { heardOfEnd } from './servers/resources.ts'

for (const where of ['own', 'other'] as const) {
  test(
    `a stream of the ${where} origin: its token expires between two connections, and it goes on where it was`,
    shows('The token on `EventSource`, which goes on where it was'),
    async ({ browsing, site, resources, tokens }) => {
      const tab = await openSignedIn(browsing, site)
      let connections = 0
      resources.on('/stream', (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        if (++connections === 1) {
          tokens.issuer.expireAccessTokens()
          response.end('retry: 200\nid: 7\ndata: one\n\n')
        } else response.write('data: two\n\n')
      })
      const seen = await tab.evaluate(
        (url) =>
          new Promise<unknown[]>((resolve) => {
            const events: unknown[] = []
            const source = new EventSource(url)
            source.onopen = () => events.push('open')
            source.onerror = () => events.push(`error ${source.readyState}`)
            source.onmessage = ({ data, lastEventId }) => {
              events.push([data, lastEventId])
              if (data !== 'two') return
              source.close()
              resolve(events)
            }
          }),
        where === 'own' ? '/r/stream' : resources.url('/stream'),
      )
      expect(seen).toEqual(['open', ['one', '7'], 'error 0', 'open', ['two', '7']])
      // The refused connection, and those after it.
      expect(
        new Set(
          resources
            .to('/stream')
            .slice(1)
            .map(({ headers }) => headers['last-event-id']),
        ),
      ).toEqual(new Set(['7']))
      expect(resources.to('/stream').at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
      expect(tokens.refreshes).toHaveLength(1)
    },
  )
}

test('events come one by one, and close() reaches the server', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  let more = () => {}
  resources.on('/stream', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.write('data: one\n\n')
    more = () => response.write('data: two\n\n')
  })
  await tab.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const source = Object.assign(window, { source: new EventSource('/r/stream') }).source
        source.onmessage = () => resolve()
      }),
  )
  const next = tab.evaluate(
    () =>
      new Promise<string>((resolve) => {
        const { source } = window as unknown as { source: EventSource }
        source.onmessage = ({ data }) => resolve(data)
        document.title = 'listening'
      }),
  )
  await expect.poll(() => tab.evaluate(() => document.title)).toBe('listening')
  more()
  expect(await next).toBe('two')
  await tab.evaluate(() => (window as unknown as { source: EventSource }).source.close())
  await heardOfEnd(resources.to('/stream')[0]!, more)
})

test('two streams of one URL each go on where they were', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  let connections = 0
  resources.on('/stream', (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const number = ++connections
    if (number <= 2) response.end(`retry: ${number * 300}\nid: ${number}\ndata: ${number}\n\n`)
    else response.write('data: again\n\n')
  })
  const seen = await tab.evaluate(async () => {
    const source = () =>
      new Promise<string[]>((resolve) => {
        const ids: string[] = []
        const source = new EventSource('/r/stream')
        source.onmessage = ({ lastEventId }) => {
          if (ids.push(lastEventId) < 2) return
          source.close()
          resolve(ids)
        }
      })
    return Promise.all([source(), source()])
  })
  expect(seen.map(([first, second]) => first === second)).toEqual([true, true])
  expect(
    resources
      .to('/stream')
      .map(({ headers }) => headers['last-event-id'])
      .sort(),
  ).toEqual(['1', '2', undefined, undefined])
})

test('a stream that a page opens anew begins at the beginning', async ({ browsing, site, resources }) => {
  const tab = await openSignedIn(browsing, site)
  resources.on(
    '/stream',
    (response) => void response.writeHead(200, { 'content-type': 'text/event-stream' }).end('id: 7\ndata: one\n\n'),
  )
  await tab.evaluate(async () => {
    for (let round = 0; round < 2; round++) {
      await new Promise<void>((resolve) => {
        const source = new EventSource('/r/stream')
        source.onerror = () => {
          source.close()
          resolve()
        }
      })
    }
  })
  expect(resources.to('/stream').map(({ headers }) => headers['last-event-id'])).toEqual([undefined, undefined])
})

/** WebKit shows a worker a `Cache-Control` of its own: a copy of the request that keeps it asks CORS for more. */
test('a stream of another origin needs no more of CORS than the token does', async ({ browsing, site, api }) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate((url) => void Object.assign(window, { source: new EventSource(url) }), api.url('/rows'))
  await expect.poll(() => api.to('/rows').map(({ authorization }) => authorization !== undefined)).toEqual([true])
})
