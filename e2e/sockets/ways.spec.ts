/** Each way in which `sockets` of the configuration brings the token to the server. */
import { openSignedIn } from '../app.ts'
import { shows } from '../capabilities.ts'
import { CLOSED, expect, open, OPENED, REFUSED, test } from './sockets.ts'

test(
  'a parameter: the token has run out, is refreshed before the socket connects, and url does not show it',
  shows('The token on `WebSocket`, as `sockets` says'),
  async ({ browsing, site, sockets, tokens }) => {
    tokens.issuer.lifetimeSeconds = 1
    const tab = await openSignedIn(browsing, site)
    const first = tokens.issuer.latest.access_token
    await expect.poll(() => tokens.issuer.accepts(first)).toBe(false)
    tokens.issuer.lifetimeSeconds = 600
    const seen = await open(tab, { url: sockets.url('/401/live?room=1'), send: ['hello'] })
    expect(seen).toEqual([...OPENED, 'hello', CLOSED])
    expect(sockets.handshakes.map(({ token, query }) => [token, query.get('room')])).toEqual([
      [tokens.issuer.latest.access_token, '1'],
    ])
    expect(tokens.refreshes).toHaveLength(1)
    const entries = await tab.evaluate(() => bearerWorker.history())
    const entry = entries.find(({ url }) => url.startsWith('ws'))
    expect(entry).toMatchObject({ method: 'GET', url: sockets.url('/401/live?room'), outcome: 'refreshed-first' })
    expect(JSON.stringify(entries)).not.toContain(tokens.issuer.latest.access_token)
    expect(await tab.evaluate((url) => bearerWorker.explain(url), sockets.url('/401/live'))).toMatchObject({
      touched: true,
      code: 'authorize',
      message: expect.stringContaining('"parameter" of "sockets"'),
    })
  },
)

test('a subprotocol: protocol shows that of the page, and none where it has asked for none', async ({
  tokens,
  sockets,
  tab,
}) => {
  const url = sockets.url('/protocol/live')
  expect(await open(tab, { url, protocols: ['v5', 'v4'] })).toEqual([0, ['open', true, 'v5'], CLOSED])
  expect(await open(tab, { url, protocols: 'v4' })).toEqual([0, ['open', true, 'v4'], CLOSED])
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])
  const added = `bearer.${Buffer.from(tokens.issuer.latest.access_token).toString('base64url')}`
  expect(sockets.handshakes.map(({ protocols }) => protocols)).toEqual([['v5', 'v4', added], ['v4', added], [added]])
})

test('a first message: before those of the page, in its own of the same type, or alone', async ({
  tokens,
  sockets,
  tab,
}) => {
  const url = sockets.url('/message/live')
  const own = '{"type":"connection_init","payload":{"locale":"cy"}}'
  expect(await open(tab, { url, send: ['one'], messages: 2 })).toEqual([...OPENED, 'ack', 'one', CLOSED])
  expect(await open(tab, { url, send: [own, 'two'] })).toEqual([...OPENED, 'ack', 'two', CLOSED])
  expect(await open(tab, { url, messages: 1 })).toEqual([...OPENED, 'ack', CLOSED])
  const { access_token: authToken } = tokens.issuer.latest
  const init = JSON.stringify({ type: 'connection_init', payload: { authToken } })
  expect(sockets.handshakes.map(({ messages }) => messages)).toEqual([
    [init, 'one'],
    [JSON.stringify({ type: 'connection_init', payload: { locale: 'cy', authToken } }), 'two'],
    [init],
  ])
})

test('a page that sends the same first message late sends it in vain: the server has had it', async ({
  sockets,
  tab,
}) => {
  const seen = await tab.evaluate(
    (url) =>
      new Promise<unknown[]>((resolve) => {
        const socket = new WebSocket(url)
        const messages: unknown[] = []
        socket.onmessage = ({ data }) => {
          messages.push(data)
          if (data === 'ack') {
            socket.send('{"type":"connection_init"}')
            socket.send('next')
          } else socket.close()
        }
        socket.onclose = () => resolve(messages)
      }),
    sockets.url('/message/live'),
  )
  expect(seen).toEqual(['ack', 'next'])
  expect(sockets.handshakes[0]?.messages.slice(1)).toEqual(['next'])
})

test('a ticket: asked for with the token, which is refreshed when it is refused, and put into the URL', async ({
  tokens,
  sockets,
  tab,
}) => {
  const url = sockets.url('/ticket/live?room=1')
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])
  tokens.issuer.expireAccessTokens()
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])
  expect(sockets.handshakes.map(({ query }) => [...query.keys()])).toEqual([
    ['room', 'ticket'],
    ['room', 'ticket'],
  ])
  expect(sockets.ticketRequests).toHaveLength(3)
  expect(tokens.refreshes).toHaveLength(1)

  sockets.refusesTickets = true
  expect(await open(tab, { url })).toEqual(REFUSED)
  expect(sockets.handshakes).toHaveLength(2)
})
