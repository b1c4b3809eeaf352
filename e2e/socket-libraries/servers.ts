/** The servers that the libraries speak to. Each greets an authorized client, and closes its sockets when their token has ended. */
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Socket } from 'node:net'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Issuer } from '../../src/testing/servers/issuer.ts'

/** The packages of this suite are beside it. */
const require = createRequire(join(import.meta.dirname, 'package.json'))

/** Whom a server lets in. */
export class Door {
  /** The tokens of the clients that were let in, in order. */
  readonly authorized: string[] = []
  /** How often a token was refused. */
  refusals = 0
  readonly #issuer: Issuer

  constructor(issuer: Issuer) {
    this.#issuer = issuer
  }

  /** What a client is greeted with; undefined for one whose token is not good. */
  greeting(token: string | null | undefined): string | undefined {
    if (!token || !this.#issuer.accepts(token)) {
      this.refusals++
      return undefined
    }
    this.authorized.push(token)
    return `hello ${this.authorized.length}`
  }
}

export interface LibraryServer {
  /** Its path, which the page opens a socket to. */
  readonly path: string
  /** `sockets` of the configuration, without `url`. */
  readonly way: object
  /** Closes every socket, as this server does when a token has ended. */
  readonly close: () => void
}

type Start = (server: Server, door: Door) => LibraryServer | Promise<LibraryServer>

const tokenIn = ({ url = '/' }: IncomingMessage, name: string) =>
  new URL(url, 'http://localhost').searchParams.get(name)

/** `ws` behind a handshake that is refused with a status. */
function guarded(server: Server, accepts: (request: IncomingMessage) => ((socket: WebSocket) => void) | undefined) {
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const welcome = accepts(request)
    if (!welcome) return socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
    return sockets.handleUpgrade(request, socket, head, welcome)
  })
  return { closeAll: (code: number) => sockets.clients.forEach((socket) => void socket.close(code)) }
}

/** A plain feed that lets everybody connect, and says 4401 to a token that is not good. */
const feed: Start = (server, door) => {
  const sockets = new WebSocketServer({ server, path: '/feed' })
  sockets.on('connection', (socket, request) => {
    const greeting = door.greeting(tokenIn(request, 'access_token'))
    if (greeting === undefined) socket.close(4401)
    else socket.send(greeting)
  })
  return {
    path: '/feed',
    way: { parameter: 'access_token' },
    close: () => sockets.clients.forEach((socket) => void socket.close(4401)),
  }
}

const graphql: Start = (server, door) => {
  const { buildSchema } = require('graphql') as typeof import('graphql')
  // Both by require: two copies of graphql refuse each other's schemas.
  const { useServer } = require('graphql-ws/use/ws') as typeof import('graphql-ws/use/ws')
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  useServer<{ authToken?: string }, { greeting?: string | undefined }>(
    {
      schema: buildSchema('type Query { x: Int } type Subscription { greeting: String }'),
      onConnect: ({ connectionParams, extra }) =>
        (extra.greeting = door.greeting(connectionParams?.authToken)) !== undefined,
      context: ({ extra: { greeting } }) => ({ greeting }),
      roots: {
        subscription: {
          async *greeting(_: object, { greeting }: { greeting?: string }) {
            yield { greeting }
            await new Promise(() => {})
          },
        },
      },
    },
    sockets as never,
  )
  return {
    path: '/graphql',
    way: {
      firstMessage: { type: 'connection_init', payload: { authToken: '{accessToken}' } },
      // What the library closes with where onConnect returns false.
      closeCodes: [4403],
    },
    close: () => sockets.clients.forEach((socket) => void socket.close(4403, 'Forbidden')),
  }
}

const socketIo: Start = (server, door) => {
  const { Server: SocketIoServer } = require('socket.io') as {
    Server: new (server: Server, options: object) => SocketIo
  }
  const io = new SocketIoServer(server, {
    cors: { origin: true },
    allowRequest: (
      request: IncomingMessage & { greeting?: string | undefined },
      decide: (error: null, isGood: boolean) => void,
    ) => {
      const greeting = door.greeting(tokenIn(request, 'access_token'))
      if (greeting !== undefined) request.greeting = greeting
      decide(null, greeting !== undefined)
    },
  })
  io.on('connection', (socket) => socket.emit('greeting', socket.request.greeting))
  // Its path is fixed, and the page names the origin only.
  return {
    path: '/',
    way: { parameter: 'access_token' },
    close: () => io.sockets.sockets.forEach((socket) => void socket.conn.close()),
  }
}

interface SocketIo {
  on(event: 'connection', listener: (socket: SocketIoSocket) => void): void
  readonly sockets: { readonly sockets: ReadonlyMap<string, SocketIoSocket> }
}

interface SocketIoSocket {
  readonly request: { readonly greeting: string }
  readonly conn: { close(): void }
  emit(event: string, text: string): void
}

/**
 * The hub protocol of SignalR in JSON: `negotiate`, a handshake, then messages that end in a record separator. The servers of
 * npm for it are fakes without authorization, so this one is written after the specification.
 * @see https://github.com/dotnet/aspnetcore/blob/main/src/SignalR/docs/specs/HubProtocol.md
 */
const signalR: Start = (server, door) => {
  const END = '\u001e'
  server.on('request', (request: IncomingMessage, response) => {
    response.setHeader('access-control-allow-origin', '*')
    response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*')
    response.setHeader('content-type', 'application/json')
    if (request.method === 'OPTIONS') return response.end()
    const availableTransports = [{ transport: 'WebSockets', transferFormats: ['Text', 'Binary'] }]
    response.end(JSON.stringify({ negotiateVersion: 1, connectionId: 'c', connectionToken: 't', availableTransports }))
  })
  const { closeAll } = guarded(server, (request) => {
    const greeting = door.greeting(tokenIn(request, 'access_token'))
    if (greeting === undefined) return undefined
    return (socket) =>
      socket.once('message', () => {
        socket.send(`{}${END}`)
        socket.send(JSON.stringify({ type: 1, target: 'greeting', arguments: [greeting] }) + END)
      })
  })
  return { path: '/hub', way: { parameter: 'access_token' }, close: () => closeAll(1001) }
}

/**
 * Channels of Phoenix: it runs on Erlang, so this one is written after the protocol, in both versions.
 * @see https://hexdocs.pm/phoenix/writing_a_channels_client.html
 */
const phoenix =
  (parameter: string): Start =>
  (server, door) => {
    const { closeAll } = guarded(server, (request) => {
      const greeting = door.greeting(tokenIn(request, parameter))
      if (greeting === undefined) return undefined
      const isOld = tokenIn(request, 'vsn')?.startsWith('1') === true
      return (socket) =>
        socket.on('message', (data) => {
          const received = JSON.parse(String(data)) as PhoenixMessage
          const [joinRef, ref, topic, event] = Array.isArray(received)
            ? received
            : [received.join_ref, received.ref, received.topic, received.event]
          const say = (event: string, payload: object, answered: string | null) =>
            socket.send(
              JSON.stringify(
                isOld
                  ? { topic, event, payload, ref: answered, join_ref: joinRef }
                  : [joinRef, answered, topic, event, payload],
              ),
            )
          say('phx_reply', { status: 'ok', response: { postgres_changes: [] } }, ref)
          if (event !== 'phx_join') return
          if (topic.startsWith('realtime:'))
            say('broadcast', { type: 'broadcast', event: 'greeting', payload: { text: greeting } }, null)
          else say('greeting', { text: greeting }, null)
        })
    })
    return { path: '/socket', way: { parameter }, close: () => closeAll(1011) }
  }

type PhoenixMessage =
  | [joinRef: string, ref: string, topic: string, event: string]
  | { readonly join_ref: string; readonly ref: string; readonly topic: string; readonly event: string }

interface Library {
  /** The app, in `apps/`. */
  readonly app: string
  readonly packageName: string
  /** What speaks to it. */
  readonly server: string
  readonly start: Start
  /** What the page shows of a greeting, where it is not the greeting itself. */
  readonly shown?: (greeting: string) => string
}

export const LIBRARIES: readonly Library[] = [
  { app: 'graphql-ws', packageName: 'graphql-ws', server: '`graphql-ws` on `ws`', start: graphql },
  { app: 'socket.io-client', packageName: 'socket.io-client', server: '`socket.io`', start: socketIo },
  { app: 'signalr', packageName: '@microsoft/signalr', server: 'a stand-in of the hub protocol', start: signalR },
  { app: 'phoenix', packageName: 'phoenix', server: 'a stand-in of channels', start: phoenix('token') },
  { app: 'supabase', packageName: '@supabase/realtime-js', server: 'a stand-in of channels', start: phoenix('apikey') },
  { app: 'reconnecting-websocket', packageName: 'reconnecting-websocket', server: '`ws`', start: feed },
  { app: 'react-use-websocket', packageName: 'react-use-websocket', server: '`ws`', start: feed },
  {
    app: 'zone',
    packageName: 'zone.js',
    server: '`ws`',
    start: feed,
    shown: (greeting) => `${greeting} in the zone of the app`,
  },
  {
    app: 'msw',
    packageName: '@mswjs/interceptors',
    server: '`ws`',
    start: feed,
    shown: (greeting) => `${greeting} by MSW`,
  },
  { app: 'sentry', packageName: '@sentry/browser', server: '`ws`', start: feed },
]

export interface RunningServer extends LibraryServer {
  readonly server: Server
  /** Ends all connections, those of sockets too. */
  readonly endConnections: () => void
}

/** Starts the server of a library on a port of its own. */
export async function startServer(start: Start, door: Door): Promise<RunningServer> {
  const server = createServer()
  const connections = new Set<Socket>()
  server.on('connection', (connection) => connections.add(connection))
  return {
    ...(await start(server, door)),
    server,
    endConnections() {
      for (const connection of connections) connection.destroy()
    },
  }
}
