/**
 * Has the pictures of style sheets loaded again whose URLs are given: a declaration that is set anew loads them anew. Nothing but
 * texts is handed to functions of the page, since this code is of another realm.
 */
export function healStyles({ styleSheets, adoptedStyleSheets, baseURI, ...rest }: HealedDocument, urls: string): void {
  for (const sheets of [styleSheets, adoptedStyleSheets]) {
    for (let i = 0; i < sheets.length; i++) healGroup(sheets[i]!, sheets[i]!.href ?? baseURI, urls)
  }
  for (let i = 0; i < rest.styled.length; i++) heal(rest.styled[i]!.style, baseURI, urls)
}

/** What is looked at of a document. */
export interface HealedDocument {
  readonly styleSheets: ArrayLike<CSSStyleSheet>
  readonly adoptedStyleSheets: ArrayLike<CSSStyleSheet>
  readonly baseURI: string
  /** Elements with pictures in a `style` of their own. */
  readonly styled: ArrayLike<ElementCSSInlineStyle>
}

function healGroup(group: CSSStyleSheet | CSSRule, base: string, urls: string): void {
  if ('style' in group) heal(group.style as CSSStyleDeclaration, base, urls)
  const rules = rulesOf(group)
  for (let i = 0; i < rules.length; i++) healGroup(rules[i]!, base, urls)
}

/** The rules of another origin's sheet cannot be read. */
function rulesOf(group: CSSStyleSheet | CSSRule): ArrayLike<CSSRule> {
  try {
    return ('cssRules' in group && (group.cssRules as CSSRuleList)) || []
  } catch {
    return []
  }
}

function heal(style: CSSStyleDeclaration, base: string, urls: string): void {
  const names = Array.from({ length: style.length }, (_, index) => style[index]!)
  for (const name of names) {
    const value = style.getPropertyValue(name)
    const found = [...value.matchAll(/url\("?([^")]*)"?\)/g)].map(([, url = '']) => url)
    if (!found.some((url) => URL.canParse(url, base) && urls.split('\n').includes(new URL(url, base).href))) continue
    const priority = style.getPropertyPriority(name)
    style.removeProperty(name)
    style.setProperty(name, value, priority)
  }
}
