/** Sockets that are refused, wait, or get no token. */
import { CONSOLE, toldOf } from '../all-ways-to-send.ts'
import { openApp, signIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import { page } from '../servers/site.ts'
import { CLOSED, expect, open, OPENED, REFUSED, test } from './sockets.ts'

for (const [way, closed] of [
  ['401', REFUSED],
  ['4401', [...OPENED, ['close', 4401, '']]],
  ['1008', [...OPENED, ['close', 1008, 'token expired']]],
] as const) {
  test(`the server refuses the token by ${way}: the next socket of the page has a new one`, async ({
    tokens,
    sockets,
    tab,
  }) => {
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
  tokens,
  sockets,
  tab,
}) => {
  const url = sockets.url('/401/live')
  tokens.issuer.accepts = () => false
  for (let tries = 0; tries < 4; tries++) expect(await open(tab, { url })).toEqual(REFUSED)
  expect(tokens.refreshes).toHaveLength(1)
})

test('a socket that fails or is closed for other reasons costs no refresh', async ({ tokens, sockets, tab }) => {
  const url = sockets.url('/1008/live')
  expect(await open(tab, { url, send: ['close me'], messages: 1 })).toEqual([...OPENED, ['close', 4000, 'as you wish']])
  expect(await open(tab, { url })).toEqual([...OPENED, CLOSED])

  // Given up by the page during the handshake, as React's StrictMode does it; then closed by the page with a code of `closeCodes`.
  const page = { make: (url: string) => void (globalThis.pending = new WebSocket(url)) }
  await tab.evaluate(page.make, sockets.url('/4401/never'))
  await expect.poll(() => sockets.to('/4401/never').length).toBe(1)
  const closed = (code: number | null) =>
    tab.evaluate((code) => {
      const { pending } = globalThis
      return new Promise<number>((resolve) => {
        pending.onclose = (event) => resolve(event.code)
        const close = () => (code === null ? pending.close() : pending.close(code))
        if (code === null || pending.readyState === WebSocket.OPEN) close()
        else pending.onopen = close
      })
    }, code)
  expect(await closed(null)).toBe(1006)
  await tab.evaluate(page.make, sockets.url('/4401/live'))
  expect(await closed(4401)).toBe(4401)
  expect(await open(tab, { url: sockets.url('/4401/live') })).toEqual([...OPENED, CLOSED])
  expect(tokens.refreshes).toHaveLength(0)
})

declare global {
  var pending: WebSocket
}

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
  tokens,
  sockets,
  tab,
}) => {
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
