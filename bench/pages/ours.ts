import type { BearerWorker } from '../../src/page/bearer-worker.ts'
import { byFetch, serve } from './tab.ts'

declare const bearerWorker: BearerWorker

/** As a site uses it: with the script tag, and a sign-in that is an ordinary request. */
serve({
  async ready() {
    if ((await bearerWorker.ready) !== 'worker') throw new Error('The worker does not cover this page.')
  },
  async signIn(lifetimeSeconds) {
    await fetch(`/sign-in?lifetime=${lifetimeSeconds}`, { method: 'POST' })
    const { state } = await bearerWorker.session()
    if (state !== 'active') throw new Error(`The session is ${state} after the sign-in.`)
  },
  async forget() {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    const database = await done(indexedDB.open('bearer-worker'))
    const sessions = database.transaction('sessions', 'readwrite').objectStore('sessions')
    await done(sessions.delete('/bearer-worker.json main'))
    database.close()
    forgetHints()
  },
  ...byFetch(),
})

/** What an earlier page has noted of its vault: that the app has a token until then. */
function forgetHints(): void {
  for (const key of Object.keys(localStorage).filter((each) => each.startsWith('bearer-worker vaults '))) {
    const urls = Object.keys(JSON.parse(localStorage.getItem(key)!) as object)
    localStorage.setItem(key, JSON.stringify(Object.fromEntries(urls.map((url) => [url, 0]))))
  }
}
