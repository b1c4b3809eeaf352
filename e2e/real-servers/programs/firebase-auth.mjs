import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { tellWhere, user } from './listening.mjs'
import { rowsApi } from './rows-api.mjs'
import { freePort, newFolder, startCommand } from './spawned.mjs'

const project = 'demo-shop'
const folder = newFolder('firebase-auth')
const port = await freePort()
const emulators = {
  auth: { host: '127.0.0.1', port },
  hub: { host: '127.0.0.1', port: await freePort() },
  logging: { host: '127.0.0.1', port: await freePort() },
  ui: { enabled: false },
}
writeFileSync(join(folder, 'firebase.json'), JSON.stringify({ emulators }))
const program = join(import.meta.dirname, '../node_modules/.bin/firebase')
await startCommand([program, 'emulators:start', '--only', 'auth', '--project', project], {
  cwd: folder,
  env: { XDG_CONFIG_HOME: folder },
  ready: /All emulators ready/,
})

const emulator = `http://127.0.0.1:${port}`
await createUser()

const api = rowsApi({
  // The emulator signs no token.
  isGood: async (token) => {
    try {
      const { aud, exp = 0 } = decodeJwt(token)
      return aud === project && exp * 1000 > Date.now()
    } catch {
      return false
    }
  },
  end: async () => {
    await fetch(`${emulator}/emulator/v1/projects/${project}/accounts`, { method: 'DELETE' })
    await createUser()
    return {}
  },
})
api.listen(0, () => tellWhere(api, { emulator }))

async function createUser() {
  const response = await fetch(`${emulator}/identitytoolkit.googleapis.com/v1/accounts:signUp?key=made-up-api-key`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(user),
  })
  if (!response.ok) throw new Error(await response.text())
}
