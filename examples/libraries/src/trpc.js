import { createTRPCClient, httpBatchLink } from '@trpc/client'

const client = createTRPCClient({ links: [httpBatchLink({ url: '/api/trpc' })] })

export default async function use() {
  const rows = await client.rows.query()
  return rows.map(({ name }) => name)
}
