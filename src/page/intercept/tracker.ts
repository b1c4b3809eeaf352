import { type Calls, MARK_HEADER } from '../../protocol.ts'

type SetHeader = (name: string, value: string) => void
/** Notes a request, and returns what to call when its headers are here, or the page gave it up. */
export type Track = (method: string, url: string, setHeader: SetHeader) => (gaveUp: boolean) => void

/**
 * For the requests of this page that it may give up before their response headers are here. No engine tells a worker of
 * that, so the page does: which one it was of those with this method and URL. Only where client hints exist such a request
 * is marked: a worker that may give a request up must send it without them, and should keep them for all others.
 * @see https://github.com/w3c/ServiceWorker/issues/1544
 */
export function tracker(tell: (call: Calls['abort']['call']) => void): Track {
  const underWay = new Map<string, readonly object[]>()
  return (method, url, setHeader) => {
    const key = `${method} ${url}`
    const request = {}
    underWay.set(key, [...(underWay.get(key) ?? []), request])
    if ('userAgentData' in navigator) setHeader(MARK_HEADER, '1')
    return (gaveUp) => {
      const all = underWay.get(key) ?? []
      const index = all.indexOf(request)
      if (index < 0) return
      if (gaveUp) tell({ method, url, index, of: all.length })
      if (all.length === 1) underWay.delete(key)
      else
        underWay.set(
          key,
          all.filter((each) => each !== request),
        )
    }
  }
}
