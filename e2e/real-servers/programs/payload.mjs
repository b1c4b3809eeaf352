import { createServer } from 'node:http'
import { join } from 'node:path'
import { sqliteAdapter } from '@payloadcms/db-sqlite'
import { buildConfig, getPayload, handleEndpoints } from 'payload'
import { siteOrigin, tellWhere, user } from './listening.mjs'
import { newFolder } from './spawned.mjs'

const config = buildConfig({
  secret: 'a secret of the tests',
  db: sqliteAdapter({ client: { url: `file:${join(newFolder('payload'), 'data.db')}` } }),
  cors: [siteOrigin],
  telemetry: false,
  collections: [
    { slug: 'users', auth: true, fields: [] },
    { slug: 'rows', access: { read: ({ req }) => Boolean(req.user) }, fields: [{ name: 'name', type: 'text' }] },
  ],
})
const payload = await getPayload({ config })
await payload.create({ collection: 'users', data: user })
await payload.create({ collection: 'rows', data: { name: 'Bell Rock' } })

/** The endpoints that Payload puts into a Next.js app, without one. */
const server = createServer(async (incoming, outgoing) => {
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method, url = '/', headers } = incoming
  const hasBody = chunks.length > 0
  const request = new Request(new URL(url, `http://${headers.host}`), {
    method,
    headers: /** @type {Record<string, string>} */ (headers),
    ...(hasBody && { body: Buffer.concat(chunks) }),
  })
  const response = await handleEndpoints({ config, request })
  outgoing.writeHead(response.status, [...response.headers])
  outgoing.end(Buffer.from(await response.arrayBuffer()))
})
server.listen(0, () => tellWhere(server))
