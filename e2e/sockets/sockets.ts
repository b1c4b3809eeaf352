/** What the tests of sockets share: a server, its configuration, and what a page sees of a socket. */
import { openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { test as base } from '../fixtures.ts'
import { Sockets } from '../servers/sockets.ts'

export { expect } from '../fixtures.ts'

/** With a server of sockets that each take the token in another way, and a tab that somebody is signed in to. */
export const test = base.extend<{ sockets: Sockets; tab: Tab }>({
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
  // After the sockets, which are in the configuration.
  tab: async ({ browsing, site, sockets: _ }, use) => use(await openSignedIn(browsing, site)),
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
export const open = (tab: Tab, opened: Opened): Promise<readonly unknown[]> =>
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

export const OPENED = [0, ['open', true, '']]
export const CLOSED = ['close', 1000, '']
export const REFUSED = [0, 'error', ['close', 1006, '']]
