import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import type { PagePart } from '../page-part/index.ts'
import { OAUTH_PART, PAGE_PART } from '../protocol.ts'
import { root } from './own-origin.ts'
import type { Places } from './registration.ts'
import { trusted } from './trusted-script.ts'

const loading = new Map<string, Promise<void>>()

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = (places: Places): Promise<PagePart> => load(places.pagePart, PAGE_PART, places)

/** The OAuth part, for the engine in this page. Rejects with `part-unavailable`. */
export const loadOAuthPart = (places: Places): Promise<AuthorizationServers> =>
  load(places.oauthPart, OAUTH_PART, places)

async function load<Part>(url: URL, symbol: symbol, { nonce }: Places): Promise<Part> {
  const { href } = url
  const loaded = loading.get(href) ?? addScript(url, nonce)
  loading.set(href, loaded)
  try {
    await loaded
  } catch (cause) {
    loading.delete(href)
    const message = `${href} could not be loaded. Copy it beside the other scripts of Bearer Worker, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
  return (globalThis as unknown as Readonly<Record<symbol, Part>>)[symbol]!
}

/** By the browser's own functions: an element named `head` or `createElement` takes the place of the document's. */
async function addScript(url: URL, nonce = ''): Promise<void> {
  const script = Document.prototype.createElement.call(document, 'script') as HTMLScriptElement
  await new Promise((resolve, reject) => {
    Object.assign(script, { src: trusted(url), nonce, onload: resolve, onerror: reject })
    root().append(script)
  })
}
