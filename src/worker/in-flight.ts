/** Requests of pages whose response headers are not here yet, so that a page can give one up. */
const lists = new Map<string, AbortController[]>()

const keyOf = (client: string, method: string, url: string): string => `${client} ${method} ${url}`

/** Returns a controller that a page's word aborts, until the response is there. */
export function track(client: string, { method, url }: Request): { readonly signal: AbortSignal; readonly settled: () => void } {
  const key = keyOf(client, method, url)
  const list = lists.get(key) ?? []
  const controller = new AbortController()
  lists.set(key, list)
  list.push(controller)
  const settled = () => {
    const index = list.indexOf(controller)
    if (index >= 0) list.splice(index, 1)
    if (!list.length) lists.delete(key)
  }
  return { signal: controller.signal, settled }
}

/** Aborts one of the identical requests of a page, if both count the same: never somebody else's. */
export function abort(client: string, { method, url, index, of }: { method: string; url: string; index: number; of: number }): void {
  const list = lists.get(keyOf(client, method, url))
  if (list?.length === of) list.splice(index, 1)[0]?.abort()
}
