import { BearerWorkerError } from '../errors.ts'
import { loadedPart } from '../io/loaded-part.ts'
import type { PagePart } from '../page-part/index.ts'
import { PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import type { Places } from './registration.ts'

const loading = new Map<string, Promise<void>>()

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = ({ pagePart }: Places): Promise<PagePart> => loadPart(pagePart, PAGE_PART)

/** Loads a part by a script tag, once. Rejects with `part-unavailable`; the next call tries again. */
export async function loadPart<Part>({ href, pathname }: URL, symbol: symbol): Promise<Part> {
  const loaded = loading.get(href) ?? addScript(href)
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

function addScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const onerror = () => reject(new Error('no script came'))
    const script = Object.assign(document.createElement('script'), { src, onload: () => resolve(), onerror })
    document.head.append(script)
  })
}
