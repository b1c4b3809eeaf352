import { BearerWorkerError } from '../errors.ts'
import { loadedPart } from '../io/loaded-part.ts'
import type { PagePart } from '../page-part/index.ts'
import { OAUTH_PART, PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import { ownClasses } from './intercept/own-classes.ts'
import { currentScript, insertScript, newScript } from './own-origin.ts'
import type { Places } from './registration.ts'
import { trusted } from '../io/trusted-script.ts'

const loading = new Map<string, Promise<unknown>>()
/** What a script has handed over, by its element. */
const handed = new ownClasses.Map<HTMLScriptElement | null, unknown>()

// Not to be defined again: no script that runs later may take the part's place, or look into it.
for (const symbol of globalThis.window ? [PAGE_PART, OAUTH_PART] : []) {
  let last: unknown
  Reflect.defineProperty(globalThis, symbol, {
    get: () => last,
    set(part: unknown) {
      last = part
      const script = currentScript()
      if (!handed.has(script)) handed.set(script, part)
    },
  })
}

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = ({ pagePart, nonce }: Places): Promise<PagePart> => loadPart(pagePart, PAGE_PART, nonce)

/** Loads a part by a script tag, once. Rejects with `part-unavailable`; the next call tries again. */
export async function loadPart<Part>(url: URL, symbol: symbol, nonce: string | undefined): Promise<Part> {
  const { href, pathname } = url
  const loaded = loading.get(href) ?? addScript(url, symbol, nonce)
  loading.set(href, loaded)
  try {
    return (await loaded) as Part
  } catch (cause) {
    loading.delete(href)
    const file = pathname.slice(pathname.lastIndexOf('/') + 1)
    const message = `${href} could not be loaded (${(cause as Error).message}). Copy ${file} of version ${version} there, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
}

async function addScript(url: URL, symbol: symbol, nonce = ''): Promise<unknown> {
  const script = newScript()
  await new Promise((resolve, reject) => {
    const onerror = () => reject(new Error('no script came'))
    Object.assign(script, { nonce, onload: resolve, onerror })
    insertScript(script, trusted(url))
  })
  // Another copy of the page script may have defined the property first.
  const part = handed.get(script) ?? (globalThis as unknown as Record<symbol, unknown>)[symbol]
  return loadedPart(part, ownClasses).part
}
