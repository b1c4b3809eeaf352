import { writeToken } from './token-store.ts'
import { byFetch, controlled, serve, tell, tokensFor } from './tab.ts'

/**
 * The worker with a store takes its token from IndexedDB. For the pass-through worker, and for requests that a static
 * route sends past the worker, the page adds it. The constant one needs none.
 */
const kind = location.host.replace(/\d?\..*/, '')
/** Kept, for the first request of a page that has just been opened. */
let token = localStorage.getItem('token') ?? ''

serve({
  ready: () => controlled('/worker.js'),
  async signIn(lifetimeSeconds) {
    const { access_token } = await tokensFor(lifetimeSeconds)
    token = access_token
    localStorage.setItem('token', token)
    if (kind !== 'store') return
    await writeToken(access_token)
    await tell(await controlled('/worker.js'), 'written')
  },
  ...byFetch(
    () => (kind === 'pass' || kind === 'routed' ? { authorization: `Bearer ${token}` } : {}),
    kind === 'routed' ? '#routed' : '',
  ),
})
