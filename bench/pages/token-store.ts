/** The store of the floors that keep their token in IndexedDB. */
export function openTokens(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('tokens')
    opening.onupgradeneeded = () => opening.result.createObjectStore('tokens')
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => resolve(opening.result)
  })
}

export async function writeToken(token: string): Promise<void> {
  const database = await openTokens()
  const writing = database.transaction('tokens', 'readwrite')
  writing.objectStore('tokens').put(token, 'token')
  await new Promise<void>((resolve, reject) => {
    writing.onerror = () => reject(writing.error)
    writing.oncomplete = () => resolve()
  })
  database.close()
}
