import { MARK } from '../../protocol.ts'

/** Marks a request, and returns what to call when its headers are here, or the page gave it up. */
export type Track = (setHeader: (name: string, value: string) => void) => (gaveUp: boolean) => void

/**
 * For the requests of this page that it may give up before their response headers are here. No engine tells a worker of that,
 * so the page does: it marks them, and the worker takes the mark off. @see https://github.com/w3c/ServiceWorker/issues/1544
 */
export function tracker(tell: (mark: string) => void): Track {
  let count = 0
  return (setHeader) => {
    let mark = `${++count}`
    setHeader(MARK, mark)
    return (gaveUp) => {
      if (gaveUp && mark) tell(mark)
      mark = ''
    }
  }
}
