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

/** An attribute that is set begins again, also with the value that it had; that of a track with another one only. */
export function loadAgain(element: Picture): true {
  const { localName, parentElement } = element
  if (element instanceof HTMLMediaElement) element.load()
  else {
    for (const each of parentElement?.localName === 'picture' ? parentElement.children : [element]) {
      for (const name of ['src', 'srcset', 'href', 'xlink:href']) {
        const value = each.getAttribute(name)
        if (value !== null) each.setAttribute(name, localName === 'track' ? `${value}#` : value)
      }
    }
  }
  return true
}
