import { createHash } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'

/** A request as a test server received it. */
export interface ReceivedRequest {
  readonly method: string
  readonly path: string
  readonly query: string
  /** The origin that it was sent to: one server can have several. */
  readonly origin: string
  readonly authorization: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly bodyLength: number
  readonly bodyHash: string
}

/** Reads a request to its end; rejects if the browser aborts it before. */
export async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks)
  const origin = `http://${request.headers.host}`
  const { pathname, search } = new URL(request.url ?? '/', origin)
  return {
    method: request.method ?? '',
    path: pathname,
    query: search,
    origin,
    authorization: request.headers.authorization,
    headers: request.headers,
    body: body.toString('utf8'),
    bodyLength: body.length,
    bodyHash: createHash('sha256').update(body).digest('hex'),
  }
}
