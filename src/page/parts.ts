import { BearerWorkerError } from '../errors.ts'
import { loadedPart } from '../io/loaded-part.ts'
import type { PagePart } from '../page-part/index.ts'
import { PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import { root } from './own-origin.ts'
import type { Places } from './registration.ts'
import { trusted } from '../io/trusted-script.ts'

const loading = new Map<string, Promise<void>>()

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = ({ pagePart, nonce }: Places): Promise<PagePart> => loadPart(pagePart, PAGE_PART, nonce)

/** Loads a part by a script tag, once. Rejects with `part-unavailable`; the next call tries again. */
export async function loadPart<Part>(url: URL, symbol: symbol, nonce: string | undefined): Promise<Part> {
  const { href, pathname } = url
  const loaded = loading.get(href) ?? addScript(url, nonce)
  loading.set(href, loaded)
  try {
    await loaded
    return loadedPart<Part>(symbol).part
  } catch (cause) {
    loading.delete(href)
    const file = pathname.slice(pathname.lastIndexOf('/') + 1)
    const message = `${href} could not be loaded (${(cause as Error).message}). Copy ${file} of version ${version} there, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
}

/** By the browser's own functions: an element named `head` or `createElement` takes the place of the document's. */
async function addScript(url: URL, nonce = ''): Promise<void> {
  const script = Document.prototype.createElement.call(document, 'script') as HTMLScriptElement
  await new Promise((resolve, reject) => {
    const onerror = () => reject(new Error('no script came'))
    Object.assign(script, { src: trusted(url), nonce, onload: resolve, onerror })
    root().append(script)
  })
}
