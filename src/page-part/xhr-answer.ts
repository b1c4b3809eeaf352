/** The text of a body that has arrived, whatever its `responseType`. */
export async function readXhrText(xhr: XMLHttpRequest): Promise<string | undefined> {
  switch (xhr.responseType) {
    case '':
    case 'text':
      return xhr.responseText
    case 'json':
      return xhr.response === null ? undefined : JSON.stringify(xhr.response)
    case 'arraybuffer':
    case 'blob':
      return xhr.response === null ? undefined : new Response(xhr.response as Blob | ArrayBuffer).text()
    default:
      return undefined
  }
}

/** Gives an answered request another answer: that of the server without the tokens in it. Without a text the body stays. */
export function replaceAnswer(xhr: XMLHttpRequest, text: string | undefined, hidden: readonly string[]): void {
  const { getResponseHeader, getAllResponseHeaders } = XMLHttpRequest.prototype
  const define = (name: string, value: unknown) =>
    Object.defineProperty(xhr, name, { value, configurable: true, enumerable: true })
  const bytes = text === undefined ? undefined : new TextEncoder().encode(text)
  if (text !== undefined && bytes) {
    define('response', responseOf(xhr, text, bytes))
    if (xhr.responseType === '' || xhr.responseType === 'text') define('responseText', text)
  }
  const headerOf = (name: string): string | null => {
    if (hidden.includes(name.toLowerCase())) return null
    return bytes && /^content-length$/i.test(name) ? String(bytes.byteLength) : getResponseHeader.call(xhr, name)
  }
  const lines = () => getAllResponseHeaders.call(xhr).split('\r\n').filter(Boolean)
  define('getResponseHeader', headerOf)
  define('getAllResponseHeaders', () =>
    lines()
      .map((line) => line.slice(0, line.indexOf(':')))
      .filter((name) => headerOf(name) !== null)
      .map((name) => `${name}: ${headerOf(name)}\r\n`)
      .join(''),
  )
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
  'getResponseHeader',
  'getAllResponseHeaders',
]

/** Takes back what was defined of an answer: the object is opened again. */
export function restoreAnswer(xhr: XMLHttpRequest): void {
  const own = xhr as unknown as Record<string, unknown>
  for (const name of REPLACED) delete own[name]
}

function responseOf(xhr: XMLHttpRequest, text: string, bytes: Uint8Array<ArrayBuffer>): unknown {
  switch (xhr.responseType) {
    case 'json':
      return JSON.parse(text) as unknown
    case 'arraybuffer':
      return bytes.buffer
    case 'blob':
      return new Blob([bytes], { type: (xhr.response as Blob).type })
    default:
      return text
  }
}
