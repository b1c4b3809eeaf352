import ky from 'ky'

export default async function use() {
  const rows = await ky.get('/api/rows').json()
  return rows.map(({ name }) => name)
}
