import { createClient } from 'graphql-sse'

const client = createClient({ url: '/api/graphql/stream' })

export default async function use() {
  const names = []
  for await (const { data } of client.iterate({ query: 'subscription { row { name } }' })) names.push(data.row.name)
  return names
}
