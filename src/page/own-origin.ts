import { BearerWorkerError } from '../errors.ts'
import { getterOf, setterOf, uncurried } from './intercept/own-classes.ts'
import { globals, isWorker } from './realm.ts'

// Neither a worker nor a framework that renders on a server has them.
const { Document, Node, Element, HTMLIFrameElement, HTMLScriptElement } = globals as Partial<typeof globalThis>

/**
 * What the document says of itself, from the browser's own getters: an element with `name="currentScript"` or
 * `name="baseURI"` takes the place of the property of that name. @see https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem
 */
const [script, element, base] = [
  getterOf(Document, 'currentScript'),
  getterOf(Document, 'documentElement'),
  getterOf(Node, 'baseURI'),
]
const create = uncurried(Document?.prototype.createElement as (this: Document, name: string) => HTMLElement)
const selectAll = uncurried(
  Document?.prototype.querySelectorAll as (this: Document, selectors: string) => NodeListOf<HTMLElement>,
)
const append = uncurried(Element?.prototype.append as (this: Element, ...nodes: Node[]) => void)
const setFrameSource = setterOf(HTMLIFrameElement, 'src')
const setSource = setterOf(HTMLScriptElement, 'src')

const [cookie, readiness, visibility] = [
  getterOf(Document, 'cookie'),
  getterOf(Document, 'readyState'),
  getterOf(Document, 'visibilityState'),
]
export const documentCookie = (): string => (isWorker ? '' : cookie(document))
export const readyState = (): DocumentReadyState => (isWorker ? 'complete' : readiness(document))
export const isVisible = (): boolean => visibility(document) === 'visible'

/**
 * A class or function of `window` that some browsers do not have: an element with that id is there in its place.
 * @see https://html.spec.whatwg.org/multipage/nav-history-apis.html#named-access-on-the-window-object
 */
export function globalFunction<Native>(name: string): Native | undefined {
  const found = (globalThis as unknown as Record<string, unknown>)[name]
  return found instanceof Function ? (found as Native) : undefined
}

/** The script tag that is run; null in a worker, and in a module. */
export const currentScript = () => (isWorker ? null : (script(document) as HTMLScriptElement | null))

/** What the browser resolves the URLs of this page's, or this worker's, requests against. */
export const baseUrl = (): string => (isWorker ? location.href : base(document))

/** The elements of this page that selectors match. */
export const elementsOf = (selectors: string): readonly HTMLElement[] => [...selectAll(document, selectors)]

/** A script element that is not in the document yet. */
export const newScript = () => create(document, 'script') as HTMLScriptElement

/** Loads a script. @param url a text, or what Trusted Types made of it */
export function insertScript(script: HTMLScriptElement, url: string): void {
  setSource(script, url)
  append(element(document), script)
}

/**
 * Goes to a URL. A vault is told which origin sends the user, whatever the referrer policy of the page: it takes parameters of
 * its apps only.
 */
export function goTo(url: string): void {
  if (!url.includes('#bearer-worker=')) return location.assign(url)
  const link = create(document, 'a') as HTMLAnchorElement
  Object.assign(link, { href: url, referrerPolicy: 'origin' })
  link.click()
}

/** A frame that nobody sees. */
export interface HiddenFrame {
  readonly element: HTMLIFrameElement
  /** Resolves once its page is loaded. */
  readonly loaded: Promise<void>
}

/** Puts a frame into the document. Its page runs scripts and has its own storage; it cannot navigate this page, and opens nothing. */
export function appendHidden(url: string): HiddenFrame {
  const frame = create(document, 'iframe') as HTMLIFrameElement
  const loaded = new Promise<void>((resolve) => frame.addEventListener('load', () => resolve(), { once: true }))
  Object.assign(frame, { hidden: true, tabIndex: -1, sandbox: 'allow-scripts allow-same-origin' })
  setFrameSource(frame, url)
  append(element(document), frame)
  return { element: frame, loaded }
}

/**
 * A URL of this page's own origin. A `<base>` element may send relative URLs to another folder, never to another
 * origin: whoever can inject HTML must not choose which script runs. Throws `configuration-invalid`.
 */
export function ownUrl(url: string, base: string = ownBase()): URL {
  const parsed = new URL(url, base)
  if (parsed.origin === self.origin) return parsed
  throw new BearerWorkerError({
    code: 'configuration-invalid',
    message: `${parsed.href} has to be on the page's own origin, ${self.origin}.`,
    issues: [],
  })
}

function ownBase(): string {
  const base = baseUrl()
  if (/^http/.test(base) && new URL(base).origin === self.origin) return base
  // A frame without a URL of its own, as about:srcdoc, has its parent's origin; a worker of a blob that of its maker.
  return /^http/.test(location.href) ? location.href : self.origin
}
