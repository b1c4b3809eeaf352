import { createServer } from 'node:http'
import { once } from 'node:events'
import { type WebSocket, WebSocketServer } from 'ws'
import { listenOnLoopback } from '../../scripts/demo/listen-on-loopback.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'

/** A feed over WebSocket. The first message of a client has to contain a valid token. */
export async function startFeed(issuer: Issuer): Promise<{
  readonly url: string
  readonly authorized: readonly string[]
  say(name: string): void
  closeWhoseTokenEnded(): void
  close(): Promise<void>
}> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const { url, close } = await listenOnLoopback(server)
  const tokens = new Map<WebSocket, string>()
  const authorized: string[] = []
  sockets.on('connection', async (socket) => {
    const [message] = (await once(socket, 'message')) as [Buffer]
    const { token } = JSON.parse(String(message)) as { token: string }
    if (!issuer.accepts(token)) return socket.close(4401)
    tokens.set(socket, token)
    authorized.push(token)
    socket.send(JSON.stringify({ name: `Hello ${authorized.length}` }))
  })
  return {
    url: url.replace('http', 'ws'),
    authorized,
    say(name) {
      for (const socket of sockets.clients) if (tokens.has(socket)) socket.send(JSON.stringify({ name }))
    },
    closeWhoseTokenEnded() {
      for (const [socket, token] of tokens) if (!issuer.accepts(token)) socket.close(4401)
    },
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await close()
    },
  }
}
