import { BearerWorkerError } from '../errors.ts'

/**
 * What the document says of itself, from the browser's own getters: an element with `name="currentScript"` or
 * `name="baseURI"` takes the place of the property of that name. @see https://html.spec.whatwg.org/multipage/dom.html#dom-document-nameditem
 */
function ofDocument<T>(prototype: object, property: string): T {
  return Object.getOwnPropertyDescriptor(prototype, property)!.get!.call(document) as T
}

export const currentScript = (): HTMLScriptElement | null => ofDocument(Document.prototype, 'currentScript')

export const root = (): Element => ofDocument(Document.prototype, 'documentElement')

/** What the browser resolves the URLs of this page's requests against. */
export const baseUrl = (): string => ofDocument(Node.prototype, 'baseURI')

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
  if (new URL(base).origin === self.origin) return base
  // A frame without a URL of its own, as about:srcdoc, has its parent's origin.
  return /^http/.test(location.href) ? location.href : self.origin
}
