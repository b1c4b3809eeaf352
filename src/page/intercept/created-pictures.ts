import { inPlaceOf } from './natives.ts'
import { type Picture, PICTURES } from './picture.ts'
import { replace } from './replace.ts'

/** Those that load without being in a document. */
const NAMES = /^(img|input|video|audio)$/

/**
 * Listens for failures before the page does, where they come along: those of elements in no document, or in a shadow tree,
 * reach no window. Returns all such elements so far, and how to end this.
 */
export function watchCreated(onError: (event: Event) => void): {
  readonly all: () => readonly Picture[]
  /** URLs of preloads. */
  readonly preloads: () => readonly string[]
  readonly end: () => void
} {
  const elements: Picture[] = []
  const roots: ShadowRoot[] = []
  const listen = (target: EventTarget) => target.addEventListener('error', onError, true)
  const watch = <T extends Element>(element: T): T => {
    if (NAMES.test(element.localName)) {
      listen(element)
      elements.push(element)
    }
    return element
  }
  const { attachShadow } = Element.prototype
  const { createElement } = Document.prototype
  const constructing = <T extends new (...args: never[]) => Element>(Native: T): T =>
    new Proxy(Native, { construct: (target, args) => watch(Reflect.construct(target, args) as Element) })
  listen(window)
  const ends = [
    replace(
      Element.prototype,
      'attachShadow',
      inPlaceOf(attachShadow, function (this: Element, ...args: Parameters<typeof attachShadow>) {
        const root = attachShadow.apply(this, args)
        listen(root)
        roots.push(root)
        return root
      }),
    ),
    replace(
      Document.prototype,
      'createElement',
      inPlaceOf(createElement, function (this: Document, ...args: [never]) {
        return watch(createElement.apply(this, args))
      }) as typeof createElement,
    ),
    replace(window, 'Image', constructing(Image)),
    replace(window, 'Audio', constructing(Audio)),
  ]
  const select = <Kind extends Element>(selector: string) => [
    ...(Document.prototype.querySelectorAll.call(document, selector) as NodeListOf<Kind>),
  ]
  const all = (): readonly Picture[] => [
    ...elements,
    ...select<Picture>(PICTURES),
    ...roots.flatMap((root) => [...root.querySelectorAll<Picture>(PICTURES)]),
  ]
  const preloads = () => select<HTMLLinkElement>('link[rel~=preload i][as=image i]').map(({ href }) => href)
  return { all, preloads, end: () => ends.forEach((end) => void end()) }
}
