import { isAccount, noAccount } from '../policy/account.ts'
import type { Engine } from '../engine/engine.ts'

/** Sends a request of the site's own worker. Rejects as `fetch` does; an abort of it reaches the network. */
export async function authorized(request: Request, engine: Engine, account?: string): Promise<Response> {
  if (account !== undefined && !isAccount(account)) throw noAccount()
  const { signal } = request
  signal.throwIfAborted()
  // Rejects while no configuration is in force: what it would list must not leave without its token.
  await engine.sessions()
  const match = engine.match(request, (name) => request.headers.get(name), account)
  if (!match) return engine.platform.fetch(request)
  const response = await engine.respond(request, match, { keepAlive: () => {}, signal })
  if (response.type !== 'error') return response
  signal.throwIfAborted()
  throw new TypeError('Failed to fetch')
}
