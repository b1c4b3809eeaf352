/**
 * What a dependency sees of tokens of a WebSocket: a ticket keeps them out of the page. The other keys of `sockets` need
 * `exposeAccessToken`, since the page sends the token itself.
 */
import { openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { expect, test as base } from '../fixtures.ts'
import { Sockets } from '../servers/sockets.ts'
import { type Documented, documentOf, judge, type Order, ORDERS, seenIn, WITHOUT_WORKERS } from './hooked-page.ts'

const test = base.extend<{ sockets: Sockets }>({
  sockets: async ({ tokens }, use) => {
    const sockets = await Sockets.start(tokens.issuer)
    await use(sockets)
    await sockets.stop()
  },
})

const INIT = { type: 'connection_init', payload: { authToken: '{accessToken}' } }
/** The keys of `sockets`, by the path that the server knows them by. */
const EXPOSED = {
  '401': { parameter: 'access_token' },
  protocol: { protocol: 'bearer.{accessToken:base64url}' },
  message: { firstMessage: INIT },
}

/** Opens a socket, sends a message and has it back; also as a stream, where the browser has those. */
function talk(tab: Tab, url: string): Promise<void> {
  return tab.evaluate(async (url) => {
    await new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(url)
      socket.onopen = () => socket.send('hello')
      socket.onmessage = ({ data }) => data === 'hello' && socket.close()
      socket.onclose = ({ code }) => (code === 1005 ? resolve() : reject(new Error(`closed with ${code}`)))
    })
    const scope = window as unknown as {
      WebSocketStream?: new (url: string) => { opened: Promise<object>; close(): void }
    }
    if (!scope.WebSocketStream) return
    const stream = new scope.WebSocketStream(url)
    await stream.opened
    stream.close()
  }, url)
}

interface Setting extends Documented {
  readonly order: Order
  readonly first?: string
  readonly ways: readonly string[]
}

const SENT = ['WebSocket', 'WebSocket.send', 'get MessageEvent.data']
const ONLY_IN_CHROMIUM = ['WebSocketStream', 'get WebSocketStream.opened']
const LANGUAGE = ['Array', 'ArrayIterator', 'Object', 'Promise', 'Reflect']

const SETTINGS: Readonly<Record<string, Setting>> = {
  'a ticket, behind the worker': { order: 'before', ways: ['ticket'], before: [], after: [] },
  'each other key, behind the worker': { order: 'before', ways: Object.keys(EXPOSED), before: SENT, after: [] },
  'the other keys, behind the worker': { order: 'after', ways: Object.keys(EXPOSED), before: [], after: LANGUAGE },
  'every key, in a page without a worker': {
    first: WITHOUT_WORKERS,
    order: 'after',
    ways: ['ticket', ...Object.keys(EXPOSED)],
    before: [],
    after: [...LANGUAGE, 'RegExp', 'String', 'TypedArray', 'btoa', 'encodeURIComponent'],
  },
}

for (const [name, setting] of Object.entries(SETTINGS)) {
  const { first = '', order, ways } = setting
  test(`sockets, ${name}, a dependency that runs ${order} the page script`, async ({
    browsing,
    engineName,
    site,
    resources,
    tokens,
    sockets,
  }) => {
    test.setTimeout(120_000)
    const isExposed = ways.some((way) => way in EXPOSED)
    const all = Object.entries({
      ...(isExposed && EXPOSED),
      ticket: { ticket: { url: sockets.url('/tickets', 'http') } },
    })
    site.configuration = oneSession(
      resourcesSession(resources, tokens, {
        exposeAccessToken: isExposed,
        sockets: all.map(([path, way]) => ({ url: sockets.url(`/${path}/*`), ...way })),
      }),
    )
    site.pages.set('/hooked.html', documentOf(first + ORDERS[order]))
    const tab = await openApp(browsing, site, '/hooked.html')
    await signIn(tab)
    for (const way of ways) await talk(tab, sockets.url(`/${way}/live`))
    tokens.issuer.expireAccessTokens()
    for (const way of ways) if (way === 'ticket') await talk(tab, sockets.url(`/${way}/live`))
    const used = sockets.handshakes.map(({ path }) => path.split('/')[1])
    expect(new Set(used)).toEqual(new Set(ways))
    const before =
      setting.before.length > 0 && engineName === 'chromium' ? [...SENT, ...ONLY_IN_CHROMIUM] : setting.before
    judge(await seenIn(tab), { ...setting, before }, order)
  })
}
