import { captureMessage, flush, init } from '@sentry/browser'

// It wraps fetch and XMLHttpRequest, and sends its own reports to a tunnel of the API.
init({ dsn: 'https://key@sentry.example.com/1', tunnel: '/api/reports' })

export default async function use() {
  captureMessage('A message')
  const rows = await (await fetch('/api/rows')).json()
  return [(await flush(5_000)) && 'reported', ...rows.map(({ name }) => name)]
}
