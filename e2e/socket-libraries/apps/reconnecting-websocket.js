import ReconnectingWebSocket from 'reconnecting-websocket'

export function connect(url, show) {
  const socket = new ReconnectingWebSocket(url, [], { minReconnectionDelay: 100, maxReconnectionDelay: 100 })
  socket.addEventListener('message', ({ data }) => show(data))
}
