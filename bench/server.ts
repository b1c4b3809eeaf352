/** One server for all contenders: pages, workers, an API that needs a token, and the issuer of the tokens. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { contender, contenders, type Name } from './contenders.ts'
import type { Order, Orders } from './orders.ts'
import { accept, type TextSocket } from './web-socket.ts'

/** How long a refresh takes at a usual authorization server, with a database and a signature. */
export const REFRESH_MS = 100
/** As long as a usual JWT. */
const TOKEN_BYTES = 450
const LONG_SECONDS = 36_000

/** Two names of one site. */
const VAULTED = 'vault.site'
const ITS_VAULT = 'auth.site'
const FILES_OF_VAULT = ['bearer-worker.vault.html', 'bearer-worker.vault.js']

const configurationOf = (direct: boolean) => ({
  sessions: { main: { resources: ['/api/*'], capture: ['/sign-in'], refresh: { url: '/token' }, direct } },
})
/** The server is asked for nothing here: tokens are captured as above, and none expires where this is measured. */
const OAUTH_CONFIGURATION = {
  sessions: {
    main: {
      resources: ['/api/*'],
      capture: ['/sign-in'],
      authorizationServer: { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' },
    },
  },
}
const configurationWithVault = (page: string) => ({
  sessions: { main: { resources: ['/api/*'], capture: ['/sign-in'], vault: page } },
})
const configurationOfVault = (app: string) => ({ apps: [app], sessions: { main: { refresh: { url: '/token' } } } })
const SMALL = JSON.stringify({
  rows: [
    { id: 1, name: 'Ada' },
    { id: 2, name: 'Grace' },
  ],
})

const newToken = () => randomBytes(TOKEN_BYTES).toString('base64url')

/** The tokens of one origin, and what its server has received. */
class Issuer {
  /** When each access token expires, in ms since the epoch. */
  readonly #expiries = new Map<string, number>()
  #refreshToken = ''
  refreshes = 0

  constructor(constant: string) {
    this.#expiries.set(constant, Infinity)
  }

  issue(lifetimeSeconds: number): object {
    const token = newToken()
    this.#expiries.set(token, Date.now() + lifetimeSeconds * 1000)
    this.#refreshToken = newToken()
    return { access_token: token, refresh_token: this.#refreshToken, token_type: 'Bearer', expires_in: lifetimeSeconds }
  }

  /**
   * A refresh token is valid once. A reused one is refused; the new tokens stay valid, since not every server
   * revokes the family.
   */
  refresh(refreshToken: string | null): object | undefined {
    this.refreshes++
    return refreshToken === this.#refreshToken ? this.issue(LONG_SECONDS) : undefined
  }

  accepts(authorization: string | undefined): boolean {
    const expiry = this.#expiries.get(authorization?.replace('Bearer ', '') ?? '')
    return expiry !== undefined && Date.now() < expiry
  }

  /** Every access token issued so far is refused from now on. */
  revoke(): void {
    for (const token of this.#expiries.keys()) this.#expiries.set(token, 0)
  }
}

/** A page that takes orders. */
export interface Tab {
  give<Name extends Order>(name: Name, order: Orders[Name]['order']): Promise<Orders[Name]['result']>
}

/** Folders: the project, the built scripts of the pages, the build of Bearer Worker. */
export interface Places {
  readonly root: string
  readonly pages: string
  readonly dist: string
}

export class BenchServer {
  readonly #issuers = new Map<string, Issuer>()
  readonly #constant = newToken()
  readonly #files = new Map<string, { readonly type: string; readonly text: string | Buffer }>()
  readonly #arrivals = new Map<string, (tab: Tab) => void>()
  readonly #server: Server

  private constructor({ root, pages, dist }: Places) {
    for (const { name } of contenders) {
      this.#issuers.set(name, new Issuer(this.#constant))
      this.#addFiles(name, { root, pages, dist })
    }
    this.#server = createServer((request, response) => void this.#handle(request, response))
    // Keeps connections open that are idle while other contenders are measured.
    this.#server.keepAliveTimeout = 3_600_000
    this.#server.requestTimeout = 0
    this.#server.on('upgrade', (request, socket) => {
      const key = `${nameOf(request)}${new URL(request.url!, 'http://localhost').search}`
      let last = 0
      const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>()
      const texts: TextSocket = accept(request, socket, (text) => {
        const { id, result, error } = JSON.parse(text)
        if (error === undefined) waiting.get(id)?.resolve(result)
        else waiting.get(id)?.reject(new Error(`${key}: ${error}`))
        waiting.delete(id)
      })
      socket.once('close', () => {
        for (const { reject } of waiting.values()) reject(new Error(`${key}: the page is gone`))
      })
      this.#arrivals.get(key)?.({
        give: (name, order) =>
          new Promise((resolve, reject) => {
            waiting.set(++last, { resolve, reject })
            texts.send(JSON.stringify({ id: last, name, order }))
          }),
      })
    })
  }

  static async start(places: Places): Promise<BenchServer> {
    const server = new BenchServer(places)
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve))
    return server
  }

  origin(name: string): string {
    const host = name === 'vault' ? VAULTED : name
    return `http://${host}.localhost:${(this.#server.address() as AddressInfo).port}`
  }

  issuer(name: Name): Issuer {
    return this.#issuers.get(name)!
  }

  /** Resolves once the page at this address has connected. */
  arrival(name: Name, tab: number | string): { readonly url: string; readonly tab: Promise<Tab> } {
    const search = `?${tab}`
    return {
      url: `${this.origin(name)}/${search}`,
      tab: new Promise((resolve) => this.#arrivals.set(name + search, resolve)),
    }
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #addFiles(name: Name, { root, pages, dist }: Places): void {
    const { page, worker, html = '', oauth = false, direct = false, vault = false } = contender(name)
    const add = (path: string, type: string, text: string | Buffer) => this.#files.set(name + path, { type, text })
    const script = (path: string, text: string | Buffer) => add(path, 'text/javascript; charset=utf-8', text)
    add(
      '/',
      'text/html; charset=utf-8',
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>${name}</title><link rel="icon" href="data:,">${html}<body><script src="/page.js"></script></body></html>`,
    )
    script('/page.js', readFileSync(join(pages, `${page}.js`)))
    if (worker)
      script(
        '/worker.js',
        readFileSync(join(root, `bench/workers/${worker}.js`), 'utf8').replaceAll('TOKEN', this.#constant),
      )
    if (page === 'axa') {
      script(
        '/OidcServiceWorker.js',
        readFileSync(join(root, 'node_modules/@axa-fr/oidc-client-service-worker/dist/OidcServiceWorker.js')),
      )
      script(
        '/OidcTrustedDomains.js',
        "const trustedDomains = { bench: { oidcDomains: [location.origin], accessTokenDomains: [location.origin + '/api/'] } }",
      )
    }
    if (page === 'ours') {
      script('/bearer-worker.js', readFileSync(join(dist, 'bearer-worker.js')))
      script('/bearer-worker.sw.js', readFileSync(join(dist, 'bearer-worker.sw.js')))
      if (oauth) script('/bearer-worker.oauth.js', readFileSync(join(dist, 'bearer-worker.oauth.js')))
      if (vault)
        for (const file of FILES_OF_VAULT)
          add(`/${file}`, file.endsWith('.js') ? 'text/javascript' : 'text/html', readFileSync(join(dist, file)))
      else
        add(
          '/bearer-worker.json',
          'application/json',
          JSON.stringify(oauth ? OAUTH_CONFIGURATION : configurationOf(direct)),
        )
    }
  }

  /** They name the port, which is known only by now. */
  #configurationWithVault(path: string): object | undefined {
    const page = `${this.origin(ITS_VAULT)}/${FILES_OF_VAULT[0]}`
    if (path === '/bearer-worker.json') return configurationWithVault(page)
    return path === '/bearer-worker.vault.json' ? configurationOfVault(this.origin('vault')) : undefined
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://localhost')
    const name = nameOf(request)
    const issuer = this.#issuers.get(name)
    const send = (status: number, body: string | Buffer, type = 'application/json', headers = {}) => {
      response.writeHead(status, {
        'content-type': type,
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
        ...headers,
      })
      response.end(body)
    }
    if (!issuer) return send(404, '{}')
    if (url.pathname.startsWith('/api/')) {
      // Reads an upload to its end before it refuses it, as most servers do.
      if (request.method === 'POST') for await (const _ of request);
      if (url.pathname === '/api/refused' || !issuer.accepts(request.headers.authorization))
        return send(401, '{"error":"invalid_token"}', undefined, { 'www-authenticate': 'Bearer error="invalid_token"' })
      if (url.pathname === '/api/down') return sendBytes(response, Number(url.searchParams.get('bytes')))
      return send(200, SMALL)
    }
    switch (url.pathname) {
      case '/other/small':
        return send(200, SMALL)
      case '/sign-in':
        return send(200, JSON.stringify(issuer.issue(Number(url.searchParams.get('lifetime')))))
      case '/token': {
        let body = ''
        for await (const chunk of request.setEncoding('utf8')) body += chunk
        const form = new URLSearchParams(body)
        if (form.get('grant_type') === 'authorization_code')
          return send(200, JSON.stringify(issuer.issue(Number(form.get('code')))))
        const tokens = issuer.refresh(form.get('refresh_token'))
        await new Promise((resolve) => setTimeout(resolve, REFRESH_MS))
        return tokens ? send(200, JSON.stringify(tokens)) : send(400, '{"error":"invalid_grant"}')
      }
      default: {
        const configuration = name === 'vault' ? this.#configurationWithVault(url.pathname) : undefined
        if (configuration) return send(200, JSON.stringify(configuration))
        const file = this.#files.get(name + url.pathname)
        return file ? send(200, file.text, file.type) : send(404, '{}')
      }
    }
  }
}

/** The vault's own origin has the same files as its app, and the same issuer. */
const nameOf = ({ headers }: IncomingMessage): string =>
  (headers.host ?? '').startsWith(ITS_VAULT) ? 'vault' : (headers.host?.split('.')[0] ?? '')

const PIECE = Buffer.alloc(65_536, 'x')

function sendBytes(response: ServerResponse, bytes: number): void {
  response.writeHead(200, {
    'content-type': 'application/octet-stream',
    'content-length': bytes,
    'cache-control': 'no-store',
  })
  let left = bytes
  const more = () => {
    while (left > 0) {
      const piece = PIECE.subarray(0, left)
      left -= piece.length
      if (!response.write(piece)) return
    }
    response.off('drain', more)
    response.end()
  }
  response.on('drain', more)
  more()
}
