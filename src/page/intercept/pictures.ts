import type { Interception } from './interception.ts'
import { addEventListener, apply } from './natives.ts'
import { pagePart } from './realm.ts'

/** Elements that load by themselves, and tell of a failure by an `error` event. */
const PICTURES = 'img,input[type=image],image,video,audio,source,track'

type Picture = Element & {
  readonly src?: string
  readonly currentSrc?: string
  readonly href?: { readonly baseVal: string }
  readonly crossOrigin?: string | null
  readonly complete?: boolean
}

/**
 * Pictures and media of the HTML start before any worker is there: no script can hold them, and the server refuses them. Those
 * are loaded once more when the worker is there, and the page does not see that they failed.
 */
export function interceptPictures(interception: Interception): void {
  const { gate, known } = interception
  const seen = new WeakSet<Element>()
  let early: WeakSet<Element> | undefined

  const settle = (element: Picture): void => {
    const mode = (mediaOf(element) ?? element).crossOrigin == null ? 'no-cors' : 'cors'
    const isCovered = isAuthorized(interception, { url: urlOf(element), mode, destination: destinationOf(element) })
    if (isCovered) loadAgain(element)
    else element.dispatchEvent(new Event('error'))
  }

  const onError = (event: Event): void => {
    const element = event.target as Picture
    if (!(element instanceof Element) || !element.matches(PICTURES) || seen.has(element)) return
    if (gate.isOpen && !early?.has(element)) return
    seen.add(element)
    event.stopImmediatePropagation()
    const listed = known.then((matcher) => matcher.sessionOf(urlOf(element)) !== undefined)
    void gate.pass(listed).then(() => settle(element))
  }
  apply(addEventListener, window, ['error', onError, true])

  void gate.pass(Promise.resolve(true)).then(() => {
    early = new WeakSet([...document.querySelectorAll<Picture>(PICTURES)].filter(({ complete }) => !complete))
    if (document.readyState === 'complete') healStyles(interception)
    else apply(addEventListener, window, ['load', () => healStyles(interception)])
  })
}

/** Whether a worker is there that gives a token to what an element, or a style sheet, loads. */
function isAuthorized(
  { gate, matcher, mayMark }: Interception,
  facts: { readonly url: string; readonly mode: string; readonly destination: string },
): boolean {
  if (!gate.isOpen || gate.sendHere || !mayMark(facts.url)) return false
  return matcher?.match({ ...facts, method: 'GET' }, () => null)?.authorize === true
}

/** Pictures of style sheets tell of a failure by nothing but their timing. */
function healStyles(interception: Interception): void {
  const urls = (performance.getEntriesByType('resource') as PerformanceResourceTiming[])
    .filter(({ initiatorType, responseStatus }) => initiatorType === 'css' && responseStatus >= 400)
    .map(({ name }) => name)
    .filter((url) => isAuthorized(interception, { url, mode: 'no-cors', destination: 'image' }))
  if (urls.length === 0) return
  const { styleSheets, adoptedStyleSheets, baseURI } = document
  const styled = document.querySelectorAll<HTMLElement>('[style*="url("]')
  void interception
    .loadPagePart()
    .then(() => pagePart()?.healStyles({ styleSheets, adoptedStyleSheets, baseURI, styled }, urls.join('\n')))
    .catch(() => {})
}

const mediaOf = (element: Picture): HTMLMediaElement | null => element.closest('video,audio')

const urlOf = (element: Picture): string =>
  new URL(element.currentSrc || element.src || element.href?.baseVal || '', document.baseURI).href

function destinationOf(element: Picture): string {
  return element.localName === 'track' ? 'track' : (mediaOf(element)?.localName ?? 'image')
}

function loadAgain(element: Picture): void {
  const media = element.localName === 'track' ? undefined : mediaOf(element)
  if (media) return media.load()
  // An attribute that is set begins anew, also with the value that it had.
  for (const name of ['src', 'srcset', 'href', 'xlink:href']) {
    const value = element.getAttribute(name)
    if (value !== null) element.setAttribute(name, value)
  }
}
