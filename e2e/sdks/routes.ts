import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { type ReceivedRequest, receive } from '../../src/testing/servers/received-request.ts'

export interface Answer {
  readonly status?: number
  readonly headers?: OutgoingHttpHeaders
  /** Sent as JSON; a string as it is. */
  readonly body?: unknown
}

type Route = (request: ReceivedRequest) => Answer | undefined | Promise<Answer | undefined>

/** Endpoints by method and path, such as `POST /oauth/token`; a path can end in `*`. What no route answers is a 404. */
export type Routes = Readonly<Record<string, Route>>

/** A server with these endpoints, which allows pages of every origin by CORS as the services do. */
export function serve(routes: Routes): Handler {
  return async (request, response) => {
    if (answerPreflight(request, response)) return
    const received = await receive(request)
    const called = `${received.method} ${received.path}`
    const [, route] =
      Object.entries(routes).find(([pattern]) =>
        pattern.endsWith('*') ? called.startsWith(pattern.slice(0, -1)) : called === pattern,
      ) ?? []
    send(response, (await route?.(received)) ?? { status: 404, body: { error: `no stand-in for ${called}` } })
  }
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: Answer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  response.writeHead(status, {
    'cache-control': 'no-store',
    ...(text !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
    ...headers,
  })
  response.end(text)
}

function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  const { origin } = request.headers
  if (origin === undefined) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  response.setHeader('vary', 'origin')
  if (request.method !== 'OPTIONS') return false
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
  })
  response.end()
  return true
}

/** The fields of a JSON body or of a form. */
export function fieldsOf({ body, headers }: ReceivedRequest): Readonly<Record<string, string | undefined>> {
  return headers['content-type']?.includes('x-www-form-urlencoded')
    ? Object.fromEntries(new URLSearchParams(body))
    : (JSON.parse(body || '{}') as Record<string, string>)
}
