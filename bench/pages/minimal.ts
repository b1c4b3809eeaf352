import { byFetch, controlled, serve, tell, tokensFor } from './tab.ts'

/**
 * The worker with a store takes its token from IndexedDB. For the pass-through worker, and for requests that a static
 * route sends past the worker, the page adds it. The constant one needs none.
 */
const kind = location.host.replace(/\d?\..*/, '')
let token = ''

serve({
  ready: () => controlled('/worker.js'),
  async signIn(lifetimeSeconds) {
    const { access_token } = await tokensFor(lifetimeSeconds)
    token = access_token
    if (kind !== 'store') return
    await write(access_token)
    await tell(await controlled('/worker.js'), 'written')
  },
  ...byFetch(
    () => (kind === 'pass' || kind === 'routed' ? { authorization: `Bearer ${token}` } : {}),
    kind === 'routed' ? '#routed' : '',
  ),
})

function write(token: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('tokens')
    opening.onupgradeneeded = () => opening.result.createObjectStore('tokens')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const writing = opening.result.transaction('tokens', 'readwrite')
      writing.objectStore('tokens').put(token, 'token')
      writing.onerror = () => reject(writing.error)
      writing.oncomplete = () => {
        opening.result.close()
        resolve()
      }
    }
  })
}
