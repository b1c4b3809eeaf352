import { createServer } from 'node:http'
import { buildSchema, graphql, GraphQLError } from 'graphql'
import { useServer } from 'graphql-ws/use/ws'
import { WebSocketServer } from 'ws'
import { answerJson } from '../../src/testing/servers/answers.ts'
import type { Issuer } from '../../src/testing/servers/issuer.ts'
import { listenOnLoopback } from '../../scripts/demo/listen-on-loopback.ts'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { receive } from '../../src/testing/servers/received-request.ts'

const schema = buildSchema(`
  type Lighthouse { name: String! }
  type Query { lighthouses: [Lighthouse!]! }
  type Subscription { lit: Lighthouse! }
`)

/**
 * GraphQL by HTTP, where a refusal is a 200 as Apollo Server sends it, and by WebSocket, where it is the close code
 * 4403.
 */
export async function startGraphql(
  issuer: Issuer,
): Promise<{ readonly handle: Handler; readonly url: string; readonly forbidden: number; close(): Promise<void> }> {
  let forbidden = 0
  const server = createServer()
  const sockets = new WebSocketServer({ server, path: '/graphql' })
  const { url, close } = await listenOnLoopback(server)
  const subscriptions = useServer(
    {
      schema,
      roots: {
        subscription: {
          async *lit() {
            yield { lit: { name: 'Fastnet is lit' } }
          },
        },
      },
      onConnect({ connectionParams }) {
        const good = issuer.accepts(String(connectionParams?.['token']))
        if (!good) forbidden++
        return good
      },
    },
    sockets,
  )
  return {
    url: url.replace('http', 'ws'),
    get forbidden() {
      return forbidden
    },
    async handle(request, response) {
      const { body, authorization } = await receive(request)
      const { query } = JSON.parse(body) as { query: string }
      const lighthouses = () => {
        if (issuer.accepts(authorization?.replace('Bearer ', '') ?? ''))
          return [{ name: 'Bell Rock' }, { name: 'Cordouan' }]
        throw new GraphQLError('You must be signed in.', { extensions: { code: 'UNAUTHENTICATED' } })
      }
      answerJson(response, 200, await graphql({ schema, source: query, rootValue: { lighthouses } }))
    },
    async close() {
      await subscriptions.dispose()
      await close()
    },
  }
}
