import type { EngineInPage } from './engine-in-page.ts'
import { make, page, read } from './page-realm.ts'
import type { XhrSending } from './xhr-sending.ts'

const { apply, defineProperty } = Reflect

/**
 * Sends an XMLHttpRequest by `fetch`, where an XMLHttpRequest cannot: it would follow a redirect with a header that browsers
 * do not take off, or show the page the tokens in the answer to a sign-in. The page sees the same events and properties; there
 * is no progress of the upload, and an answer comes whole. Returns whether the engine has taken it.
 */
export function sendXhrByFetch(sending: XhrSending, engine: EngineInPage): boolean {
  const { xhr, entry, body } = sending
  const abort = new AbortController()
  const isBodyless = entry.method === 'GET' || entry.method === 'HEAD'
  const request = new Request(entry.url, {
    method: entry.method,
    headers: entry.headers.map(([name, value]): [string, string] => [name, value]),
    body: isBodyless ? null : body,
    credentials: read(XMLHttpRequest, 'withCredentials', xhr) ? 'include' : 'same-origin',
    signal: abort.signal,
  })
  if (!engine.takes(request)) return false
  const shown = new ShownAnswer(xhr)
  entry.restore = () => {
    abort.abort()
    shown.takeBack()
  }
  void answer(sending, shown, () => engine.fetch(request))
  return true
}

async function answer({ xhr, entry }: XhrSending, shown: ShownAnswer, send: () => Promise<Response>): Promise<void> {
  let isLate = false
  const timeout = read(XMLHttpRequest, 'timeout', xhr)
  const timer = timeout
    ? setTimeout(() => {
        isLate = true
        entry.restore?.()
        end('timeout')
      }, timeout)
    : undefined
  const end = (type: 'load' | 'error' | 'timeout', size = 0) => {
    entry.done = true
    shown.set({ readyState: 4, ...(type !== 'load' && { status: 0, statusText: '', responseURL: '' }) })
    shown.fire('readystatechange')
    for (const each of type === 'load' ? ['progress', 'load', 'loadend'] : [type, 'loadend']) shown.fire(each, size)
  }
  const isOver = () => entry.over || isLate
  shown.fire('loadstart', 0)
  try {
    const response = await send()
    if (isOver()) return
    shown.begin(response, entry.url)
    const bytes = await response.arrayBuffer()
    if (isOver()) return
    await shown.fill(bytes, response.headers.get('content-type') ?? '')
    if (!isOver()) end('load', bytes.byteLength)
  } catch {
    if (!isOver()) end('error')
  } finally {
    clearTimeout(timer)
  }
}

/** What the page sees of an XMLHttpRequest that was answered by `fetch`: properties of its own, and events. */
class ShownAnswer {
  readonly #xhr: XMLHttpRequest
  readonly #names = new Set<string>()

  constructor(xhr: XMLHttpRequest) {
    this.#xhr = xhr
  }

  set(properties: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(properties)) {
      this.#names.add(name)
      defineProperty(this.#xhr, name, { value, configurable: true })
    }
  }

  takeBack(): void {
    for (const name of this.#names) Reflect.deleteProperty(this.#xhr, name)
  }

  fire(type: string, loaded?: number): void {
    const event =
      loaded === undefined
        ? make('Event', type)
        : make('ProgressEvent', type, { lengthComputable: loaded > 0, loaded, total: loaded })
    apply(EventTarget.prototype.dispatchEvent, this.#xhr, [event])
  }

  /** The head of the answer is here. */
  begin({ status, statusText, headers, url }: Response, requestUrl: string): void {
    const own = make('Headers', [...headers])
    const lines = [...headers].map(([name, value]) => `${name}: ${value}\r\n`).join('')
    this.set({
      readyState: 2,
      status,
      statusText,
      responseURL: url || requestUrl,
      // Functions of the page's realm: one of this realm would lead back to all of its functions.
      getResponseHeader: apply(page.bind, page.getHeader, [own]),
      getAllResponseHeaders: apply(page.bind, page.valueOf, [lines]),
    })
    this.fire('readystatechange')
    this.set({ readyState: 3 })
    this.fire('readystatechange')
  }

  /** The body is here. */
  async fill(bytes: ArrayBuffer, contentType: string): Promise<void> {
    const responseType = read(XMLHttpRequest, 'responseType', this.#xhr)
    const text = () => new TextDecoder(/charset="?([^\s;"]+)/i.exec(contentType)?.[1] ?? 'utf-8').decode(bytes)
    switch (responseType) {
      case 'arraybuffer':
        return this.set({ response: apply(page.structuredClone, page.window, [bytes]) })
      case 'blob': {
        const blob = new Blob([bytes], { type: contentType })
        return this.set({ response: apply(page.structuredClone, page.window, [blob]) })
      }
      case 'json':
        return this.set({ response: parsed(text()) })
      case 'document':
        return this.set({ response: null, responseXML: null })
      default:
        return this.set({ response: text(), responseText: text() })
    }
  }
}

function parsed(text: string): unknown {
  try {
    return apply(page.parse, undefined, [text])
  } catch {
    return null
  }
}
