/** What of a document may be loaded again. */
interface Healing {
  /** Absolute URLs that failed before the page was covered. */
  readonly urls: readonly string[]
  /** Whether a URL gets a token now: as that of an element, or of a style sheet. */
  readonly mayHeal: (url: string, element?: Element) => boolean
  readonly urlOf: (element: Element) => string
  readonly loadAgain: (element: Element) => unknown
}

/**
 * Loads again what failed without an event that this page could see: pictures of style sheets and posters; and elements that failed
 * before the page script ran.
 */
export function healSilent(healed: Healing): void {
  const setAgain: (() => void)[] = []
  const healing = { ...healed, setAgain }
  const roots: (Document | ShadowRoot)[] = [document]
  for (const root of roots) {
    for (const element of root.querySelectorAll('*')) {
      if (element.shadowRoot) roots.push(element.shadowRoot)
      healElement(element, healing)
    }
    for (const sheet of [...root.styleSheets, ...root.adoptedStyleSheets])
      healGroup(sheet, { ...healing, base: sheet.href ?? document.baseURI })
  }
  // WebKit loads nothing again whose style is the same at its next look at it: here it looks, and once more, or it may not until something else changes.
  look()
  for (const set of setAgain) set()
  look()
}

/** Makes the browser look at the styles of the document now. */
const look = (): unknown => document.documentElement.offsetWidth

/** What has taken a declaration away adds how to set it again. */
interface Begun extends Healing {
  readonly setAgain: (() => void)[]
}

function healElement(element: Element, healing: Begun): void {
  const { urls, mayHeal, urlOf, loadAgain } = healing
  if (isBroken(element)) {
    const url = urlOf(element)
    if (urls.includes(withoutFragment(url)) && mayHeal(url, element)) loadAgain(element)
  }
  if (
    element instanceof HTMLVideoElement &&
    urls.includes(withoutFragment(element.poster)) &&
    mayHeal(element.poster)
  ) {
    const poster = element.getAttribute('poster')!
    // Firefox takes no notice of an attribute that stays as it was.
    element.removeAttribute('poster')
    element.setAttribute('poster', poster)
  }
  if (element.getAttribute('style')?.includes('url('))
    healStyle((element as HTMLElement).style, { ...healing, base: document.baseURI })
}

function isBroken(element: Element): boolean {
  if (element instanceof HTMLImageElement) return element.complete && element.naturalWidth === 0
  if (element instanceof HTMLMediaElement) return element.networkState === element.NETWORK_NO_SOURCE
  return element instanceof HTMLTrackElement && element.readyState === element.ERROR
}

interface HealingSheet extends Begun {
  /** What URLs of the sheet are relative to. */
  readonly base: string
}

function healGroup(group: CSSStyleSheet | CSSRule, healing: HealingSheet): void {
  if ('style' in group) healStyle(group.style as CSSStyleDeclaration, healing)
  if (group instanceof CSSImportRule && group.styleSheet)
    return healGroup(group.styleSheet, { ...healing, base: group.styleSheet.href ?? healing.base })
  for (const rule of rulesOf(group)) healGroup(rule, healing)
}

/** The rules of another origin's sheet cannot be read. */
function rulesOf(group: CSSStyleSheet | CSSRule): readonly CSSRule[] {
  try {
    return 'cssRules' in group ? [...(group.cssRules as CSSRuleList)] : []
  } catch {
    return []
  }
}

const URLS = /url\(\s*(["']?)(.*?)\1\s*\)/g

/** A declaration that is taken away and set again loads its pictures again. */
function healStyle(style: CSSStyleDeclaration, { base, urls, mayHeal, setAgain }: HealingSheet): void {
  for (const name of [...style]) {
    const value = style.getPropertyValue(name)
    const found = [...value.matchAll(URLS)].map(([, , url = '']) => url)
    const isHealed = found.some((url) => {
      if (!URL.canParse(url, base)) return false
      const { href } = new URL(url, base)
      return urls.includes(withoutFragment(href)) && mayHeal(href)
    })
    if (!isHealed) continue
    const priority = style.getPropertyPriority(name)
    style.removeProperty(name)
    setAgain.push(() => style.setProperty(name, value, priority))
  }
}

const withoutFragment = (url: string): string => url.replace(/#.*/, '')
