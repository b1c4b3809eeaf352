import { createServer } from 'node:http'
import { once } from 'node:events'
import { type WebSocket, WebSocketServer } from 'ws'
import { listen } from '../servers/listen.ts'
import type { Issuer } from '../servers/issuer.ts'

/** A feed for those whose first message has a good token. */
export async function startFeed(
  issuer: Issuer,
): Promise<{
  readonly url: string
  readonly authorized: readonly string[]
  say(name: string): void
  closeWhoseTokenEnded(): void
  close(): Promise<void>
}> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  const { url, close } = await listen(server)
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
    say: (name) => sockets.clients.forEach((socket) => tokens.has(socket) && socket.send(JSON.stringify({ name }))),
    closeWhoseTokenEnded: () => tokens.forEach((token, socket) => issuer.accepts(token) || socket.close(4401)),
    async close() {
      sockets.clients.forEach((socket) => socket.terminate())
      await close()
    },
  }
}
