import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { setImmediate as turn } from 'node:timers/promises'
import { answerJson } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import { type Handler, listen, type Listener } from '../../src/testing/servers/listener.ts'

/** A request from its first byte on, before it is answered. */
export interface Arrival {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  /** Header names and values as they were sent. */
  readonly rawHeaders: readonly string[]
  readonly headers: IncomingMessage['headers']
  readonly authorization: string | undefined
  /** Bytes of the body that arrived so far. The body is not stored. */
  received: number
  hash: string
  /** Resolves if the browser closes the connection before it has the whole response. */
  readonly abandoned: Promise<void>
}

/** ms in which what a test waits for has to arrive. */
const ARRIVAL_MS = 30_000

type Answer = (response: ServerResponse, arrival: Arrival) => void | Promise<void>

/**
 * A resource server for kinds of requests rather than for rows: media with ranges, event streams, redirects, large
 * bodies.
 * It checks the token of every request except below `open/`. Paths are the same at its own origin and below `/r/` of a
 * site.
 */
export class Resources {
  readonly arrivals: Arrival[] = []
  readonly preflights: Arrival[] = []
  /** Whether tokens are checked at all. */
  judges = true
  /** Its CORS mode. Below `closed/` it is `none`, below `star/` it is `wildcard`. */
  cors: 'credentials' | 'wildcard' | 'none' = 'credentials'
  /** Whether browsers may remember the answer to a preflight: 5 s, where a server says nothing of it. */
  cachesPreflights = true
  readonly #issuer: Issuer
  readonly #answers = new Map<string, Answer>()
  readonly #watchers = new Set<() => void>()
  #listener: Listener | undefined

  constructor(issuer: Issuer) {
    this.#issuer = issuer
  }

  static async start(issuer: Issuer): Promise<Resources> {
    const resources = new Resources(issuer)
    resources.#listener = await listen(resources.handle)
    return resources
  }

  url(path: string, host?: string): string {
    return this.#listener!.origin(host) + path
  }

  async stop(): Promise<void> {
    await this.#listener?.stop()
  }

  /** Answers the authorized requests to a path. */
  on(path: string, answer: Answer): void {
    this.#answers.set(path, answer)
  }

  to(path: string): readonly Arrival[] {
    return this.arrivals.filter((arrival) => arrival.path === path)
  }

  /** The first requests to a path, as soon as there are so many. Rejects with what has arrived when they do not come. */
  async arrived(path: string, count = 1): Promise<readonly Arrival[]> {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        this.#watchers.delete(look)
        const all = this.arrivals.map((each) => `${each.method} ${each.path}`).join(', ')
        reject(new Error(`${count} to ${path} did not arrive in ${ARRIVAL_MS / 1000} s; there were: ${all || 'none'}.`))
      }, ARRIVAL_MS)
      const look = () => {
        const found = this.to(path)
        if (found.length < count) return
        this.#watchers.delete(look)
        clearTimeout(limit)
        resolve(found)
      }
      this.#watchers.add(look)
      look()
    })
  }

  readonly handle: Handler = async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const arrival: Arrival = {
      method: request.method ?? '',
      path: pathname.replace(/^\/r(?=\/)/, ''),
      query: searchParams,
      rawHeaders: request.rawHeaders,
      headers: request.headers,
      authorization: request.headers.authorization,
      received: 0,
      hash: '',
      abandoned: new Promise((resolve) => response.once('close', () => response.writableFinished || resolve())),
    }
    if (this.#answerCors(request, response, arrival)) return
    this.arrivals.push(arrival)
    for (const look of [...this.#watchers]) look()
    const hash = createHash('sha256')
    for await (const chunk of request) {
      arrival.received += (chunk as Buffer).length
      hash.update(chunk as Buffer)
    }
    arrival.hash = hash.digest('hex').slice(0, 16)
    if (this.judges && !arrival.path.startsWith('/open/') && !this.#accepts(arrival.authorization)) {
      return answerJson(
        response,
        401,
        { error: 'invalid_token' },
        { 'www-authenticate': 'Bearer realm="r", error="invalid_token"' },
      )
    }
    const answer =
      this.#answers.get(arrival.path) ??
      ANSWERS[arrival.path.replace(/^\/(open|closed|star)(?=\/)/, '').split('/')[1] ?? ''] ??
      echo
    await answer(response, arrival)
  }

  #accepts(authorization: string | undefined): boolean {
    const [scheme, token] = authorization?.split(' ') ?? []
    return scheme === 'Bearer' && token !== undefined && this.#issuer.accepts(token)
  }

  #corsFor(path: string): typeof this.cors {
    if (path.startsWith('/closed/')) return 'none'
    return path.startsWith('/star/') ? 'wildcard' : this.cors
  }

  #answerCors({ method, headers }: IncomingMessage, response: ServerResponse, arrival: Arrival): boolean {
    const { origin } = headers
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
    if (isPreflight) this.preflights.push(arrival)
    const cors = this.#corsFor(arrival.path)
    if (origin !== undefined && cors !== 'none') {
      response.setHeader('access-control-allow-origin', cors === 'wildcard' ? '*' : origin)
      if (cors === 'credentials') response.setHeader('access-control-allow-credentials', 'true')
      response.setHeader('access-control-expose-headers', 'x-seen')
    }
    if (!isPreflight) return false
    response.writeHead(204, {
      'access-control-allow-methods': '*, GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, range, x-own, last-event-id, cache-control, pragma',
      ...(!this.cachesPreflights && { 'access-control-max-age': '0' }),
    })
    response.end()
    return true
  }
}

/**
 * Resolves once the server notices that the browser stopped reading. With Firefox it notices at the next bytes that
 * it sends.
 */
export async function heardOfEnd({ abandoned }: Arrival, send: () => void): Promise<void> {
  const sending = setInterval(send, 50)
  await abandoned
  clearInterval(sending)
}

const echo: Answer = (response, { method, path, received, hash, headers }) =>
  answerJson(
    response,
    200,
    { method, path, received, hash, accept: headers.accept },
    { 'x-seen': 'yes', 'x-hidden': 'yes' },
  )

const empty: Answer = (response) => {
  response.writeHead(204).end()
}

/** The behaviour for each first folder of a path. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  echo,
  empty,
  /** `/status/503`. */
  status: (response, { path }) =>
    answerJson(response, Number(path.split('/').at(-1)), { error: 'asked for' }, { 'retry-after': '7' }),
  /** `/redirect/307?to=…`. */
  redirect: (response, { path, query }) => {
    response
      .writeHead(Number(path.split('/').at(-1)), { location: query.get('to') ?? '/', 'cache-control': 'no-store' })
      .end()
  },
  /** `/bytes/500000000`, generated while they are read. */
  bytes: async (response, { path }) => {
    const total = Number(path.split('/').at(-1))
    response.writeHead(200, {
      'content-type': 'application/octet-stream',
      'content-length': total,
      'cache-control': 'no-store',
    })
    const block = Buffer.alloc(1 << 20, 7)
    const closed = new Promise((resolve) => response.once('close', resolve))
    for (let left = total; left > 0 && !response.destroyed; left -= block.length) {
      if (!response.write(block.subarray(0, Math.min(left, block.length))))
        await Promise.race([new Promise((resolve) => response.once('drain', resolve)), closed])
      else await turn()
    }
    response.end()
  },
  image: (response) => {
    response.writeHead(200, { 'content-type': 'image/svg+xml', 'cache-control': 'no-store' })
    response.end('<svg xmlns="http://www.w3.org/2000/svg" width="3" height="5"><rect width="3" height="5"/></svg>')
  },
  script: (response) => void response.writeHead(200, { 'content-type': 'text/javascript' }).end('self.loaded = true'),
  style: (response) => void response.writeHead(200, { 'content-type': 'text/css' }).end('a { color: red }'),
  document: (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-store' })
      .end('<!doctype html><title>A report</title><p>secret</p>'),
  file: (response) =>
    void response
      .writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-disposition': 'attachment; filename="report.bin"',
      })
      .end('secret'),
  track: (response) =>
    void response.writeHead(200, { 'content-type': 'text/vtt' }).end('WEBVTT\n\n00:00.000 --> 00:09.000\nA line\n'),
  tone: (response, { headers }) => sendTone(response, headers.range),
  events: (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    response.end('id: 1\nevent: named\ndata: one\n\nid: 2\ndata: two\ndata: lines\n\n')
  },
  html: (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/html; charset=iso-8859-1' })
      .end(Buffer.from('<p>Zür\xfcck', 'latin1')),
  xml: (response) => void response.writeHead(200, { 'content-type': 'application/xml' }).end('<a><b/></a>'),
  /** Ends before its `Content-Length` is reached. */
  broken: (response) => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': 1000 })
    response.write('part', () => response.destroy())
  },
  'nothing-yet': () => new Promise<never>(() => {}),
  /** Closes without an answer. */
  nothing: (response) => void response.destroy(),
  cached: (response) =>
    void response
      .writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=600', etag: '"1"' })
      .end('cached'),
  cookie: (response) =>
    void response.writeHead(200, { 'set-cookie': 'seen=yes; Path=/', 'content-type': 'text/plain' }).end('cookie'),
}

/** A tone of two minutes, so long that a browser that seeks has to send a range request. */
const tone = makeTone(120)

function makeTone(seconds: number): Buffer {
  const rate = 8_000
  const bytes = seconds * rate * 2
  const wav = Buffer.alloc(44 + bytes)
  wav.write('RIFF', 0)
  wav.writeUInt32LE(36 + bytes, 4)
  wav.write('WAVEfmt ', 8)
  wav.writeUInt32LE(16, 16)
  wav.writeUInt16LE(1, 20)
  wav.writeUInt16LE(1, 22)
  wav.writeUInt32LE(rate, 24)
  wav.writeUInt32LE(rate * 2, 28)
  wav.writeUInt16LE(2, 32)
  wav.writeUInt16LE(16, 34)
  wav.write('data', 36)
  wav.writeUInt32LE(bytes, 40)
  for (let i = 0; i < bytes / 2; i++) wav.writeInt16LE(Math.round(Math.sin(i / 4) * 8_000), 44 + i * 2)
  return wav
}

function sendTone(response: ServerResponse, range: string | undefined): void {
  const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? []
  const headers = { 'content-type': 'audio/wav', 'accept-ranges': 'bytes', 'cache-control': 'no-store' }
  if (from === undefined) {
    response.writeHead(200, { ...headers, 'content-length': tone.length }).end(tone)
    return
  }
  const end = Math.min(to ? Number(to) : Infinity, tone.length - 1)
  response.writeHead(206, {
    ...headers,
    'content-range': `bytes ${from}-${end}/${tone.length}`,
    'content-length': end - Number(from) + 1,
  })
  // Sends only the beginning: a browser that seeks has to send a range request for the rest.
  if (from === '0') response.write(tone.subarray(0, 300_000))
  else response.end(tone.subarray(Number(from), end + 1))
}
