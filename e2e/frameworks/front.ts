import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, request as send, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { extname, join } from 'node:path'
import { type Listening, listenOnLoopback } from '../../scripts/demo/listen-on-loopback.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { FOLDER } from './commands.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}

/** Files of a build, as a host of static sites serves them. */
export interface Files {
  /** In `examples/frameworks`; the first folder that has a file counts. */
  readonly folders: readonly string[]
  /** The URL path that they lie below. */
  readonly below: string
  /** What a path without a file gets: the app. */
  readonly fallback?: string
}

/** One origin for a site: its API and its sign-in, and behind them a program, or files. */
export function startFront(api: ReadonlyMap<string, Handler>, rest: string | Files): Promise<Listening> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const [, handle] = [...api].find(([prefix]) => pathname.startsWith(prefix)) ?? []
    if (handle) return handle(request, response)
    if (typeof rest === 'string') return forward(request, response, rest)
    serveFile(pathname, response, rest)
  })
  if (typeof rest === 'string')
    server.on('upgrade', (request, socket, head) => {
      const { hostname, port } = new URL(rest)
      const upstream = connect(Number(port), hostname, () => {
        const lines = request.rawHeaders.map((each, index) => (index % 2 ? `${each}\r\n` : `${each}: `)).join('')
        upstream.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines}\r\n`)
        upstream.write(head)
        socket.pipe(upstream).pipe(socket)
      })
      for (const end of [upstream, socket]) end.on('error', () => (upstream.destroy(), socket.destroy()))
    })
  return listenOnLoopback(server)
}

function forward(request: IncomingMessage, response: ServerResponse, origin: string): void {
  const { method, headers, url = '/' } = request
  const forwarded = send(new URL(url, origin), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  forwarded.on('error', () => response.destroy())
  request.pipe(forwarded)
}

function serveFile(pathname: string, response: ServerResponse, { folders, below, fallback }: Files): void {
  const path = pathname.startsWith(below) ? pathname.slice(below.length) : undefined
  const candidates = path === undefined || path.includes('..') ? [] : [path, join(path, 'index.html')]
  const isPage = !extname(pathname)
  const names = [...candidates, ...(fallback !== undefined && isPage ? [fallback] : [])]
  const file = names
    .flatMap((name) => folders.map((folder) => join(FOLDER, folder, name)))
    .find((each) => existsSync(each) && statSync(each).isFile())
  if (file === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found')
  const headers = { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'cache-control': 'no-cache' }
  response.writeHead(200, headers)
  createReadStream(file).pipe(response)
}
