import { WebSocketInterceptor } from '@mswjs/interceptors/WebSocket'
import { connect as connectPlainly } from './plain.js'

/** What MSW intercepts sockets with: messages of the real server pass through a handler. */
export function connect(url, show) {
  const interceptor = new WebSocketInterceptor()
  interceptor.apply()
  interceptor.on('connection', ({ client, server }) => {
    server.connect()
    server.addEventListener('message', (event) => {
      event.preventDefault()
      client.send(`${event.data} by MSW`)
    })
  })
  connectPlainly(url, show)
}
