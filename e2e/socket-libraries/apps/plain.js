/** The socket of the browser, opened again when it is closed. */
export function connect(url, show) {
  const socket = new WebSocket(url)
  socket.onmessage = ({ data }) => show(data)
  socket.onclose = () => setTimeout(connect, 100, url, show)
}
