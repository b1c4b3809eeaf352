import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { OAUTH_PART } from '../protocol.ts'

/** Loads a script into this realm. */
export type LoadScript = (url: string, onLoaded: () => void, onFailed: () => void) => void

/** Loads the OAuth part into this realm. Rejects with `part-unavailable`. */
export async function loadOAuthPart(url: string, loadScript: LoadScript): Promise<AuthorizationServers> {
  await new Promise<void>((resolve, reject) => {
    const message = `${url} could not be loaded. Copy it beside the other scripts of Bearer Worker, and allow it in the Content-Security-Policy.`
    loadScript(url, resolve, () => reject(new BearerWorkerError({ code: 'part-unavailable', message })))
  })
  return (globalThis as unknown as { readonly [OAUTH_PART]: AuthorizationServers })[OAUTH_PART]
}
