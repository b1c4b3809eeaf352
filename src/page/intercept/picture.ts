import { baseUrl } from '../own-origin.ts'

/** Elements that load by themselves, and tell of a failure by an `error` event. */
export const PICTURES = 'img,input[type=image],image,video,audio,source,track'

/** What these elements have in common, each as far as it has it. */
export type Picture = Element & {
  readonly src?: string
  readonly currentSrc?: string
  readonly href?: { readonly baseVal: string }
  readonly crossOrigin?: string | null
  readonly complete?: boolean
  readonly naturalWidth?: number
}

/** The element that is loaded, of one that names what it loads. */
export function ownerOf(element: Picture): Picture {
  const parent = element.parentElement
  return element.localName === 'source' && parent instanceof HTMLMediaElement ? parent : element
}

export function urlOf({ currentSrc, src, href }: Picture): string {
  const url = currentSrc || src || href?.baseVal
  return url && URL.canParse(url, baseUrl()) ? new URL(url, baseUrl()).href : ''
}

export function destinationOf(element: Picture): string {
  const { localName } = ownerOf(element)
  return /^(audio|video|track)$/.test(localName) ? localName : 'image'
}

/** Attributes that name what is loaded. */
const URLS = ['src', 'srcset', 'href', 'xlink:href'] as const

/**
 * An `<img>` begins again when its `src` is set, also to the value that it had. Firefox takes no notice of any other attribute
 * that stays as it was, so it is taken away before. A `<track>` begins again with another URL only, in Firefox only by its property.
 */
export function loadAgain(element: Picture): true {
  const { localName, parentElement } = element
  const isInPicture = parentElement?.localName === 'picture'
  if (element instanceof HTMLMediaElement) element.load()
  else if (element instanceof HTMLTrackElement) element.src = `${element.getAttribute('src')}#`
  else if (localName === 'img' && element.hasAttribute('src')) element.setAttribute('src', element.getAttribute('src')!)
  else for (const each of isInPicture ? parentElement.children : [element]) for (const name of URLS) setAnew(each, name)
  return true
}

/** What an attribute names is loaded again. */
function setAnew(element: Element, name: string): void {
  const value = element.getAttribute(name)
  if (value === null) return
  const namespace = name.startsWith('xlink:') ? 'http://www.w3.org/1999/xlink' : null
  element.removeAttribute(name)
  element.setAttributeNS(namespace, name, value)
}
