import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { OAUTH_PART } from '../protocol.ts'

/** How a page loads a part, and where parts may lie. */
export interface PartLoading {
  readonly loadPart: <Part>(url: URL, symbol: symbol) => Promise<Part>
  readonly places: { readonly oauthPart: URL; readonly pagePart: URL }
}

/**
 * The OAuth part, for the engine in this page. It lies beside the worker; a site whose own worker contains it may have it
 * beside the page part only. Rejects with `part-unavailable`.
 */
export async function loadOAuthPart({ loadPart, places }: PartLoading): Promise<AuthorizationServers> {
  const { oauthPart, pagePart } = places
  try {
    return await loadPart(oauthPart, OAUTH_PART)
  } catch (error) {
    const other = new URL('bearer-worker.oauth.js', pagePart)
    if (other.href === oauthPart.href) throw error
    return loadPart<AuthorizationServers>(other, OAUTH_PART).catch(() => {
      throw error
    })
  }
}
