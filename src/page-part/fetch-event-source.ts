/** How long to wait before connecting again, until the server says another. */
const RETRY_MS = 3_000

interface Connecting {
  /** Receives the events that an `EventSource` would. */
  readonly source: EventTarget
  readonly url: string
  readonly withCredentials: boolean
  readonly send: (request: Request) => Promise<Response>
  /** Where the stream goes on. */
  readonly lastEventId?: string
}

/**
 * Reads an event stream with the engine's `fetch`, where no worker can give an `EventSource` its token. Returns how to
 * close it.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function fetchEventSource({ source, url, withCredentials, send, ...resumed }: Connecting): {
  readonly readyState: number
  close(): void
} {
  let connection = new AbortController()
  /** No answer had come when the worker was replaced: it connects again at once. */
  let isLost = false
  const state = {
    readyState: 0,
    close() {
      state.readyState = 2
      connection.abort()
    },
  }
  let { lastEventId = '' } = resumed
  let retry = RETRY_MS

  const connect = async (): Promise<void> => {
    connection = new AbortController()
    const { signal } = connection
    const answered = new AbortController()
    isLost = false
    const giveUp = () => {
      isLost = true
      connection.abort()
    }
    if (losesRequests())
      navigator.serviceWorker.addEventListener('controllerchange', giveUp, { signal: answered.signal })
    const headers = new Headers({ Accept: 'text/event-stream', ...(lastEventId && { 'Last-Event-ID': lastEventId }) })
    const response = await send(
      new Request(url, {
        headers,
        cache: 'no-store',
        credentials: withCredentials ? 'include' : 'same-origin',
        signal,
      }),
    ).finally(() => answered.abort())
    if (response.status !== 200 || !/^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
      state.close()
      source.dispatchEvent(new Event('error'))
      return
    }
    state.readyState = 1
    source.dispatchEvent(new Event('open'))
    const { origin } = new URL(response.url || url)
    await readEvents(response.body!, (field) => {
      if (field.retry !== undefined) retry = field.retry
      if (field.id !== undefined) lastEventId = field.id
      if (field.data !== undefined)
        source.dispatchEvent(new MessageEvent(field.event || 'message', { data: field.data, origin, lastEventId }))
    })
  }

  const run = async (): Promise<void> => {
    while (state.readyState !== 2) {
      await connect().catch(() => {})
      if (state.readyState === 2) return
      if (isLost) continue
      state.readyState = 0
      source.dispatchEvent(new Event('error'))
      await new Promise((resolve) => setTimeout(resolve, retry))
    }
  }
  void run()
  return state
}

/** WebKit loses some requests of the moment in which a worker is replaced, and tells no error. A worker has no container there. */
const losesRequests = (): boolean => navigator.vendor?.startsWith('Apple') && 'serviceWorker' in navigator

interface Block {
  event?: string
  data?: string
  id?: string
  retry?: number
}

async function readEvents(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  dispatch: (block: Block) => void,
): Promise<void> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  let block: Block = {}
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/)
    rest = lines.pop()!
    for (const line of lines) {
      if (line === '') {
        dispatch(block)
        block = {}
      } else take(line, block)
    }
  }
}

function take(line: string, block: Block): void {
  const [, field, value] = /^([^:]*)(?:: ?([^]*))?$/.exec(line) as unknown as [string, string, string | undefined]
  switch (field) {
    case 'event':
      block.event = value ?? ''
      return
    case 'data':
      block.data = block.data === undefined ? (value ?? '') : `${block.data}\n${value ?? ''}`
      return
    case 'id':
      if (!value?.includes('\0')) block.id = value ?? ''
      return
    case 'retry':
      if (/^\d+$/.test(value ?? '')) block.retry = Number(value)
  }
}
