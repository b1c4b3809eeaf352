/** Characters of a path that stay visible in the narrowest panel, 320 px. */
const TAIL = 26
/** The cut moves to a separator if it is at most this many characters away. */
const NEAR = 10

interface Place {
  /** With the port; empty for the page's own origin. */
  readonly host: string
  readonly path: string
}

/** The path for this origin, and the host with it for another. */
export function place(url: string, origin: string): Place {
  const { origin: itsOrigin, host, pathname, search } = new URL(url, origin)
  return { host: itsOrigin === origin ? '' : host, path: pathname + search }
}

/** A path in two parts: the end says which resource it is, so only the `head` is cut off where there is no room. */
export function splitPath(path: string): { readonly head: string; readonly tail: string } {
  if (path.length <= TAIL) return { head: '', tail: path }
  const from = path.length - TAIL
  const separator = path.slice(from).search(/[/?&]/)
  const cut = separator >= 0 && separator <= NEAR ? from + separator : from
  return { head: path.slice(0, cut), tail: path.slice(cut) }
}
