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

/** Gives an answered request another body: that of the server without the tokens in it. */
export function replaceBody(xhr: XMLHttpRequest, text: string): void {
  const bytes = new TextEncoder().encode(text)
  const define = (name: string, value: unknown) =>
    Object.defineProperty(xhr, name, { value, configurable: true, enumerable: true })
  const { getResponseHeader, getAllResponseHeaders } = XMLHttpRequest.prototype
  define('response', responseOf(xhr, text, bytes))
  if (xhr.responseType === '' || xhr.responseType === 'text') define('responseText', text)
  define('getResponseHeader', (name: string) =>
    /^content-length$/i.test(name) ? String(bytes.byteLength) : getResponseHeader.call(xhr, name),
  )
  define('getAllResponseHeaders', () =>
    getAllResponseHeaders.call(xhr).replace(/^content-length: .*$/im, `content-length: ${bytes.byteLength}`),
  )
}

/** Takes back what `replaceBody` has defined: the object is opened anew. */
export function restoreBody(xhr: XMLHttpRequest): void {
  const own = xhr as unknown as Record<string, unknown>
  for (const name of ['response', 'responseText', 'getResponseHeader', 'getAllResponseHeaders']) delete own[name]
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
