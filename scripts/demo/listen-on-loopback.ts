import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Listening {
  /** The origin, e.g. `http://localhost:5174`. */
  readonly url: string
  close(): Promise<void>
}

/** Listens on the loopback address only. Port 0 or nothing: any free one. Browsers find every name below `localhost` there. */
export async function listenOnLoopback(server: Server, port = 0, host = 'localhost'): Promise<Listening> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve()
    })
  })
  return {
    url: `http://${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}
