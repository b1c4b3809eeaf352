/** What a script of the page does to the store once, and what is seen later. */
import { openApp } from '../app.ts'
import { onDatabase } from '../database.ts'
import type { Browsing, EngineName, Tab } from '../engines/engine.ts'
import type { Site } from '../servers/site.ts'
import { answerText } from '../../src/testing/servers/answers.ts'

/** Keys of the records of a site whose only session is `main`. */
export const RECORD = '/bearer-worker.json main'
export const CONFIGURATION = 'configuration /bearer-worker.json'
/** How the key of an issuer's metadata begins. */
export const METADATA = 'metadata '

/** Changes a record in a page; `evil` is the attacker's origin, or what else the change wants. */
export type Change = (record: never, evil: never) => unknown

/** Changes the record of a key, or of the first key that begins so: `change` gets what stands there. It is run in the page. */
export function poison(tab: Tab, key: string, change: Change, argument?: unknown): Promise<void> {
  return onDatabase(
    tab,
    (records, { key, source, argument }) => {
      const keys = records.getAllKeys()
      keys.onsuccess = () => {
        const found = keys.result.find((each) => String(each).startsWith(key)) ?? key
        const reading = records.get(found)
        reading.onsuccess = () => {
          const change = (0, eval)(`(${source})`) as (record: unknown, argument: unknown) => unknown
          records.put(change(reading.result, argument), found)
        }
      }
    },
    { key, source: change.toString(), argument: argument ?? null },
  )
}

/** Resolves with what `look` makes of the record of a key. It is run in the page. */
export function lookAt<Seen>(tab: Tab, key: string, look: (record: never) => Seen | Promise<Seen>): Promise<Seen> {
  return tab.evaluate(
    async ({ key, source }) => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('bearer-worker')
        opening.onsuccess = () => resolve(opening.result)
      })
      const reading = database.transaction('sessions').objectStore('sessions').get(key)
      await new Promise((resolve) => (reading.onsuccess = resolve))
      database.close()
      return ((0, eval)(`(${source})`) as (record: unknown) => Seen | Promise<Seen>)(reading.result)
    },
    { key, source: look.toString() },
  )
}

/** Holds the answers of the configuration file until it is released. */
export function holdFile(site: Site): { readonly asked: () => number; readonly release: () => void } {
  let release!: () => void
  const released = new Promise<void>((resolve) => (release = resolve))
  const before = site.hits.get('/bearer-worker.json') ?? 0
  site.mounts.set('/bearer-worker.json', async (_, response) => {
    await released
    answerText(response, 200, JSON.stringify(site.configuration), {
      'content-type': 'application/json',
      'cache-control': 'no-cache',
    })
  })
  return { asked: () => (site.hits.get('/bearer-worker.json') ?? 0) - before, release }
}

/**
 * The tab for the next round of a table in one profile. In WebKit a stopped worker starts again in the process of a tab,
 * and can be stopped once more only after that tab is closed.
 */
export async function tabOfNextRound(
  { browsing, site, engineName }: { readonly browsing: Browsing; readonly site: Site; readonly engineName: EngineName },
  tab: Tab,
): Promise<Tab> {
  if (engineName !== 'webkit') return tab
  const next = await openApp(browsing, site)
  await tab.close()
  return next
}
