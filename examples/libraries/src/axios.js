import axios from 'axios'

export default async function use() {
  const [byXhr, byFetch] = await Promise.all(['xhr', 'fetch'].map((adapter) => axios.get('/api/rows', { adapter })))
  if (byFetch.data.length !== byXhr.data.length) throw new Error('The adapters differ.')
  return byXhr.data.map(({ name }) => name)
}
