import type { Tab } from './engines/engine.ts'

/** Reads and writes the raw database, as any script of the origin can. */
export function onDatabase<Argument>(
  tab: Tab,
  run: (records: IDBObjectStore, argument: Argument) => void,
  argument?: Argument,
): Promise<void> {
  return tab.evaluate(
    async ({ source, argument }) => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open('bearer-worker')
        opening.onsuccess = () => resolve(opening.result)
        opening.onerror = () => reject(opening.error)
      })
      const transaction = database.transaction('sessions', 'readwrite')
      const work = (0, eval)(`(${source})`) as (records: IDBObjectStore, argument: unknown) => void
      work(transaction.objectStore('sessions'), argument)
      await new Promise((resolve) => (transaction.oncomplete = resolve))
      database.close()
    },
    { source: run.toString(), argument: argument ?? null },
  )
}
