/** Where session records and the configuration in force are kept. Every call is bounded in time. */
import { entries, promisifyRequest, update, type UseStore } from 'idb-keyval'
import { within } from './deadline.ts'

export interface SessionStore {
  /** Everything that is stored, by key: one transaction, since a started worker needs it all. */
  readAll(): Promise<ReadonlyMap<string, unknown>>
  /** One transaction: shows what stands there, writes what `next` returns, and leaves it when that is undefined. Returns what stands there then. */
  swap(key: string, next: (stored: unknown) => unknown): Promise<unknown>
  /** One transaction: removes what stands there, and returns it. */
  take(key: string): Promise<unknown>
}

const DATABASE = 'bearer-worker'
const TABLE = 'sessions'
/** Safari 14 can hang in the first open() for ever. @see https://bugs.webkit.org/show_bug.cgi?id=226547 */
const LIMIT_MS = 3_000
/** After a call that hung, the next ones fail at once for so long: a request should not pay for each. */
const REST_MS = 3_000

/** IndexedDB, written with `durability: 'strict'`: a rotated refresh token must not be lost with the power. */
export function indexedDbStore(onLost: () => void): SessionStore {
  let opening: Promise<IDBDatabase> | undefined
  let hungAt = -Infinity

  const connect = (version?: number): Promise<IDBDatabase> =>
    new Promise((resolve, reject) => {
      const request = indexedDB.open(DATABASE, version)
      request.onupgradeneeded = () => void (request.result.objectStoreNames.contains(TABLE) || request.result.createObjectStore(TABLE))
      request.onerror = () => reject(request.error)
      request.onsuccess = () => {
        const database = request.result
        if (!database.objectStoreNames.contains(TABLE)) {
          // Somebody else made a database of this name.
          database.close()
          return resolve(connect(database.version + 1))
        }
        const lost = () => {
          database.close()
          opening = undefined
          onLost()
        }
        // Deleted or upgraded by another tab; closed under us by Safari, or because the user cleared the site's data.
        database.onversionchange = database.onclose = lost
        resolve(database)
      }
    })
  const open = () => (opening ??= connect())

  const table: UseStore = async (mode, work) => {
    if (performance.now() - hungAt < REST_MS) throw new DOMException('The store hangs.', 'TimeoutError')
    const attempt = async () => {
      const database = await open()
      return work(database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE))
    }
    const fresh = () => {
      opening?.then((database) => database.close()).catch(() => {})
      opening = undefined
    }
    return within(LIMIT_MS, attempt().catch((error: unknown) => {
      // A connection can die without an event: once more with a new one. A full disk is not mended by that.
      fresh()
      if ((error as DOMException).name === 'QuotaExceededError') throw error
      return attempt()
    })).catch((error: unknown) => {
      fresh()
      if ((error as DOMException).name === 'TimeoutError') hungAt = performance.now()
      throw error
    })
  }

  return {
    readAll: async () => new Map(await entries<string, unknown>(table)),
    swap: async (key, next) => {
      let stands: unknown
      await update<unknown>(key, (stored) => (stands = next(stored) ?? stored), table)
      return stands
    },
    take: (key) =>
      table('readwrite', async (records) => {
        const taken = promisifyRequest<unknown>(records.get(key))
        records.delete(key)
        await promisifyRequest(records.transaction)
        return taken
      }),
  }
}

/** `storage: "memory"`: gone when the worker stops, and nothing is on disk. */
export function memoryStore(): SessionStore {
  const records = new Map<string, unknown>()
  return {
    readAll: async () => records,
    swap: async (key, next) => {
      const stands = next(records.get(key)) ?? records.get(key)
      records.set(key, stands)
      return stands
    },
    take: async (key) => {
      const taken = records.get(key)
      records.delete(key)
      return taken
    },
  }
}
