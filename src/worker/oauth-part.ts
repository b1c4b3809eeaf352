import { BearerWorkerError } from '../errors.ts'
import type { AuthorizationServers } from '../engine/authorization-server.ts'
import { OAUTH_PART } from '../protocol.ts'

declare const self: ServiceWorkerGlobalScope

/**
 * Imports `bearer-worker.oauth.js`, which lies beside the worker. A worker may import a script while it is installed,
 * and again at each later start; never one that it did not import then. Throws `part-unavailable`.
 * @see https://w3c.github.io/ServiceWorker/#importscripts
 */
export function importOAuthPart(): AuthorizationServers {
  const url = new URL('bearer-worker.oauth.js', self.location.href)
  try {
    self.importScripts(url.href)
  } catch (cause) {
    const message = `${url.href} could not be imported, and a session of the configuration has authorizationServer. Copy the file beside the worker.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
  return (self as unknown as { readonly [OAUTH_PART]: AuthorizationServers })[OAUTH_PART]
}
