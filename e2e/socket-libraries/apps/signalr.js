import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr'

/** No `accessTokenFactory`: `parameter` of the configuration puts the token into the URL, and `negotiate` is a request as any other. */
export async function connect(url, show) {
  const connection = new HubConnectionBuilder()
    .withUrl(url.replace(/^ws/, 'http'), { transport: HttpTransportType.WebSockets, withCredentials: false })
    .withAutomaticReconnect(Array(10).fill(100))
    .configureLogging(LogLevel.None)
    .build()
  connection.on('greeting', show)
  await connection.start()
}
