import { BearerWorkerError } from '../errors.ts'
import { loadedPart } from '../io/loaded-part.ts'
import { trusted } from '../io/trusted-script.ts'
import { type LoadedPart, OAUTH_PART } from '../protocol.ts'
import { version } from '../version.ts'

declare const self: ServiceWorkerGlobalScope

/** Imports `bearer-worker.oauth.js`, which lies beside the worker. Throws `part-unavailable`. */
export function importOAuthPart(): LoadedPart<unknown> {
  const url = new URL('bearer-worker.oauth.js', self.location.href)
  try {
    self.importScripts(trusted(url))
    return loadedPart((self as unknown as Record<symbol, unknown>)[OAUTH_PART], self)
  } catch (cause) {
    const message = `${url.href} could not be imported (${(cause as Error).message}), and a session of the configuration has authorizationServer. Copy bearer-worker.oauth.js of version ${version} beside the worker, and serve it with status 200 and the content type text/javascript.`
    throw new BearerWorkerError({ code: 'part-unavailable', message }, cause)
  }
}
