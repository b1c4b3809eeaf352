import type { Interception } from './interception.ts'
import { nativeFetch } from './natives.ts'

/** Links whose preload answers a `fetch` or an `XMLHttpRequest`. */
const PRELOADS = 'link[rel~=preload i][as=fetch i][crossorigin]'

/** WebKit answers nothing with what it loaded before this worker was there. @see https://html.spec.whatwg.org/#dom-navigator-vendor */
const loadsAnew = (): boolean => navigator.vendor.startsWith('Apple')

/**
 * A preload that left before the page was covered has no token, and the browser answers the next request of its URL with the
 * server's refusal. A preload answers only once: its answer is taken before the page's own requests leave.
 * @see https://html.spec.whatwg.org/multipage/links.html#consume-a-preloaded-resource
 */
export function takePreloads(interception: Interception): void {
  if (loadsAnew()) return
  void interception.gate.pass(Promise.resolve(true)).then(() => {
    const links = Document.prototype.querySelectorAll.call(document, PRELOADS) as NodeListOf<HTMLLinkElement>
    for (const { href, crossOrigin } of links) {
      if (interception.matcher?.sessionOf(href) === undefined) continue
      const credentials = crossOrigin === 'use-credentials' ? 'include' : 'same-origin'
      nativeFetch(href, { credentials }).catch(() => {})
    }
  })
}
