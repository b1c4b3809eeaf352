import { isAccount, noAccount } from '../policy/account.ts'
import type { Engine } from '../engine/engine.ts'
import { unlessAborted } from '../io/deadline.ts'

/** Sends a request of the site's own worker. Rejects as `fetch` does; an abort of it reaches the network. */
export async function authorized(request: Request, engine: Engine, account?: string): Promise<Response> {
  if (account !== undefined && !isAccount(account)) throw noAccount()
  const { signal } = request
  signal.throwIfAborted()
  // Rejects while no configuration is in force: what it would list must not leave without its token.
  await engine.sessions()
  const match = engine.match(request, (name) => request.headers.get(name), account)
  if (!match) return engine.platform.fetch(request)
  // At once, also while it waits for a refresh, which serves others as well.
  const response = await unlessAborted(signal, engine.respond(request, match, { keepAlive: () => {}, signal }))
  if (response && response.type !== 'error') return response
  signal.throwIfAborted()
  throw new TypeError('Failed to fetch')
}
