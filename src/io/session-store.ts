/** Where session records and the configuration in force are kept. Every call is bounded in time. */
import { promisifyRequest, type UseStore } from 'idb-keyval'
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

/** Settles with the database and its table, made where it is missing. */
const connect = (version?: number): Promise<IDBDatabase> =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, version)
    request.onupgradeneeded = () =>
      void (request.result.objectStoreNames.contains(TABLE) || request.result.createObjectStore(TABLE))
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const database = request.result
      if (database.objectStoreNames.contains(TABLE)) return resolve(database)
      // Somebody else made a database of this name.
      database.close()
      resolve(connect(database.version + 1))
    }
  })

/** In a worker begun before the rest of its script runs: of all that a start waits for, it takes longest. */
let ahead = 'skipWaiting' in globalThis ? connect() : undefined

/** IndexedDB, written with `durability: 'strict'`: a rotated refresh token must not be lost with the power. */
export function indexedDbStore(onLost: () => void): SessionStore {
  let opening: Promise<IDBDatabase> | undefined
  let hungAt = -Infinity

  const open = async () => {
    const connecting = ahead ?? connect()
    ahead = undefined
    const database = await connecting
    // Deleted or upgraded by another tab; closed under us by Safari, or because the user cleared the site's data.
    database.onversionchange = database.onclose = () => {
      database.close()
      opening = undefined
      onLost()
    }
    return database
  }

  const table: UseStore = async (mode, work) => {
    if (performance.now() - hungAt < REST_MS) throw new DOMException('The store hangs.', 'TimeoutError')
    const attempt = async () => {
      const database = await (opening ??= open())
      return work(database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE))
    }
    const fresh = () => {
      opening?.then((database) => database.close()).catch(() => {})
      opening = undefined
    }
    return within(
      LIMIT_MS,
      attempt().catch((error: unknown) => {
        // A connection can die without an event: once more with a new one. A full disk is not mended by that.
        fresh()
        if ((error as DOMException).name === 'QuotaExceededError') throw error
        return attempt()
      }),
    ).catch((error: unknown) => {
      fresh()
      if ((error as DOMException).name === 'TimeoutError') hungAt = performance.now()
      throw error
    })
  }

  return {
    readAll: () =>
      table('readonly', async (records) => {
        const [keys, values] = await Promise.all([
          promisifyRequest(records.getAllKeys()),
          promisifyRequest<unknown[]>(records.getAll()),
        ])
        return new Map(keys.map((key, index) => [key as string, values[index]]))
      }),
    swap: (key, next) =>
      table('readwrite', async (records) => {
        const stored = await promisifyRequest<unknown>(records.get(key))
        const stands = next(stored)
        if (stands === undefined) return stored
        records.put(stands, key)
        await promisifyRequest(records.transaction)
        return stands
      }),
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
