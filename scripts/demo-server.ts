/** The demo: a site, once with and once without a vault, an API, and an authorization server for each; all on origins of their own. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { type Context, Hono } from 'hono'
import { startAuthorizationServer } from './demo/authorization-server.ts'
import { startBaserow } from './demo/baserow.ts'
import { configurationsOf, type DemoServers } from './demo/configurations.ts'
import { type Listening, listenOnLoopback } from './demo/listen-on-loopback.ts'
import { POLICY_OF_ATTACKS, policyOfPage, policyOfVault } from './demo/policies.ts'

export interface DemoOptions {
  readonly root: string
  /** The port of the site; the other servers take the next free ports. */
  readonly port: number
  readonly lifetimeSeconds?: number
  /** How long a refresh takes at the first API, in ms: long enough to see what waits for it. */
  readonly refreshMs?: number
}

export interface Demo extends Listening {
  /** The origin of the same page with a vault, and of that vault. */
  readonly withVault: string
  readonly vault: string
  readonly baserow: string
  readonly authorizationServer: string
  readonly authorizationServerOfVault: string
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
}

/** Two names of one site: to browsers, `app.localhost` and `auth.localhost` would be two. */
const APP = 'app.site.localhost'
const VAULT = 'auth.site.localhost'
/** The authorization server of the page with a vault is of the same site, so that a frame of an attack has its cookies. */
const ID = 'id.site.localhost'

/** What a vault needs, and nothing else is on its origin. */
const FILES_OF_VAULT = ['/bearer-worker.vault.html', '/bearer-worker.vault.js']

export async function startDemo({ root, port, lifetimeSeconds = 20, refreshMs = 700 }: DemoOptions): Promise<Demo> {
  const site = new Hono()
  const listening = await listenNear(port, (free) =>
    listenOnLoopback(createServer(getRequestListener(site.fetch)), free),
  )
  const sitePort = Number(new URL(listening.url).port)
  const [app, vault] = [APP, VAULT].map((host) => `http://${host}:${sitePort}`) as [string, string]
  const baserow = await listenNear(sitePort + 1, (free) => startBaserow({ port: free, lifetimeSeconds, refreshMs }))
  const id = await listenNear(portAfter(baserow), (free) =>
    startAuthorizationServer({ port: free, siteOrigin: listening.url, lifetimeSeconds }),
  )
  const idOfVault = await listenNear(portAfter(id), (free) =>
    startAuthorizationServer({
      port: free,
      host: ID,
      siteOrigin: app,
      redirectUri: `${vault}/bearer-worker.vault.html`,
      otherOrigins: [vault],
      lifetimeSeconds,
    }),
  )
  serveSite(site, {
    root,
    lifetimeSeconds,
    plain: listening.url,
    servers: { baserow: baserow.url, id, idOfVault, app, vault },
  })
  return {
    url: listening.url,
    withVault: app,
    vault,
    baserow: baserow.url,
    authorizationServer: id.url,
    authorizationServerOfVault: idOfVault.url,
    close: async () => void (await Promise.all([listening, baserow, id, idOfVault].map((each) => each.close()))),
  }
}

const portAfter = ({ url }: Listening): number => Number(new URL(url).port) + 1

interface Served {
  readonly root: string
  readonly lifetimeSeconds: number
  /** The origin of the page without a vault. */
  readonly plain: string
  readonly servers: DemoServers
}

/** The same page twice, and the vault: which of them, the name says that the browser asks by. */
function serveSite(site: Hono, { root, lifetimeSeconds, plain, servers }: Served): void {
  const configurations = configurationsOf(servers)
  const nameOf = ({ req }: Context): string => (req.header('host') ?? '').replace(/:\d+$/, '')
  const idOf = (context: Context) => (nameOf(context) === APP ? servers.idOfVault : servers.id)
  const policyOf = (context: Context): string => {
    if (nameOf(context) === VAULT) return policyOfVault(servers)
    if (context.req.path === '/attack.html') return POLICY_OF_ATTACKS
    return policyOfPage(servers, idOf(context).url, nameOf(context) === APP)
  }
  site.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-cache')
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('Referrer-Policy', nameOf(context) === VAULT ? 'no-referrer' : 'strict-origin-when-cross-origin')
    context.header('Content-Security-Policy', policyOf(context))
    if (nameOf(context) === VAULT) context.header('Origin-Agent-Cluster', '?1')
  })
  site.use(async (context, next) => {
    if (nameOf(context) !== VAULT) return next()
    const { path } = context.req
    if (path === '/bearer-worker.vault.json') return context.json(configurations.vault)
    return FILES_OF_VAULT.includes(path) ? next() : context.text('Not found', 404)
  })
  site.get('/bearer-worker.json', (context) =>
    context.json(nameOf(context) === APP ? configurations.withVault : configurations.plain),
  )
  site.get('/demo.json', (context) => {
    const { url: logbook, issuer, clientId } = idOf(context)
    const hasVault = nameOf(context) === APP
    return context.json({
      lighthouses: servers.baserow,
      logbook,
      lifetimeSeconds,
      // For the switch, and for the attacks: whatever a page of the site can know.
      issuer,
      clientId,
      pages: { plain, withVault: servers.app },
      ...(hasVault && { vault: servers.vault, vaultConfiguration: configurations.vault }),
    })
  })
  site.get('/interceptors.txt', async (context) => context.text(await interceptorsIn(root)))
  site.get('*', async (context) => {
    const path = context.req.path === '/' ? '/index.html' : context.req.path
    if (!/^(\/[\w-][\w.-]*)+$/.test(path)) return context.text('Not found', 404)
    for (const folder of ['public', 'dist']) {
      const file = await readFile(join(root, folder, path)).catch(() => undefined)
      if (file)
        return context.body(file, 200, { 'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream' })
    }
    return context.text('Not found', 404)
  })
}

/** The interceptors that the README shows, which a test runs. */
async function interceptorsIn(root: string): Promise<string> {
  const program = await readFile(join(root, 'examples/axios/src/by-hand.js'), 'utf8')
  return /\/\/ #region interceptors\n([^]*?)\/\/ #endregion/.exec(program)?.[1] ?? ''
}

/** Starts on this port, or on the next free one. */
async function listenNear<T>(port: number, start: (port: number) => Promise<T>): Promise<T> {
  for (let candidate = port; candidate < port + 20; candidate++) {
    if (await isTakenOnIpv6(candidate)) continue
    try {
      return await start(candidate)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
    }
  }
  return start(0)
}

/** Browsers try `::1` first for `localhost`: another server there would get our requests. */
async function isTakenOnIpv6(port: number): Promise<boolean> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ port, host: '::1' }, () => server.close(() => resolve(false)))
  })
}
