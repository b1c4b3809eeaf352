import { Socket } from 'phoenix'

export function connect(url, show) {
  const socket = new Socket(url, { reconnectAfterMs: () => 100, rejoinAfterMs: () => 100 })
  socket.connect()
  const channel = socket.channel('room:lobby')
  channel.on('greeting', ({ text }) => show(text))
  channel.join()
}
