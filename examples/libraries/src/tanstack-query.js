import { QueryClient } from '@tanstack/query-core'

const client = new QueryClient()

export default async function use() {
  const rows = await client.fetchQuery({
    queryKey: ['rows'],
    queryFn: async () => (await fetch('/api/rows')).json(),
  })
  return rows.map(({ name }) => name)
}
