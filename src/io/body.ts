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
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (let bytes = 0; ; ) {
      const { done, value } = await reader.read()
      if (late) return undefined
      if (done) return text + decoder.decode()
      bytes += value.byteLength
      if (bytes > limit) {
        cancel()
        return undefined
      }
      text += decoder.decode(value, { stream: true })
    }
  } finally {
    clearTimeout(timer)
  }
}

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
