import { isBodyless } from '../../io/body.ts'
import { DIRECT_FRAGMENT } from '../../protocol.ts'
import { ownClasses } from '../intercept/own-classes.ts'

/** The URL that a static route lets pass the worker. It keeps its own fragment, which Resource Timing shows. */
export const routed = (url: string): string => `${url}${url.includes('#') ? '' : '#'}${DIRECT_FRAGMENT}`

/** The URL that it was made of. */
export const unrouted = (url: string): string =>
  url.endsWith(DIRECT_FRAGMENT) ? url.slice(0, -DIRECT_FRAGMENT.length).replace(/#$/, '') : url

/** The request that `fetch` would make of its arguments, on its way past the worker. Throws what `fetch` rejects with. */
export function routedRequest([input, init]: Parameters<typeof fetch>, url: string): Request {
  if (!(input instanceof Request)) return new ownClasses.Request(routed(url), init)
  const request = new ownClasses.Request(input, init)
  // A copy with another URL would send a body as a stream. So the worker sees the request, and leaves it alone: it has the header.
  return isBodyless(request) ? new ownClasses.Request(routed(url), request) : request
}
