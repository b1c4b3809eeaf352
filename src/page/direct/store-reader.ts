import { promisifyRequest } from 'idb-keyval'
import { DATABASE, TABLE } from '../../io/database.ts'
import { within } from '../../io/deadline.ts'
import { ownClasses } from '../intercept/own-classes.ts'

/** ms for one look, a second try included. What takes longer is left to the worker. */
const LIMIT_MS = 1_000

export type Get = (key: string) => Promise<unknown>

/** Reads what the worker has stored. It makes no database, and writes nothing. */
export class StoreReader {
  #database: Promise<IDBDatabase> | undefined
  readonly #onLost: () => void

  /** @param onLost runs when the database was deleted, or the user has cleared the site's data */
  constructor(onLost: () => void) {
    this.#onLost = onLost
  }

  /** Runs `work` in one transaction. Rejects when the store cannot be read. */
  read<T>(work: (get: Get) => Promise<T>): Promise<T> {
    return this.#within((records) => work((key) => promisifyRequest<unknown>(records.get(key))))
  }

  /** The same with one look at everything: one answer of the browser in place of one for each record. */
  readAll<T>(work: (get: Get) => Promise<T>): Promise<T> {
    return this.#within(async (records) => {
      const [keys, values] = await Promise.all([
        promisifyRequest(records.getAllKeys()),
        promisifyRequest<unknown[]>(records.getAll()),
      ])
      return work(async (key) => values[keys.indexOf(key)])
    })
  }

  async #within<T>(work: (records: IDBObjectStore) => Promise<T>): Promise<T> {
    const attempt = async () => {
      const database = await (this.#database ??= this.#open())
      return work(database.transaction(TABLE).objectStore(TABLE))
    }
    // A connection can die without an event.
    const twice = attempt().catch(() => {
      this.close()
      return attempt()
    })
    return within(LIMIT_MS, twice).catch((error: unknown) => {
      this.close()
      throw error
    })
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => {})
    this.#database = undefined
  }

  async #open(): Promise<IDBDatabase> {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = ownClasses.indexedDB.open(DATABASE)
      request.onupgradeneeded = () => request.transaction!.abort()
      request.onerror = () => reject(request.error)
      request.onsuccess = () => resolve(request.result)
    })
    database.onversionchange = database.onclose = () => {
      this.close()
      this.#onLost()
    }
    return database
  }
}
