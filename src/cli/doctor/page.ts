import { type DefaultTreeAdapterTypes, parse } from 'parse5'

/** A script element, as far as its place and its addresses matter. */
export interface PageScript {
  /** Absolute; missing for an inline script. */
  readonly src?: string
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  /** When it runs: while the page is parsed, whenever it has loaded, or after parsing. */
  readonly runs: 'blocking' | 'async' | 'deferred'
}

export interface Page {
  readonly url: string
  readonly base: string
  readonly scripts: readonly PageScript[]
  /** Policies in `<meta>`. */
  readonly metaPolicies: readonly string[]
  readonly ours?: PageScript
}

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

/** @see https://mimesniff.spec.whatwg.org/#javascript-mime-type */
export const JAVASCRIPT =
  /^(text\/(javascript(1\.[0-5])?|ecmascript|jscript|livescript|x-(java|ecma)script)|application\/(x-)?(java|ecma)script)$/

/** Reads a page as a browser does, with its base URL. */
export function readPage(html: string, url: string): Page {
  const elements = [...elementsOf(parse(html))]
  const href = elements.find(({ tagName, attrs }) => tagName === 'base' && attrs.some(({ name }) => name === 'href'))
  const base = href ? (absolute(attributesOf(href)['href']!, url) ?? url) : url
  const scripts = elements.filter(({ tagName }) => tagName === 'script').flatMap((element) => scriptOf(element, base))
  const metaPolicies = elements
    .filter(({ tagName }) => tagName === 'meta')
    .map(attributesOf)
    .filter((attributes) => attributes['http-equiv']?.toLowerCase() === 'content-security-policy')
    .map(({ content = '' }) => content)
  const ours = scripts.find(isOurs)
  return { url, base, scripts, metaPolicies, ...(ours && { ours }) }
}

/** By its name, or by an attribute that only our script has. */
function isOurs({ src, attributes }: PageScript): boolean {
  if (src === undefined) return false
  const name = new URL(src).pathname.split('/').at(-1)!
  return (
    /^bearer-worker([.-](?!inspector|sw)[\w-]+)?\.js$/.test(name) ||
    (attributes['data-worker'] ?? attributes['data-config']) !== undefined
  )
}

function* elementsOf(node: Node): Generator<Element> {
  if ('tagName' in node) yield node
  // What is in a <template> is inert, and not among its child nodes.
  if ('childNodes' in node) for (const child of node.childNodes) yield* elementsOf(child)
}

function scriptOf(element: Element, base: string): PageScript[] {
  const attributes = attributesOf(element)
  const type = (attributes['type'] ?? '').trim().toLowerCase()
  const isModule = type === 'module'
  if (type !== '' && !isModule && !JAVASCRIPT.test(type)) return []
  const src = attributes['src'] === undefined ? undefined : absolute(attributes['src'], base)
  if (attributes['src'] !== undefined && src === undefined) return []
  const text = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
  const isExternal = src !== undefined
  const runs =
    'async' in attributes && (isExternal || isModule)
      ? 'async'
      : isModule || ('defer' in attributes && isExternal)
        ? 'deferred'
        : 'blocking'
  return [{ text, attributes, runs, ...(isExternal && { src }) }]
}

function attributesOf({ attrs }: Element): Record<string, string> {
  return Object.fromEntries(attrs.map(({ name, value }) => [name, value]))
}

function absolute(url: string, base: string): string | undefined {
  return URL.canParse(url, base) ? new URL(url, base).href : undefined
}
