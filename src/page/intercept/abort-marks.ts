import { MARK_FRAGMENT, type Calls } from '../../protocol.ts'

/** A request that the page may give up before its response headers are here. */
export interface Tracked {
  /** Where to send it. */
  readonly url: string
  /** To be called when its headers are here, or the page gave it up. */
  readonly endTracking: (gaveUp: boolean) => void
}

/** Tracks a request by a mark in its URL; with `method`, by method and URL as it stands. */
export type Track = (url: string, method?: string) => Tracked

/**
 * No engine tells a worker that a page gave a request up, so the page does: by a number in the fragment of the URL. A worker
 * sees the fragment, and no server ever does, whatever becomes of the worker meanwhile.
 * @see https://github.com/w3c/ServiceWorker/issues/1544
 */
export function tracker(tell: (call: Calls['abort']['call']) => void): Track {
  let count = 0
  return (url, method) => {
    const mark = method === undefined ? `${++count}` : undefined
    let isTracked = true
    return {
      url: mark === undefined ? url : `${url.replace(/#.*/, '')}${MARK_FRAGMENT}${mark}`,
      endTracking(gaveUp) {
        if (gaveUp && isTracked) tell({ mark, method, url })
        isTracked = false
      },
    }
  }
}
