/** `WebSocketStream`, where the browser has it: the token goes along in the same ways as with `WebSocket`. */
import type { Tab } from '../engines/engine.ts'
import { expect, test } from './sockets.ts'

interface Stream {
  readonly url: string
  readonly opened: Promise<{
    readonly protocol: string
    readonly readable: ReadableStream<string>
    readonly writable: WritableStream<string>
  }>
  readonly closed: Promise<{ readonly closeCode?: number; readonly reason?: string }>
  close(info?: { readonly closeCode?: number }): void
}
declare const WebSocketStream: new (
  url: string,
  options?: { readonly protocols?: readonly string[]; readonly signal?: AbortSignal },
) => Stream

interface Opened {
  readonly url: string
  readonly protocols?: readonly string[]
  readonly send?: readonly string[]
  readonly messages?: number
}

/** What a page sees of a stream: whether it shows its own URL, its protocol, what it reads, and how it ends. */
const open = (tab: Tab, opened: Opened): Promise<unknown> =>
  tab.evaluate(async ({ url, protocols, send = [], messages = send.length }: Opened) => {
    const stream = new WebSocketStream(url, protocols && { protocols })
    const isOwn = stream instanceof WebSocketStream && stream.url === new URL(url, location.href).href
    const failed = (error: DOMException) => error.name
    const connection = await stream.opened.catch(failed)
    if (typeof connection === 'string') return { isOwn, opened: connection, closed: await stream.closed.catch(failed) }
    const reader = connection.readable.getReader()
    const writer = connection.writable.getWriter()
    for (const each of send) await writer.write(each)
    const read: unknown[] = []
    while (read.length < messages) read.push((await reader.read()).value)
    stream.close({ closeCode: 1000 })
    const { closeCode } = await stream.closed
    return { isOwn, protocol: connection.protocol, read, closeCode }
  }, opened)

const good = (protocol: string, read: readonly string[]) => ({ isOwn: true, protocol, read, closeCode: 1000 })

test.beforeEach(async ({ tab }) => {
  const isThere = await tab.evaluate(() => 'WebSocketStream' in globalThis)
  test.skip(!isThere, 'This browser has no WebSocketStream.')
})

test('each way brings the token, and the page sees what it asked for', async ({ sockets, tab, tokens }) => {
  const { access_token: token } = tokens.issuer.latest
  const at = (path: string) => sockets.url(path)

  expect(await open(tab, { url: at('/401/live?room=1'), send: ['hello'] })).toEqual(good('', ['hello']))
  expect(await open(tab, { url: at('/protocol/live'), protocols: ['v5', 'v4'] })).toEqual(good('v5', []))
  expect(await open(tab, { url: at('/protocol/live') })).toEqual(good('', []))
  expect(await open(tab, { url: at('/message/live'), send: ['one'], messages: 2 })).toEqual(good('', ['ack', 'one']))
  expect(await open(tab, { url: at('/ticket/live'), send: ['two'] })).toEqual(good('', ['two']))

  const [parameter, protocol, alone, message] = sockets.handshakes
  expect([parameter?.token, parameter?.query.get('room')]).toEqual([token, '1'])
  const added = `bearer.${Buffer.from(token).toString('base64url')}`
  expect([protocol?.protocols, alone?.protocols]).toEqual([['v5', 'v4', added], [added]])
  expect(message?.messages[0]).toContain(token)
})

test('a refused handshake rejects both promises, and the next stream has a fresh token', async ({
  sockets,
  tab,
  tokens,
}) => {
  tokens.issuer.expireAccessTokens()
  const url = sockets.url('/401/live')
  expect(await open(tab, { url })).toEqual({ isOwn: true, opened: 'WebSocketError', closed: 'WebSocketError' })
  await expect.poll(async () => JSON.stringify(await open(tab, { url, send: ['hello'] }))).toContain('"read":["hello"]')
  expect(tokens.refreshes).toHaveLength(1)
})

test('a signal that is aborted before the token is there: nothing is connected', async ({ sockets, tab, tokens }) => {
  tokens.issuer.expireAccessTokens()
  const gate = tokens.hold()
  const aborted = tab.evaluate(async (url) => {
    const abort = new AbortController()
    const stream = new WebSocketStream(url, { signal: abort.signal })
    abort.abort()
    return stream.opened.then(
      () => 'opened',
      (error: DOMException) => error.name,
    )
  }, sockets.url('/401/live'))
  gate.release()
  expect(await aborted).toBe('AbortError')
  expect(sockets.handshakes).toEqual([])
})

test('what the browser refuses is refused at once, as without us', async ({ sockets, tab }) => {
  const thrown = await tab.evaluate((url) => {
    const nameOf = (act: () => unknown) => {
      try {
        act()
      } catch (error) {
        return (error as Error).name
      }
      return 'nothing'
    }
    const make = (options: unknown) => () => new WebSocketStream(url, options as object)
    const close = (info: unknown) => () => new WebSocketStream(url).close(info as object)
    return {
      options: [true, { protocols: 'hi' }, { protocols: ['a', 'a'] }, { signal: {} }].map(make).map(nameOf),
      close: [true, { closeCode: 999 }, { closeCode: 1001 }, { closeCode: 5000 }, { reason: '.'.repeat(124) }]
        .map(close)
        .map(nameOf),
      sound: [undefined, {}, { closeCode: 1000 }, { closeCode: 3456, reason: 'enough' }].map(close).map(nameOf),
    }
  }, sockets.url('/401/live'))
  expect(thrown).toEqual({
    options: ['TypeError', 'TypeError', 'SyntaxError', 'TypeError'],
    close: ['TypeError', 'InvalidAccessError', 'InvalidAccessError', 'InvalidAccessError', 'SyntaxError'],
    sound: ['nothing', 'nothing', 'nothing', 'nothing'],
  })
})

test('one that is not listed connects as the page asked', async ({ sockets, tab }) => {
  expect(await open(tab, { url: sockets.url('/open/live'), send: ['hello'] })).toEqual(good('', ['hello']))
  expect(sockets.handshakes.map(({ token }) => token)).toEqual([undefined])
})
