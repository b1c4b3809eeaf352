/** WebSockets get the token as `sockets` of the configuration says, and stay the browser's to the page. */
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { openApp, openSignedIn, signIn } from './app.ts'
import { shows } from './capabilities.ts'
import { oauthSession, oneSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test as base } from './fixtures.ts'
import { Sockets } from './servers/sockets.ts'
import { page } from './servers/site.ts'
import { observeSocket } from './sockets/observe.ts'

const test = base.extend<{ sockets: Sockets }>({
  sockets: async ({ tokens, site, api }, use) => {
    const sockets = await Sockets.start(tokens.issuer)
    const at = (path: string, way: object) => ({ url: sockets.url(path), ...way })
    const init = { type: 'connection_init', payload: { authToken: '{accessToken}' } }
    site.configuration = oneSession(
      oauthSession(api, tokens, {
        exposeAccessToken: true,
        sockets: [
          at('/protocol/*', { protocol: 'bearer.{accessToken:base64url}' }),
          at('/message/*', { firstMessage: init }),
          at('/ticket/*', { ticket: { url: sockets.url('/tickets', 'http') } }),
          at('/1008/*', { parameter: 'access_token', closeCodes: [{ code: 1008, reason: 'expired' }] }),
          ...['/401/*', '/4401/*', '/listed/*'].map((path) => at(path, { parameter: 'access_token' })),
        ],
      }),
    )
    await use(sockets)
    await sockets.stop()
  },
})

interface Opened {
  readonly url: string
  readonly protocols?: string | string[]
  /** Sent in `onopen`. */
  readonly send?: readonly string[]
  /** How many messages to wait for before it is closed. */
  readonly messages?: number
}

/** What a page sees of a socket: its events, with what it shows at each. */
const open = (tab: Tab, opened: Opened): Promise<readonly unknown[]> =>
  tab.evaluate(({ url, protocols, send = [], messages = send.length }: Opened) => {
    const seen: unknown[] = []
    return new Promise<unknown[]>((resolve) => {
      const socket = new WebSocket(url, protocols)
      seen.push(socket.readyState)
      let left = messages
      socket.onopen = () => {
        seen.push(['open', socket.url === new URL(url, location.href).href, socket.protocol])
        for (const each of send) socket.send(each)
        if (left === 0) socket.close(1000)
      }
      socket.onmessage = ({ data }) => {
        seen.push(data)
        if (--left === 0) socket.close(1000)
      }
      socket.onerror = () => seen.push('error')
      socket.onclose = ({ code, reason }) => {
        seen.push(['close', code, reason])
        resolve(seen)
      }
    })
  }, opened)

const OPENED = [0, ['open', true, '']]
const CLOSED = ['close', 1000, '']
const REFUSED = [0, 'error', ['close', 1006, '']]

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
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const url = sockets.url('/protocol/live')
  expect(await open(tab, { url, protocols: ['v5', 'v4'] })).toEqual([0, ['open', true, 'v5'], CLOSED])
  expect(await open(tab, { url, protocols: 'v4' })).toEqual([0, ['open', true, 'v4'], CLOSED])
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])
  const added = `bearer.${Buffer.from(tokens.issuer.latest.access_token).toString('base64url')}`
  expect(sockets.handshakes.map(({ protocols }) => protocols)).toEqual([['v5', 'v4', added], ['v4', added], [added]])
})

test('a first message: before those of the page, in its own of the same type, or alone', async ({
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
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
  browsing,
  site,
  sockets,
}) => {
  const tab = await openSignedIn(browsing, site)
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
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
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

for (const [way, closed] of [
  ['401', REFUSED],
  ['4401', [...OPENED, ['close', 4401, '']]],
  ['1008', [...OPENED, ['close', 1008, 'token expired']]],
] as const) {
  test(`the server refuses the token by ${way}: the next socket of the page has a new one`, async ({
    browsing,
    site,
    sockets,
    tokens,
  }) => {
    const tab = await openSignedIn(browsing, site)
    const url = sockets.url(`/${way}/live`)
    tokens.issuer.expireAccessTokens()
    expect(await open(tab, { url })).toEqual(closed)
    const both = await Promise.all([open(tab, { url, send: ['a'] }), open(tab, { url, send: ['b'] })])
    expect(both).toEqual([
      [...OPENED, 'a', CLOSED],
      [...OPENED, 'b', CLOSED],
    ])
    expect(tokens.refreshes).toHaveLength(1)
    expect(sockets.handshakes).toHaveLength(3)
  })
}

test('a server that refuses every handshake costs one refresh, not one for each try', async ({
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const url = sockets.url('/401/live')
  tokens.issuer.accepts = () => false
  for (let tries = 0; tries < 4; tries++) expect(await open(tab, { url })).toEqual(REFUSED)
  expect(tokens.refreshes).toHaveLength(1)
})

test('a socket that fails or is closed for other reasons costs no refresh', async ({
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const url = sockets.url('/1008/live')
  expect(await open(tab, { url, send: ['close me'], messages: 1 })).toEqual([...OPENED, ['close', 4000, 'as you wish']])
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])
  expect(tokens.refreshes).toHaveLength(0)
})

test('signed out, with a token of its own, or not listed: it connects as the page asked', async ({
  browsing,
  site,
  sockets,
}) => {
  const tab = await openApp(browsing, site)
  expect(await open(tab, { url: sockets.url('/401/live') })).toEqual(REFUSED)
  expect(await open(tab, { url: sockets.url('/ticket/live') })).toEqual([...OPENED, ['close', 4401, '']])
  expect(await open(tab, { url: sockets.url('/open/live') })).toEqual([...OPENED, CLOSED])
  await signIn(tab)
  expect(await open(tab, { url: sockets.url('/401/live?access_token=own') })).toEqual(REFUSED)
  expect(sockets.handshakes.map(({ token, query }) => [token, [...query.keys()]])).toEqual([
    [undefined, []],
    [undefined, []],
    [undefined, []],
    ['own', ['access_token']],
  ])
  expect(sockets.ticketRequests).toEqual([])
})

test('a socket that waits while somebody else signs in connects without the token of either', async ({
  browsing,
  site,
  sockets,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  tokens.issuer.expireAccessTokens()
  const gate = tokens.hold()
  await open(tab, { url: sockets.url('/4401/live') })
  const waiting = open(tab, { url: sockets.url('/4401/waits') })
  await gate.arrived()
  await tab.evaluate(() => bearerWorker.signOut())
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('bea'))
  gate.release()
  expect(await waiting).toEqual([...OPENED, ['close', 4401, '']])
  expect(sockets.to('/4401/waits').map(({ token }) => token)).toEqual([undefined])
})

test('a token that fits into no subprotocol ends the socket, and is in no message of the console', async ({
  browsing,
  site,
  sockets,
  api,
  tokens,
}) => {
  const way = { url: sockets.url('/protocol/*'), protocol: 'bearer.{accessToken}' }
  site.configuration = oneSession(oauthSession(api, tokens, { exposeAccessToken: true, sockets: [way] }))
  site.pages.set('/', page({ script: `${CONSOLE}<script src="/bearer-worker.js"></script>` }))
  const tab = await openApp(browsing, site)
  await tab.evaluate(() => bearerWorker.setTokens({ access_token: 'secret/with=slashes', token_type: 'Bearer' }))
  expect(await open(tab, { url: sockets.url('/protocol/live') })).toEqual(REFUSED)
  expect(sockets.handshakes).toEqual([])
  const told = (await toldOf(tab)).join()
  expect(told).toContain('write {accessToken:base64url}')
  expect(told).not.toContain('secret')
})

/** A page that opens its socket while it is parsed. */
const EARLY = `<script>
  var early = new Promise(function (resolve) {
    var socket = new WebSocket(new URLSearchParams(location.search).get('socket'))
    socket.onclose = function (event) { resolve(event.code) }
    socket.onopen = function () { socket.close(3001) }
  })
</script>`
const ofEarly = (tab: Tab) => tab.evaluate(() => (window as unknown as { early: Promise<number> }).early)

for (const [where, script] of [
  ['a first visit', undefined],
  [
    'a page without a worker',
    '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
  ],
] as const) {
  test(`${where}: a socket that is opened at once waits for what covers the page`, async ({
    browsing,
    site,
    sockets,
    tokens,
  }) => {
    site.pages.set('/early.html', page({ head: EARLY, ...(script && { script }) }))
    const address = (path: string) => `/early.html?socket=${encodeURIComponent(sockets.url(path))}`
    const tab = await openApp(browsing, site, address('/open/live'))
    expect(await ofEarly(tab)).toBe(3001)
    await signIn(tab)
    await tab.goto(site.url(address('/401/live')))
    expect(await ofEarly(tab)).toBe(3001)
    expect(sockets.to('/401/live').map(({ token }) => token)).toEqual([tokens.issuer.latest.access_token])
  })
}

test('to the page it is the socket of the browser', async ({ browsing, site, sockets }) => {
  const tab = await openSignedIn(browsing, site)
  const observed = await tab.evaluate(observeSocket, {
    native: sockets.url('/open/live'),
    listed: sockets.url('/listed/live'),
  })
  for (const { what, native, listed } of observed) expect.soft(listed, what).toEqual(native)
  expect(observed.length).toBeGreaterThan(40)
})
