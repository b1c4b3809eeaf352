import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { loadedPart } from '../io/loaded-part.ts'
import { OAUTH_PART } from '../protocol.ts'
import { version } from '../version.ts'

/** How scripts come into this realm, and where parts may lie. */
export interface PartLoading {
  readonly loadScript: (url: string, onLoaded: () => void, onFailed: () => void) => void
  readonly oauthPart: string
  readonly pagePart: string
}

/**
 * The OAuth part, for the engine in this realm. It lies beside the worker; a site whose own worker contains it may have it
 * beside the page part only. Rejects with `part-unavailable`.
 */
export async function loadOAuthPart({ loadScript, oauthPart, pagePart }: PartLoading): Promise<AuthorizationServers> {
  try {
    return await loadPart(oauthPart, loadScript)
  } catch (error) {
    const other = new URL('bearer-worker.oauth.js', pagePart).href
    if (other === oauthPart) throw error
    return loadPart(other, loadScript).catch(() => {
      throw error
    })
  }
}

async function loadPart(url: string, loadScript: PartLoading['loadScript']): Promise<AuthorizationServers> {
  try {
    await new Promise<void>((resolve, reject) => loadScript(url, resolve, () => reject(new Error('no script came'))))
    return loadedPart<AuthorizationServers>(OAUTH_PART).part
  } catch (cause) {
    const { pathname } = new URL(url)
    const file = pathname.slice(pathname.lastIndexOf('/') + 1)
    const message = `${url} could not be loaded (${(cause as Error).message}). Copy ${file} of version ${version} there, and allow it in the Content-Security-Policy.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
}
