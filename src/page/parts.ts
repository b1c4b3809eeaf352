import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import type { PagePart } from '../page-part/index.ts'
import { OAUTH_PART, PAGE_PART } from '../protocol.ts'
import type { Places } from './registration.ts'

const loading = new Map<string, Promise<void>>()

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = (places: Places): Promise<PagePart> => load(places.pagePart, PAGE_PART)

/** The OAuth part, for the engine in this page. Rejects with `part-unavailable`. */
export const loadOAuthPart = (places: Places): Promise<AuthorizationServers> => load(places.oauthPart, OAUTH_PART)

async function load<Part>({ href }: URL, symbol: symbol): Promise<Part> {
  const before = loading.get(href)
  const loaded = before ?? addScript(href)
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

function addScript(src: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement('script'), { src, onload: () => resolve(), onerror: reject })
    document.head.append(script)
  })
}
