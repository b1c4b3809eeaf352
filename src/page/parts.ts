import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { loadedPart } from '../io/loaded-part.ts'
import type { PagePart } from '../page-part/index.ts'
import { OAUTH_PART, PAGE_PART } from '../protocol.ts'
import { version } from '../version.ts'
import type { Places } from './registration.ts'

const loading = new Map<string, Promise<void>>()

/** The part that most pages never need. Rejects with `part-unavailable`. */
export const loadPagePart = ({ pagePart }: Places): Promise<PagePart> => load(pagePart, PAGE_PART)

/**
 * The OAuth part, for the engine in this page. Rejects with `part-unavailable`. It lies beside the worker; a site whose own
 * worker contains it may have it beside the page part only.
 */
export function loadOAuthPart({ oauthPart, pagePart }: Places): Promise<AuthorizationServers> {
  const besidePagePart = new URL('bearer-worker.oauth.js', pagePart)
  return load<AuthorizationServers>(oauthPart, OAUTH_PART).catch((error: unknown) => {
    if (besidePagePart.href === oauthPart.href) throw error
    return load<AuthorizationServers>(besidePagePart, OAUTH_PART).catch(() => {
      throw error
    })
  })
}

async function load<Part>({ href, pathname }: URL, symbol: symbol): Promise<Part> {
  const loaded = loading.get(href) ?? addScript(href)
  loading.set(href, loaded)
  try {
    await loaded
    return loadedPart(symbol)
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
