import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** Answers with JSON; the `content-length` is exact. */
export function answerJson(
  response: ServerResponse,
  status: number,
  value: unknown,
  headers: OutgoingHttpHeaders = {},
): void {
  answerText(response, status, JSON.stringify(value), { 'content-type': 'application/json', ...headers })
}

/** Answers with text; the `content-length` is exact. */
export function answerText(
  response: ServerResponse,
  status: number,
  text: string,
  headers: OutgoingHttpHeaders & { readonly 'content-type': string },
): void {
  response.writeHead(status, {
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...headers,
  })
  response.end(text)
}

/**
 * Allows pages of other origins with CORS, as most APIs do: `Authorization` and JSON bodies are allowed, no header is
 * exposed.
 * Returns true if the request was a preflight, which is then answered.
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
export function answerCors(
  request: IncomingMessage,
  response: ServerResponse,
  exposed: readonly string[] = [],
): boolean {
  const { origin } = request.headers
  response.setHeader('vary', 'origin')
  if (origin === undefined) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('access-control-allow-credentials', 'true')
  if (exposed.length > 0) response.setHeader('access-control-expose-headers', exposed.join(', '))
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  response.writeHead(204, {
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, idempotency-key, dpop',
  })
  response.end()
  return true
}
