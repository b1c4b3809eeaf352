import { Client, fetchExchange, gql } from 'urql'

const client = new Client({ url: '/api/graphql', preferGetMethod: false, exchanges: [fetchExchange] })

export default async function use() {
  const { data, error } = await client.query(gql`{ rows { id name } }`, {}).toPromise()
  if (error) throw error
  return data.rows.map(({ name }) => name)
}
