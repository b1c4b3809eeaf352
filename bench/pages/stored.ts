import { openTokens, writeToken } from './token-store.ts'
import { byFetch, serve, tokensFor } from './tab.ts'

/** The page reads its token from IndexedDB when it is opened, as any page must that neither has a worker nor keeps it in localStorage. */
let token: string | undefined
const reading = read()

async function read(): Promise<void> {
  const database = await openTokens()
  token = await new Promise((resolve, reject) => {
    const request = database.transaction('tokens').objectStore('tokens').get('token')
    request.onerror = () => reject(request.error)
    request.onsuccess = () => resolve(request.result as string | undefined)
  })
  database.close()
}

const { ask, download } = byFetch(() => ({ authorization: `Bearer ${token}` }))

serve({
  ready: () => reading,
  async signIn(lifetimeSeconds) {
    token = (await tokensFor(lifetimeSeconds)).access_token
    await writeToken(token)
  },
  async ask(...args) {
    if (token === undefined) await reading
    return ask(...args)
  },
  download,
})
