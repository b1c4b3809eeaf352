/** The demo: a site, an API and an authorization server, each on an origin of its own. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { Hono } from 'hono'
import { startAuthorizationServer } from './demo/authorization-server.ts'
import { startBaserow } from './demo/baserow.ts'
import { type Listening, listenOnLoopback } from './demo/listen-on-loopback.ts'

export interface DemoOptions {
  readonly root: string
  /** The port of the site; the other two servers take the next free ports. */
  readonly port: number
  readonly lifetimeSeconds?: number
  /** How long a refresh takes at the first API, in ms: long enough to see what waits for it. */
  readonly refreshMs?: number
}

export interface Demo extends Listening {
  readonly baserow: string
  readonly authorizationServer: string
}

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.map': 'application/json',
}

export async function startDemo({ root, port, lifetimeSeconds = 20, refreshMs = 700 }: DemoOptions): Promise<Demo> {
  const app = new Hono()
  const site = await listenNear(port, (free) => listenOnLoopback(createServer(getRequestListener(app.fetch)), free))
  const next = Number(new URL(site.url).port) + 1
  const baserow = await listenNear(next, (free) => startBaserow({ port: free, lifetimeSeconds, refreshMs }))
  const id = await listenNear(Number(new URL(baserow.url).port) + 1, (free) =>
    startAuthorizationServer({ port: free, siteOrigin: site.url, lifetimeSeconds }),
  )

  const configuration = {
    $schema: './bearer-worker.schema.json',
    sessions: {
      lighthouses: {
        resources: [`${baserow.url}/api/*`, `${baserow.url}/pictures/*`],
        scheme: 'JWT',
        capture: [`${baserow.url}/api/user/token-auth/`],
        refresh: { url: `${baserow.url}/api/user/token-refresh/`, body: 'json' },
        invalidToken: { statuses: [401], errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] },
        sessionEnded: { errorCodes: ['ERROR_INVALID_REFRESH_TOKEN'] },
      },
      logbook: {
        resources: [`${id.url}/rows`],
        capture: [`${id.url}/demo/sign-in`],
        authorizationServer: {
          issuer: id.issuer,
          clientId: id.clientId,
          redirectUri: '/signed-in',
          scope: 'openid offline_access profile rows',
        },
      },
    },
  }

  app.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-cache')
    context.header('X-Content-Type-Options', 'nosniff')
    context.header(
      'Content-Security-Policy',
      `default-src 'none'; script-src 'self'; style-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; ` +
        `frame-src 'self'; frame-ancestors 'self'; ` +
        `img-src 'self' ${baserow.url}; connect-src 'self' ${baserow.url} ${id.url}`,
    )
  })
  app.get('/bearer-worker.json', (context) => context.json(configuration))
  app.get('/demo.json', (context) => context.json({ lighthouses: baserow.url, logbook: id.url, lifetimeSeconds }))
  app.get('/interceptors.txt', async (context) => context.text(await interceptorsIn(root)))
  app.get('*', async (context) => {
    const path = context.req.path === '/' ? '/index.html' : context.req.path
    if (!/^(\/[\w-][\w.-]*)+$/.test(path)) return context.text('Not found', 404)
    for (const folder of ['public', 'dist']) {
      const file = await readFile(join(root, folder, path)).catch(() => undefined)
      if (file)
        return context.body(file, 200, { 'Content-Type': contentTypes[extname(path)] ?? 'application/octet-stream' })
    }
    return context.text('Not found', 404)
  })

  return {
    url: site.url,
    baserow: baserow.url,
    authorizationServer: id.url,
    close: async () => void (await Promise.all([site.close(), baserow.close(), id.close()])),
  }
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
