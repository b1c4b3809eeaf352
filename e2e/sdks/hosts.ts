import { createServer } from 'node:https'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Handler } from '../../src/testing/servers/listener.ts'

/** The packages of the recipes, which are installed beside them. */
const require = createRequire(join(import.meta.dirname, '../../examples/sdks/package.json'))

interface SelfSigned {
  generate(attributes: undefined, options: object): Promise<{ readonly private: string; readonly cert: string }>
}

/**
 * Stand-ins for services by their real host names, such as `login.microsoftonline.com`: the browser resolves every name to
 * this machine, so that an SDK runs with the configuration that it has in production, and nothing leaves the machine.
 */
export class Hosts {
  readonly handlers = new Map<string, Handler>()
  /** What a page asked of hosts that have no stand-in. */
  readonly unexpected: string[] = []
  readonly #close: () => Promise<void>
  readonly #port: number

  private constructor(port: number, close: () => Promise<void>) {
    this.#port = port
    this.#close = close
  }

  static async start(): Promise<Hosts> {
    const { generate } = require('selfsigned') as SelfSigned
    const { private: key, cert } = await generate(undefined, { keySize: 2048, algorithm: 'sha256' })
    let hosts: Hosts | undefined
    const server = createServer({ key, cert }, (request, response) => {
      const host = request.headers.host?.replace(/:\d+$/, '') ?? ''
      const handle = hosts?.handlers.get(host)
      if (handle) return void handle(request, response)
      // Chromium itself calls hosts as well, and names no page.
      const { origin, referer = origin } = request.headers
      if (referer?.includes('//localhost')) hosts?.unexpected.push(`${request.method} https://${host}${request.url}`)
      response.writeHead(502).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const close = () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
    hosts = new Hosts((server.address() as AddressInfo).port, close)
    return hosts
  }

  /** What Chromium is started with. */
  get browserArguments(): readonly string[] {
    const everyName = `MAP * 127.0.0.1:${this.#port}`
    return [
      `--host-resolver-rules=${everyName}, EXCLUDE localhost, EXCLUDE *.localhost, EXCLUDE 127.0.0.1`,
      '--ignore-certificate-errors',
      '--no-proxy-server',
    ]
  }

  close(): Promise<void> {
    return this.#close()
  }
}
