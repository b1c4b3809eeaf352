/** Where session records and the configuration in force are kept. Every call is bounded in time. */
import { promisifyRequest, type UseStore } from 'idb-keyval'
import { DATABASE, TABLE } from './database.ts'
import { within } from './deadline.ts'

export interface SessionStore {
  /** Every stored value by its key, in one transaction: a worker that starts needs all of them. */
  readAll(): Promise<ReadonlyMap<string, unknown>>
  /**
   * Reads and writes one key in one transaction: calls `next` with the stored value and stores what it returns, unless
   * that is undefined.
   * Resolves with the value that is stored afterwards.
   */
  swap(key: string, next: (stored: unknown) => unknown): Promise<unknown>
  /** Removes one key and resolves with its value, in one transaction. */
  remove(key: string): Promise<unknown>
}

/** Safari 14 can hang for ever in the first open(). @see https://bugs.webkit.org/show_bug.cgi?id=226547 */
const STORE_LIMIT_MS = 3_000
/** After a call that hung, every call fails at once for this long, so that not each request waits for the limit. */
const REST_MS = 3_000

/** Opens the database and creates its table where it is missing. */
function connect(version?: number): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, version)
    request.onupgradeneeded = () => {
      const { result: database, transaction } = request
      if (hasTable(database, transaction!)) return
      if (database.objectStoreNames.contains(TABLE)) database.deleteObjectStore(TABLE)
      database.createObjectStore(TABLE)
    }
    request.onerror = () => reject(request.error)
    request.onsuccess = () => {
      const database = request.result
      if (hasTable(database)) return resolve(database)
      // The site, or a script of a page, has a database of this name without our table: an upgrade adds it.
      database.close()
      resolve(connect(database.version + 1))
    }
  })
}

/** Whether there is a table of our kind: one with keys of its own takes no record of ours. */
function hasTable(database: IDBDatabase, transaction?: IDBTransaction): boolean {
  if (!database.objectStoreNames.contains(TABLE)) return false
  const { keyPath, autoIncrement } = (transaction ?? database.transaction(TABLE)).objectStore(TABLE)
  return keyPath === null && !autoIncrement
}

/** A worker opens the database before the rest of its script runs: this is the slowest step of its start. */
let earlyConnection = 'skipWaiting' in globalThis ? connect() : undefined

/** IndexedDB, written with `durability: 'strict'`: a power failure must not lose a rotated refresh token. */
export function indexedDbStore(onLost: () => void): SessionStore {
  const table = boundedTable(onLost)
  return {
    readAll: () =>
      table('readonly', async (records) => {
        const [keys, values] = await Promise.all([
          promisifyRequest(records.getAllKeys()),
          promisifyRequest<unknown[]>(records.getAll()),
        ])
        const all = keys.map((key, index) => [key, values[index]] as const)
        // Any script of the origin can write under any key.
        return new Map(all.filter((entry): entry is [string, unknown] => typeof entry[0] === 'string'))
      }),
    swap: (key, next) =>
      table('readwrite', async (records) => {
        const stored = await promisifyRequest<unknown>(records.get(key))
        const wanted = next(stored)
        if (wanted === undefined) return stored
        records.put(wanted, key)
        await promisifyRequest(records.transaction)
        return wanted
      }),
    remove: (key) =>
      table('readwrite', async (records) => {
        const taken = promisifyRequest<unknown>(records.get(key))
        records.delete(key)
        await promisifyRequest(records.transaction)
        return taken
      }),
  }
}

/** Runs each transaction within the time limit, a second time if its connection was dead. */
function boundedTable(onLost: () => void): UseStore {
  let connection: Promise<IDBDatabase> | undefined
  let hungAt = -Infinity

  const forget = () => {
    connection = undefined
    onLost()
  }
  const drop = () => {
    connection?.then((database) => database.close()).catch(() => {})
    connection = undefined
  }

  return async (mode, work) => {
    if (performance.now() - hungAt < REST_MS) throw new DOMException('The store hangs.', 'TimeoutError')
    const attempt = async () => {
      const database = await (connection ??= openUntilClosed(forget))
      return work(database.transaction(TABLE, mode, { durability: 'strict' }).objectStore(TABLE))
    }
    const twice = attempt().catch((error: unknown) => {
      // A connection can die without an event: try once more with a new one, which does not help against a full disk.
      drop()
      if ((error as DOMException).name === 'QuotaExceededError') throw error
      return attempt()
    })
    return within(STORE_LIMIT_MS, twice).catch((error: unknown) => {
      drop()
      if ((error as DOMException).name === 'TimeoutError') hungAt = performance.now()
      throw error
    })
  }
}

/**
 * @param onClosed runs when another tab deletes or upgrades the database, Safari closes it, or the user clears the
 * site's data.
 */
async function openUntilClosed(onClosed: () => void): Promise<IDBDatabase> {
  const connecting = earlyConnection ?? connect()
  earlyConnection = undefined
  const database = await connecting
  database.onversionchange = database.onclose = () => {
    database.close()
    onClosed()
  }
  return database
}

/** `storage: "memory"`: nothing is on disk, and everything is lost when the worker stops. */
export function memoryStore(): SessionStore {
  const records = new Map<string, unknown>()
  return {
    readAll: async () => records,
    swap: async (key, next) => {
      const wanted = next(records.get(key)) ?? records.get(key)
      records.set(key, wanted)
      return wanted
    },
    remove: async (key) => {
      const taken = records.get(key)
      records.delete(key)
      return taken
    },
  }
}
