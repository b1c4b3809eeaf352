import { createServer } from 'node:http'
import { siteOrigin } from './listening.mjs'

/**
 * An API whose `/rows` wants a good token. A test calls `/refuse` as an administrator: from then on no token that the API
 * has seen is good; and `/end`, which ends the user's session at the server.
 * @param {{ isGood(token: string): Promise<boolean>, end?(): Promise<unknown> }} server
 */
export function rowsApi({ isGood, end }) {
  /** @type {Set<string>} */
  const seen = new Set()
  /** @type {Set<string>} */
  const refused = new Set()
  return createServer(async (request, response) => {
    const answer = (/** @type {number} */ status, /** @type {unknown} */ body) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    response.setHeader('access-control-allow-origin', siteOrigin)
    response.setHeader('access-control-allow-headers', 'authorization')
    if (request.method === 'OPTIONS') return void response.writeHead(204).end()
    if (request.url === '/refuse') {
      for (const token of seen) refused.add(token)
      return answer(200, {})
    }
    if (request.url === '/end') return answer(200, await end?.())
    const token = request.headers.authorization?.replace('Bearer ', '') ?? ''
    if (refused.has(token) || !(await isGood(token))) return answer(401, { message: 'Unauthorized' })
    seen.add(token)
    return answer(200, [{ id: 1, name: 'Bell Rock' }])
  })
}
