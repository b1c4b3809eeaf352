/** What the tests of the page's own lane share: a page whose session is direct, and that knows the token. */
import { ask, openApp, signIn } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { onDatabase } from '../database.ts'
import type { Tab } from '../engines/engine.ts'
import { test as base } from '../fixtures.ts'

export { expect } from '../fixtures.ts'

/** With a tab that somebody is signed in to, whose session is direct, and that has authorized a request by itself. */
export const test = base.extend<{ readonly tab: Tab }>({
  tab: async ({ browsing, site, resources, tokens }, use) => {
    site.configuration = oneSession(resourcesSession(resources, tokens, { direct: true }))
    const tab = await openApp(browsing, site)
    await signIn(tab)
    await tab.evaluate(() => bearerWorker.session())
    await ask(tab, '/r/echo?known')
    await use(tab)
  },
})

export const ownHistory = (tab: Tab, path: string) =>
  tab.evaluate(async (path) => (await bearerWorker.history()).filter(({ url }) => new URL(url).pathname === path), path)

/** Makes the stored token expire, and tells everybody. */
export async function expire(tab: Tab): Promise<void> {
  await onDatabase(tab, (records) => {
    records.openCursor().onsuccess = ({ target }) => {
      const cursor = (target as IDBRequest<IDBCursorWithValue | null>).result
      if (!cursor) return
      const record = cursor.value as { state?: string }
      const age = 86_400_000
      if (record.state === 'active')
        cursor.update({ ...record, lifetime: 600, sentAt: Date.now() - age, storedAt: Date.now() - age })
      cursor.continue()
    }
  })
  await tab.evaluate(() => {
    const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
    channel.postMessage({ kind: 'changed', session: '/bearer-worker.json main', epoch: 0, generation: -1 })
    channel.close()
  })
  await tab.evaluate(() => bearerWorker.session())
}
