import { RealtimeClient } from '@supabase/realtime-js'

/** The public key is what the library always sends; `replaces` of the session says that it counts as none. */
export function connect(url, show) {
  const client = new RealtimeClient(url, { params: { apikey: 'public-anon-key' }, reconnectAfterMs: () => 100 })
  const channel = client.channel('lobby')
  channel.on('broadcast', { event: 'greeting' }, ({ payload }) => show(payload.text))
  channel.subscribe()
}
