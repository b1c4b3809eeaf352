/**
 * The file beside `base` that a request asks for, as it is written: nothing is decoded and no dots are resolved, so that only
 * a name itself is one. A request target need not be a URL (`//`, `*`), and is never parsed as one.
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-3.2
 */
export function requestedFile(target: string | undefined, base: string): string | undefined {
  const [path = ''] = (target ?? '').split(/[?#]/, 1)
  // Vite serves a relative base from the root.
  const folder = base.startsWith('/') ? base : '/'
  const name = path.startsWith(folder) ? path.slice(folder.length) : ''
  return /^[\w.-]+$/.test(name) ? name : undefined
}
