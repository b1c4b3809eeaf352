/** What a body was, read to its end but never further than `limit` bytes. */
export type BodyRead =
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'not-json'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'unreadable' }

/** Reads a JSON body whatever its content type says, for `limitMs` at most. Counts while it reads: a compressed body of some kB can be huge. */
export async function readJson(message: Response, limit: number, limitMs?: number): Promise<BodyRead> {
  const text = await readText(message, limit, limitMs).catch(() => undefined)
  return text === undefined ? { kind: 'unreadable' } : parsedBody(text)
}

/** What a body is that was read to its end. */
export function parsedBody(text: string): Exclude<BodyRead, { readonly kind: 'unreadable' }> {
  if (text.trim() === '') return { kind: 'empty' }
  try {
    return { kind: 'json', value: JSON.parse(text) as unknown }
  } catch {
    return { kind: 'not-json', text }
  }
}

/** The text of a body that has arrived. */
export const decodedText = (message: Response): Promise<string | undefined> => readText(message, Infinity)

/** Undefined when the body is longer than `limit` bytes, or slower than `limitMs`. */
async function readText(message: Response, limit: number, limitMs?: number): Promise<string | undefined> {
  const reader = message.body?.getReader()
  if (!reader) return ''
  const cancel = () => void reader.cancel().catch(() => {})
  let late = false
  const giveUp = () => {
    late = true
    cancel()
  }
  const timer = limitMs === undefined ? undefined : setTimeout(giveUp, limitMs)
  let decoder: TextDecoder | undefined
  let text = ''
  try {
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read()
      if (late) return undefined
      if (done) return text + (decoder?.decode() ?? '')
      bytes += value.byteLength
      if (bytes > limit) {
        cancel()
        return undefined
      }
      decoder ??= decoderOf(message, value)
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    clearTimeout(timer)
  }
}

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]+)"?/i

/**
 * For a body that begins with these bytes: as an `XMLHttpRequest` decodes a text, which is how a page may read it.
 * @see https://encoding.spec.whatwg.org/#bom-sniff
 */
function decoderOf({ headers }: Response, bytes: Uint8Array): TextDecoder {
  const first = bytes[0]
  const second = bytes[1]
  const [, label] = CHARSET.exec(headers.get('content-type') ?? '') ?? []
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le')
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be')
  try {
    return new TextDecoder(first === 0xef && second === 0xbb ? 'utf-8' : label)
  } catch {
    return new TextDecoder()
  }
}

/** The content type of a text that was in any encoding, and is in UTF-8 now. */
export const inUtf8 = (contentType: string): string =>
  contentType.replace(CHARSET, (same, label: string) => (/^utf-?8$/i.test(label) ? same : '; charset=utf-8'))

/** Whether a request of this method never has a body. @see https://fetch.spec.whatwg.org/#dom-request */
export const isBodyless = ({ method }: Request): boolean => method === 'GET' || method === 'HEAD'

/** Whether a body that nobody has read yet is at most `limit` bytes long. Uses up `message`. */
export async function isAtMost(limit: number, message: Request): Promise<boolean> {
  // Firefox has no Request.body: there the browser keeps the bytes, on disk when they are many.
  if (!('body' in message)) return (await (message as Request).blob()).size <= limit
  const reader = message.body?.getReader()
  for (let bytes = 0; reader; ) {
    const { done, value } = await reader.read()
    if (done) return true
    bytes += value.byteLength
    if (bytes > limit) {
      reader.cancel().catch(() => {})
      return false
    }
  }
  return true
}
