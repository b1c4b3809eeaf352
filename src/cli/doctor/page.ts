import { type DefaultTreeAdapterTypes, parse } from 'parse5'
import { nextScriptOf } from './next-script.ts'

/** A script element, as far as its place and its addresses matter. */
export interface PageScript {
  /** Absolute; missing for an inline script. */
  readonly src?: string
  readonly text: string
  readonly attributes: Readonly<Record<string, string>>
  /** What its addresses are relative to: a `<base>` counts only for what comes after it. */
  readonly base: string
  /** When it runs: while the page is parsed, whenever it has loaded, after parsing, or when a framework loads it, before the app. */
  readonly runs: 'blocking' | 'async' | 'deferred' | 'framework'
  /** Whether something that a page shows stands before it. */
  readonly isInBody: boolean
}

export interface Page {
  readonly url: string
  readonly base: string
  readonly scripts: readonly PageScript[]
  /** Policies in `<meta>`. */
  readonly metaPolicies: readonly string[]
  readonly ours?: PageScript
  /** Further script tags of Bearer Worker. */
  readonly again: readonly PageScript[]
}

type Node = DefaultTreeAdapterTypes.Node
type Element = DefaultTreeAdapterTypes.Element

/** @see https://mimesniff.spec.whatwg.org/#javascript-mime-type */
export const JAVASCRIPT =
  /^(text\/(javascript(1\.[0-5])?|ecmascript|jscript|livescript|x-(java|ecma)script)|application\/(x-)?(java|ecma)script)$/

/** Reads a page as a browser does, with its base URL. */
export function readPage(html: string, url: string): Page {
  let base: string | undefined
  const scripts: PageScript[] = []
  const metaPolicies: string[] = []
  for (const element of elementsOf(parse(html))) {
    const attributes = attributesOf(element)
    if (element.tagName === 'base' && attributes['href'] !== undefined)
      base ??= absolute(attributes['href'], url) ?? url
    if (element.tagName === 'script') scripts.push(...scriptOf(element, attributes, base ?? url))
    if (element.tagName === 'meta' && attributes['http-equiv']?.toLowerCase() === 'content-security-policy')
      metaPolicies.push(attributes['content'] ?? '')
  }
  const [ours, ...again] = scripts.filter(isOurs)
  return { url, base: base ?? url, scripts, metaPolicies, again, ...(ours && { ours }) }
}

/** By its name, or by an attribute that only our script has. */
function isOurs({ src, attributes }: PageScript): boolean {
  if (src === undefined) return false
  const name = new URL(src).pathname.split('/').at(-1)!
  return (
    /^bearer-worker([.-](?!inspector|sw|page|oauth|vault)[\w-]+)?\.js$/.test(name) ||
    (attributes['data-worker'] ?? attributes['data-config']) !== undefined
  )
}

/** In the order of the document, however deep it is nested. What is in a `<template>` is inert, and not among its child nodes. */
function* elementsOf(root: Node): Generator<Element> {
  const open: Node[] = [root]
  for (let node = open.pop(); node; node = open.pop()) {
    if ('tagName' in node) yield node
    if ('childNodes' in node) for (let at = node.childNodes.length - 1; at >= 0; at--) open.push(node.childNodes[at]!)
  }
}

function scriptOf(element: Element, attributes: Readonly<Record<string, string>>, base: string): PageScript[] {
  const type = (attributes['type'] ?? '').trim().toLowerCase()
  const isModule = type === 'module'
  if (type !== '' && !isModule && !JAVASCRIPT.test(type)) return []
  const src = attributes['src'] === undefined ? undefined : absolute(attributes['src'], base)
  if (attributes['src'] !== undefined && src === undefined) return []
  const isInBody = isBelow(element, 'body')
  const text = element.childNodes.map((child) => ('value' in child ? child.value : '')).join('')
  const next = src === undefined ? nextScriptOf(text) : undefined
  const nextSrc = next && absolute(next['src']!, base)
  if (nextSrc !== undefined) return [{ text: '', attributes: next!, base, runs: 'framework', src: nextSrc, isInBody }]
  return [
    {
      text,
      attributes,
      base,
      isInBody,
      runs: momentOf(attributes, src !== undefined, isModule),
      ...(src !== undefined && { src }),
    },
  ]
}

/** Whether an element is inside of one with this name. */
function isBelow({ parentNode }: Element, name: string): boolean {
  for (let node: Element['parentNode'] = parentNode; node && 'tagName' in node; node = node.parentNode)
    if (node.tagName === name) return true
  return false
}

function momentOf(
  attributes: Readonly<Record<string, string>>,
  isExternal: boolean,
  isModule: boolean,
): PageScript['runs'] {
  if (attributes['data-nscript'] === 'beforeInteractive') return 'framework'
  if ('async' in attributes && (isExternal || isModule)) return 'async'
  return isModule || ('defer' in attributes && isExternal) ? 'deferred' : 'blocking'
}

function attributesOf({ attrs }: Element): Record<string, string> {
  return Object.fromEntries(attrs.map(({ name, value }) => [name, value]))
}

function absolute(url: string, base: string): string | undefined {
  return URL.canParse(url, base) ? new URL(url, base).href : undefined
}
