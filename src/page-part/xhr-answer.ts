import { decodedText } from '../io/body.ts'
import type { XhrNatives } from './xhr-natives.ts'

/** The text of a body that has arrived, whatever its `responseType`. */
export async function readXhrText(xhr: XMLHttpRequest, natives: XhrNatives): Promise<string | undefined> {
  const response = () => natives.response(xhr)
  const responseWith = (body: Blob | ArrayBuffer) =>
    new Response(body, { headers: { 'content-type': natives.getResponseHeader(xhr, 'content-type') ?? '' } })
  switch (xhr.responseType) {
    case '':
    case 'text':
      return natives.responseText(xhr)
    case 'json':
      return response() === null ? undefined : JSON.stringify(response())
    case 'arraybuffer':
    case 'blob':
      return response() === null ? undefined : decodedText(responseWith(response() as Blob | ArrayBuffer))
    default:
      return undefined
  }
}

interface WithoutTokens {
  /** What the page asked for: a redirect may have led to a URL that contains a token. */
  readonly url: string
  /** Undefined where the body stays. */
  readonly text: string | undefined
  /** Names of headers that hold a token. */
  readonly hidden: readonly string[]
}

/** Gives an answered request another answer: that of the server without the tokens in it. */
export function replaceAnswer(xhr: XMLHttpRequest, natives: XhrNatives, { url, text, hidden }: WithoutTokens): void {
  const define = (name: string, value: unknown) =>
    Object.defineProperty(xhr, name, { value, configurable: true, enumerable: true })
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text)
  if (text !== undefined && bytes) {
    define('response', responseOf(xhr, natives, { text, bytes }))
    if (xhr.responseType === '' || xhr.responseType === 'text') define('responseText', text)
    define('responseXML', null)
  }
  define('responseURL', url)
  const headerOf = (name: string): string | null => {
    if (hidden.includes(name.toLowerCase())) return null
    return bytes && /^content-length$/i.test(name) ? String(bytes.byteLength) : natives.getResponseHeader(xhr, name)
  }
  const lines = () => natives.getAllResponseHeaders(xhr).split('\r\n').filter(Boolean)
  define('getResponseHeader', headerOf)
  define('getAllResponseHeaders', () =>
    lines()
      .map((line) => line.slice(0, line.indexOf(':')))
      .filter((name) => headerOf(name) !== null)
      .map((name) => `${name}: ${headerOf(name)}\r\n`)
      .join(''),
  )
}

/** Shows nothing of an answer that may hold tokens, until it is decided what the page gets: a page may look at any time. */
export function hideAnswer(xhr: XMLHttpRequest): void {
  const isText = xhr.responseType === '' || xhr.responseType === 'text'
  const shown = {
    response: isText ? '' : null,
    ...(isText && { responseText: '' }),
    responseXML: null,
    responseURL: '',
    getResponseHeader: () => null,
    getAllResponseHeaders: () => '',
  }
  for (const [name, value] of Object.entries(shown))
    Object.defineProperty(xhr, name, { value, configurable: true, enumerable: true })
}

/** An answer that is neither HTML nor XML is no document. @see https://xhr.spec.whatwg.org/#document-response */
export function giveNoDocument(xhr: XMLHttpRequest): void {
  const shown = { responseType: 'document', response: null, responseXML: null, responseText: '' }
  for (const [name, value] of Object.entries(shown))
    Object.defineProperty(xhr, name, { value, configurable: true, enumerable: true })
}

const REPLACED = [
  'response',
  'responseText',
  'responseType',
  'responseXML',
  'responseURL',
  'getResponseHeader',
  'getAllResponseHeaders',
]

/** Takes back what was defined of an answer: the object is opened again. */
export function restoreAnswer(xhr: XMLHttpRequest): void {
  const own = xhr as unknown as Record<string, unknown>
  for (const name of REPLACED) delete own[name]
}

interface Body {
  readonly text: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

function responseOf(xhr: XMLHttpRequest, natives: XhrNatives, { text, bytes }: Body): unknown {
  switch (xhr.responseType) {
    case 'json':
      return JSON.parse(text) as unknown
    case 'arraybuffer':
      return bytes.buffer
    case 'blob':
      return new Blob([bytes], { type: (natives.response(xhr) as Blob).type })
    default:
      return text
  }
}
