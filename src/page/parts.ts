import { BearerWorkerError } from '../errors.ts'
import { loadedPart } from '../io/loaded-part.ts'
import type { PagePart } from '../page-part/index.ts'
import { OAUTH_PART, PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import { ownClasses } from './intercept/own-classes.ts'
import { currentScript, insertScript, newScript } from './own-origin.ts'
import { isBrowser, isWorker, serviceWorkers } from './realm.ts'
import type { Places } from './registration.ts'
import { trusted } from '../io/trusted-script.ts'

const loading = new Map<string, Promise<unknown>>()
/** What a script has handed over, by its element; in a worker, which has none, by the symbol of the part. */
const handed = new ownClasses.Map<HTMLScriptElement | symbol, unknown>()

// Not to be defined again: no script that runs later may take the part's place, or look into it.
for (const symbol of isBrowser ? [PAGE_PART, OAUTH_PART] : []) {
  let last: unknown
  Reflect.defineProperty(globalThis, symbol, {
    get: () => last,
    set(part: unknown) {
      last = part
      const by = currentScript() ?? symbol
      if (!handed.has(by)) handed.set(by, part)
    },
  })
}

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = ({ pagePart, nonce }: Places): Promise<PagePart> => loadPart(pagePart, PAGE_PART, nonce)

/** Loads a part by a script tag, or by an import in a worker, once. Rejects with `part-unavailable`; the next call tries again. */
export async function loadPart<Part>(url: URL, symbol: symbol, nonce: string | undefined): Promise<Part> {
  const { href, pathname } = url
  const loaded = loading.get(href) ?? (isWorker ? importPart(url, symbol) : addScript(url, symbol, nonce))
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

/** A module worker has no `importScripts()`, and no import is tried again by every browser. */
async function importPart(url: URL, symbol: symbol): Promise<unknown> {
  handed.delete(symbol)
  const failure: unknown = await import(/* @vite-ignore */ url.href).then(
    () => undefined,
    (error: unknown) => error,
  )
  try {
    if (failure) (globalThis as unknown as WithImport).importScripts(trusted(url))
  } catch {
    throw failure
  }
  return loadedPart(handed.get(symbol), ownClasses).part
}

interface WithImport {
  readonly importScripts: (url: string) => void
}

async function addScript(url: URL, symbol: symbol, nonce = ''): Promise<unknown> {
  const first = addOneScript(url, nonce)
  const changed = new AbortController()
  const isReplaced = new Promise<'replaced'>((resolve) =>
    serviceWorkers()?.addEventListener('controllerchange', () => resolve('replaced'), changed),
  )
  const loaded = await Promise.race([first, isReplaced]).finally(() => changed.abort())
  // WebKit loses some requests that it was about to give to a worker which is replaced: neither an answer nor an error follows.
  const script = loaded === 'replaced' ? await Promise.any([first, addOneScript(again(url), nonce)]) : loaded
  // Another copy of the page script may have defined the property first.
  const part = handed.get(script) ?? (globalThis as unknown as Record<symbol, unknown>)[symbol]
  return loadedPart(part, ownClasses).part
}

/** Another URL of the same file: of one URL, a browser waits for the request that is under way. */
function again(url: URL): URL {
  const other = new URL(url)
  other.searchParams.set('again', '')
  return other
}

async function addOneScript(url: URL, nonce: string): Promise<HTMLScriptElement> {
  const script = newScript()
  await new Promise((resolve, reject) => {
    const onerror = () => reject(new Error('no script came'))
    Object.assign(script, { nonce, onload: resolve, onerror })
    insertScript(script, trusted(url))
  })
  return script
}
