import { createGraphiQLFetcher } from '@graphiql/toolkit'

// GraphiQL itself sends nothing: its fetcher does.
const fetcher = createGraphiQLFetcher({ url: '/api/graphql', enableIncrementalDelivery: false })

export default async function use() {
  const { data } = await fetcher({ query: '{ rows { id name } }' })
  return data.rows.map(({ name }) => name)
}
