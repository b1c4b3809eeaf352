/** The worker's store in IndexedDB, as any script of the origin can open it. Apps have no need to. */

/** The records of all sessions, by their keys; none while there is no store. */
export async function readStore() {
  const database = await open()
  if (!database) return new Map()
  const table = database.transaction('sessions').objectStore('sessions')
  const [keys, values] = await Promise.all([done(table.getAllKeys()), done(table.getAll())])
  database.close()
  return new Map(keys.map((key, index) => [key, values[index]]))
}

/**
 * Makes the access token of a session expire now, instead of waiting for it: sets back the time at which it was got.
 * `bearer-worker/testing` does the same in tests.
 */
export async function expireNow(session) {
  for (const [key, record] of await readStore()) {
    if (!key.endsWith(` ${session}`) || record.state !== 'active' || record.lifetime === undefined) continue
    const then = Date.now() - record.lifetime * 1000 - 60_000
    const database = await open()
    const table = database.transaction('sessions', 'readwrite').objectStore('sessions')
    await done(table.put({ ...record, sentAt: then, storedAt: then }, key))
    database.close()
    // The worker has a copy in memory. This notice makes it read the store again.
    const channel = new BroadcastChannel(`bearer-worker ${key.slice(0, key.lastIndexOf(' '))}`)
    channel.postMessage({ kind: 'changed', session: key, epoch: record.epoch, generation: -1 })
    channel.close()
  }
}

async function open() {
  // Opening a database that does not exist would make one.
  const known = await indexedDB.databases()
  if (!known.some(({ name }) => name === 'bearer-worker')) return undefined
  return done(indexedDB.open('bearer-worker'))
}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
