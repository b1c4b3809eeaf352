import { io } from 'socket.io-client'

export function connect(url, show) {
  const socket = io(url.replace(/^ws/, 'http'), { transports: ['websocket'], reconnectionDelay: 100 })
  socket.on('greeting', show)
}
