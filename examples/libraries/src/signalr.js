import { HttpTransportType, HubConnectionBuilder } from '@microsoft/signalr'

/** Server-sent events and long polling are requests, which pass the worker; a WebSocket is not. */
export default async function use() {
  const connection = new HubConnectionBuilder()
    .withUrl('/api/hub', { transport: HttpTransportType.ServerSentEvents })
    .build()
  const names = []
  const done = new Promise((resolve) => connection.on('row', (name) => names.push(name) === 2 && resolve()))
  await connection.start()
  await done
  await connection.stop()
  return names
}
