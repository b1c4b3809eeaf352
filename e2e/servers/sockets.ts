import { createServer, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import { answerCors, answerJson } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import { type Listening, listenOnLoopback } from '../../scripts/demo/listen-on-loopback.ts'

/** A handshake, as it came. */
export interface Handshake {
  readonly path: string
  readonly query: URLSearchParams
  readonly protocols: readonly string[]
  /** The token that it brought, or that its first message brought. */
  token: string | undefined
  /** What the client has sent, in order. */
  readonly messages: string[]
}

/** A server that refuses a token in the ways of real ones, by the first part of the path; below `/open` it asks for none, and to `/…/never` it does not answer. */
export class Sockets {
  readonly handshakes: Handshake[] = []
  /** `Authorization` of each request for a ticket. */
  readonly ticketRequests: (string | undefined)[] = []
  /** Takes only tokens that were issued for this API. */
  audience: string | undefined
  /** Whether tickets are refused. */
  refusesTickets = false
  readonly #issuer: Issuer
  readonly #tickets = new Set<string>()
  readonly #server = createServer((request, response) => {
    if (answerCors(request, response)) return
    const { authorization } = request.headers
    this.ticketRequests.push(authorization)
    if (this.refusesTickets || !this.#issuer.accepts(authorization?.replace('Bearer ', '') ?? '', this.audience))
      return answerJson(
        response,
        401,
        { error: 'invalid_token' },
        { 'www-authenticate': 'Bearer error="invalid_token"' },
      )
    const ticket = `ticket ${this.ticketRequests.length}/+`
    this.#tickets.add(ticket)
    answerJson(response, 200, { ticket })
  })
  readonly #accepting = new WebSocketServer({ noServer: true, handleProtocols: (protocols) => chosen([...protocols]) })
  readonly #connected = new Set<Duplex>()
  #listening!: Listening

  private constructor(issuer: Issuer) {
    this.#issuer = issuer
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head))
  }

  static async start(issuer: Issuer): Promise<Sockets> {
    const sockets = new Sockets(issuer)
    sockets.#listening = await listenOnLoopback(sockets.#server)
    return sockets
  }

  /** `ws:`, or another scheme. */
  url(path: string, scheme = 'ws'): string {
    return this.#listening.url.replace('http', scheme) + path
  }

  to(path: string): readonly Handshake[] {
    return this.handshakes.filter((each) => each.path === path)
  }

  async stop(): Promise<void> {
    // Also those of refused handshakes: WebKit keeps its half of one open for a minute.
    for (const socket of this.#connected) socket.destroy()
    await this.#listening.close()
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#connected.add(socket)
    socket.on('close', () => this.#connected.delete(socket))
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
    const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(/, ?/).filter(Boolean)
    const byProtocol = protocols.find((each) => each.startsWith(BEARER))?.slice(BEARER.length)
    const token = searchParams.get('access_token') ?? (byProtocol && Buffer.from(byProtocol, 'base64url').toString())
    const handshake: Handshake = { path: pathname, query: searchParams, protocols, token, messages: [] }
    this.handshakes.push(handshake)
    if (pathname.endsWith('/never')) return
    const way = pathname.split('/')[1]
    const isGood = this.#accepts(way, handshake)
    if (!isGood && way === '401') return socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n') as never
    this.#accepting.handleUpgrade(request, socket, head, (accepted) => {
      if (!isGood && way === '1008') accepted.close(1008, 'token expired')
      else if (!isGood) accepted.close(4401)
      else this.#talk(accepted, handshake, way === 'message')
    })
  }

  #accepts(way: string | undefined, { token, query }: Handshake): boolean {
    if (way === 'open' || way === 'message') return true
    if (way === 'ticket') return this.#tickets.delete(query.get('ticket') ?? '')
    return token !== undefined && this.#issuer.accepts(token, this.audience)
  }

  #talk(socket: WebSocket, handshake: Handshake, wantsMessage: boolean): void {
    socket.on('message', (data: Buffer, isBinary) => {
      const text = String(data)
      handshake.messages.push(text)
      if (wantsMessage && handshake.messages.length === 1) {
        handshake.token = tokenIn(text)
        if (handshake.token === undefined || !this.#issuer.accepts(handshake.token, this.audience))
          return socket.close(4401)
        return socket.send('ack')
      }
      if (text === 'close me') return socket.close(4000, 'as you wish')
      return socket.send(data, { binary: isBinary })
    })
  }
}

const BEARER = 'bearer.'
/** As Kubernetes does: the subprotocol with the token is not the one that is spoken, unless there is no other. */
const chosen = (protocols: readonly string[]): string =>
  protocols.find((each) => !each.startsWith(BEARER)) ?? protocols[0] ?? ''

function tokenIn(text: string): string | undefined {
  try {
    return (JSON.parse(text) as { readonly payload?: { readonly authToken?: string } }).payload?.authToken
  } catch {
    return undefined
  }
}
