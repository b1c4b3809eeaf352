import { request as send } from 'node:http'
import type { Handler } from '../../src/testing/servers/listener.ts'

/** Forwards requests below a path of the site to another server, as a reverse proxy does. */
export function forwardTo(origin: string): Handler {
  return (request, response) =>
    new Promise((resolve) => {
      const { method, headers, url = '/' } = request
      const forwarded = send(new URL(url, origin), { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response).once('close', resolve)
      })
      request.pipe(forwarded)
    })
}
