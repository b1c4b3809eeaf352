/** What the libraries of `examples/libraries` talk to: it really refuses tokens that are not good. */
import { deflateSync, crc32 } from 'node:zlib'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { lighthouse } from '../../scripts/demo/pictures.ts'
import { answerJson, answerText } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { type ReceivedRequest, receive } from '../../src/testing/servers/received-request.ts'

const ROWS = [
  { id: 1, name: 'Bell Rock' },
  { id: 2, name: 'Cordouan' },
]

type Answer = (response: ServerResponse, request: ReceivedRequest) => void

const json =
  (body: unknown): Answer =>
  (response) =>
    answerJson(response, 200, body)
const text =
  (body: string, type: string): Answer =>
  (response) =>
    answerText(response, 200, body, { 'content-type': type })
const bytes =
  (body: Buffer, type: string): Answer =>
  (response) =>
    void response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body)

/** By method and path below `/api/`; `*` at the end stands for any rest. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  'GET rows': json(ROWS),
  'GET rows.html': text(
    `<turbo-frame id="rows"><ul>${ROWS.map(({ name }) => `<li>${name}</li>`).join('')}</ul></turbo-frame>`,
    'text/html',
  ),
  'POST graphql': json({ data: { rows: ROWS.map((row) => ({ __typename: 'Row', ...row })) } }),
  'POST graphql/stream': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const events = ROWS.map(({ name }) => `event: next\ndata: ${JSON.stringify({ data: { row: { name } } })}\n\n`)
    response.end(`${events.join('')}event: complete\n\n`)
  },
  'GET trpc/*': json([{ result: { data: ROWS } }]),
  'POST lighthouses.Lighthouses/List': json(ROWS.map(({ name }) => name)),
  'POST uploads': json({ url: '/api/uploads/1' }),
  'POST files': (response) =>
    void response.writeHead(201, { location: '/api/files/1', 'tus-resumable': '1.0.0' }).end(),
  'PATCH files/1': (response, { headers, bodyLength }) => {
    const offset = Number(headers['upload-offset']) + bodyLength
    response.writeHead(204, { 'upload-offset': String(offset), 'tus-resumable': '1.0.0' }).end()
  },
  'GET hls/list.m3u8': text(
    '#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nsegment.ts\n#EXT-X-ENDLIST\n',
    'application/vnd.apple.mpegurl',
  ),
  'GET hls/segment.ts': bytes(Buffer.alloc(188 * 10, Buffer.from([0x47])), 'video/mp2t'),
  'GET tone.wav': bytes(tone(), 'audio/wav'),
  'GET document.pdf': bytes(pdf(), 'application/pdf'),
  'GET pictures/*': text(lighthouse(1, true), 'image/svg+xml'),
  'GET tiles/*': (response, { path }) =>
    path.endsWith('.png')
      ? bytes(png(), 'image/png')(response, {} as never)
      : text('<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"/>', 'image/svg+xml')(
          response,
          {} as never,
        ),
  'GET openapi.json': json({
    openapi: '3.0.3',
    info: { title: 'Lighthouses', version: '1' },
    paths: { '/api/rows': { get: { responses: { 200: { description: 'All of them' } } } } },
  }),
  'POST reports': json({}),
  'POST hub/negotiate': json({
    negotiateVersion: 1,
    connectionId: 'one',
    connectionToken: 'one',
    availableTransports: [{ transport: 'ServerSentEvents', transferFormats: ['Text'] }],
  }),
  'POST hub': (response) => void response.writeHead(200).end(),
  'DELETE hub': (response) => void response.writeHead(202).end(),
  /** A hub that answers the handshake, and then invokes `row` at the client. */
  'GET hub': (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    const messages = ['{}', ...ROWS.map(({ name }) => JSON.stringify({ type: 1, target: 'row', arguments: [name] }))]
    response.write(messages.map((message) => `data: ${message}\u001e\n\n`).join(''))
  },
}

export class LibraryApi {
  /** Requests that arrived without a token. */
  readonly bare: string[] = []
  readonly refused: string[] = []
  readonly #issuer: Issuer
  readonly #sockets = socketServer()

  constructor(issuer: Issuer) {
    this.#issuer = issuer
  }

  readonly handle: Handler = async (request, response) => {
    const { method, url = '', headers } = request
    const name = `${method} ${url.slice('/api/'.length).replace(/\?.*/, '')}`
    const [scheme, token = ''] = headers.authorization?.split(' ') ?? []
    if (scheme === undefined) this.bare.push(name)
    if (!this.#issuer.accepts(token)) {
      this.refused.push(name)
      await receive(request)
      return answerJson(
        response,
        401,
        { error: 'invalid_token' },
        { 'www-authenticate': 'Bearer error="invalid_token"' },
      )
    }
    if (url.startsWith('/api/socket.io/')) return this.#sockets.handleRequest(request, response)
    const received = await receive(request)
    const [, answer] =
      Object.entries(ANSWERS).find(([pattern]) =>
        pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
      ) ?? []
    if (answer) answer(response, received)
    else answerJson(response, 404, { error: name })
  }
}

/** What of engine.io is used here. */
interface EngineServer {
  handleRequest(request: IncomingMessage, response: ServerResponse): void
}

/** The real server of socket.io, which the packages of `examples/libraries` contain. */
function socketServer(): EngineServer {
  const require = createRequire(join(import.meta.dirname, '../../examples/libraries/package.json'))
  const { Server } = require('socket.io') as {
    Server: new () => {
      bind(engine: EngineServer): void
      on(name: string, listener: (socket: { emit(name: string, rows: unknown): void }) => void): void
    }
  }
  const { Server: Engine } = createRequire(require.resolve('socket.io'))('engine.io') as {
    Server: new () => EngineServer
  }
  const engine = new Engine()
  const sockets = new Server()
  sockets.bind(engine)
  sockets.on('connection', (socket) => socket.emit('rows', ROWS))
  return engine
}

/** A tenth of a second of silence. */
function tone(): Buffer {
  const header = Buffer.from('RIFF....WAVEfmt ....................data....', 'latin1')
  const length = 1600
  header.writeUInt32LE(36 + length, 4)
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(8000, 24)
  header.writeUInt32LE(16_000, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.writeUInt32LE(length, 40)
  return Buffer.concat([header, Buffer.alloc(length)])
}

/** One empty page. */
function pdf(): Buffer {
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>',
  ]
  const body = objects.map((object, index) => `${index + 1} 0 obj\n${object}\nendobj\n`).join('')
  return Buffer.from(`%PDF-1.4\n${body}trailer\n<< /Root 1 0 R /Size 4 >>\n%%EOF\n`)
}

/** One white pixel. */
function png(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const typed = Buffer.concat([Buffer.from(type), data])
    const [length, check] = [data.length, crc32(typed)].map((number) => {
      const four = Buffer.alloc(4)
      four.writeUInt32BE(number)
      return four
    })
    return Buffer.concat([length!, typed, check!])
  }
  const head = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head),
    chunk('IDAT', deflateSync(Buffer.from([0, 255]))),
    chunk('IEND', Buffer.alloc(0)),
  ])
}
