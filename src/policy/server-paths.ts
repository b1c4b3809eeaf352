/** More layers of escapes than servers and their proxies undo. */
const MOST_LAYERS = 3

/**
 * The URL with the path that servers see in it: escapes undone (`%70ublic`), empty segments and parameters of segments
 * taken out (`//public`, `public;x`), and `.` and `..` resolved after that. Undefined where that is the same URL.
 * @param url serialized, as a `Request` has it
 */
export function asServersReadIt(url: string): string | undefined {
  // Most URLs have nothing to undo, not even in the query.
  if (!/[%;\\]|[^:]\/\//.test(url)) return undefined
  const [, origin = '', path = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)/i.exec(url) ?? []
  if (!/[%;\\]|\/\//.test(path)) return undefined
  return origin + resolvedPath(path)
}

/** A path with nothing left that servers undo. */
export function resolvedPath(path: string): string {
  const segments: string[] = []
  for (const segment of unescaped(path).split(/[/\\]+/)) {
    const name = segment.replace(/;.*/s, '')
    if (name === '..') segments.pop()
    else if (name !== '' && name !== '.') segments.push(name)
  }
  const isFolder = /[/\\]$/.test(path) && segments.length > 0
  return `/${segments.join('/')}${isFolder ? '/' : ''}`
}

/** Each escape of a plain character undone; what is no such escape stays. */
function unescaped(path: string): string {
  let text = path
  for (let layer = 0; layer < MOST_LAYERS && text.includes('%'); layer++)
    text = text.replace(/%([2-7][\da-f])/gi, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return text
}
