/** What observations of sockets are made with, in a page. */

export type Lab = ReturnType<typeof makeLab>

/** Observations of a socket with this URL, by the name of what is observed. Each is sent as source: it knows its arguments and nothing else. */
export type Observations = Readonly<Record<string, (url: string, lab: Lab) => unknown>>

export function makeLab() {
  const failure = (run: () => unknown): unknown => {
    try {
      run()
      return 'nothing thrown'
    } catch (error) {
      const { name } = error as Error
      return [name, error instanceof DOMException, error instanceof TypeError, (error as DOMException).code ?? null]
    }
  }
  const events = ['open', 'message', 'error', 'close'] as const
  /** The events of a socket with its state at each, until it is closed. */
  const life = (socket: WebSocket, onOpen: () => void = () => socket.close()) =>
    new Promise<readonly unknown[]>((resolve) => {
      const seen: unknown[] = [socket.readyState]
      for (const type of events)
        socket.addEventListener(type, (event) => {
          const { data, code, reason, wasClean } = event as MessageEvent & CloseEvent
          const name = Object.prototype.toString.call(event)
          seen.push([type, name, socket.readyState, typeof data, code, reason, wasClean, event.target === socket])
          if (type === 'close') resolve(seen)
        })
      socket.addEventListener('open', onOpen)
    })
  const opened = (url: string, protocols?: string[]) =>
    new Promise<WebSocket>((resolve) => {
      const socket = new WebSocket(url, protocols)
      socket.onopen = () => resolve(socket)
    })
  const next = (socket: WebSocket) =>
    new Promise<unknown>((resolve) => {
      socket.onmessage = ({ data, origin, lastEventId, ports, source }) =>
        resolve({ data: data as unknown, origin, lastEventId, ports: ports.length, source })
    })
  const answered = async (url: string, message: Parameters<WebSocket['send']>[0], type: BinaryType = 'arraybuffer') => {
    const socket = await opened(url)
    socket.binaryType = type
    const answer = next(socket)
    socket.send(message)
    const { data } = (await answer) as { data: unknown }
    socket.close()
    if (data instanceof Blob) return ['Blob', data.size, await data.text()]
    return data instanceof ArrayBuffer ? ['ArrayBuffer', ...new Uint8Array(data)] : data
  }
  const closed = (url: string) => {
    const socket = new WebSocket(url)
    socket.close()
    return socket
  }
  const bad = (...args: unknown[]) => failure(() => Reflect.construct(WebSocket, args))
  const nth = (url: string, more: string) => url.replace('/live', more)
  return { failure, life, opened, next, answered, closed, bad, nth }
}
