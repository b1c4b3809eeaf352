import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type Handler = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>

/** A server for `localhost` and every name below it. After `stop()`, `start()` takes the same port again. */
export interface Listener {
  /** `http://localhost:…`; `origin('app.localhost')` is the same server as another site. */
  origin(host?: string): string
  start(): Promise<void>
  /** Closes every connection, also in the middle of a response. */
  stop(): Promise<void>
}

/** Browsers differ in which loopback address they use for `localhost`, so the server listens on both. */
const LOOPBACK = ['127.0.0.1', '::1']

export async function listen(handle: Handler): Promise<Listener> {
  const answer: Handler = async (request, response) => {
    try {
      await handle(request, response)
    } catch (error) {
      if (request.destroyed && !request.complete) return // the browser gave up in the middle of its request
      console.error(`${request.method} ${request.url} failed in the test's server:`, error)
      response.destroy()
    }
  }
  let servers: readonly Server[] = []
  let port = 0
  const start = async () => {
    const opened: Server[] = []
    for (const address of LOOPBACK) {
      const server = await open(answer, port, address)
      if (!server) continue
      opened.push(server)
      port = (server.address() as AddressInfo).port
    }
    servers = opened
  }
  await start()
  return {
    origin: (host = 'localhost') => `http://${host}:${port}`,
    start,
    async stop() {
      await Promise.all(servers.map(close))
      servers = []
    },
  }
}

/** Resolves with undefined if the machine lacks this address, as a container without IPv6 does. */
function open(handle: Handler, port: number, address: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer({ keepAliveTimeout: 60_000 }, handle)
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(undefined)
      else reject(error)
    })
    server.listen(port, address, () => resolve(server))
  })
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
