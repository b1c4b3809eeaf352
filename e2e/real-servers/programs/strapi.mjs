import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { siteOrigin, user } from './listening.mjs'
import { freePort } from './spawned.mjs'

const port = await freePort()
const url = `http://localhost:${port}`
// Below this folder, since Strapi looks for its plugins from there.
const app = mkdtempSync(join(import.meta.dirname, '../node_modules/.strapi-'))
process.on('exit', () => rmSync(app, { recursive: true, force: true }))
process.on('SIGTERM', () => process.exit())

// As a module of Node it imports a folder, which Node refuses; as a CommonJS module it runs.
const require = createRequire(import.meta.url)
const { createStrapi } = require('@strapi/strapi')
const { dependencies } = require('../package.json')
const packages = Object.entries(dependencies).filter(([name]) => name.startsWith('@strapi/'))
for (const folder of ['config', 'src/api', 'public/uploads']) mkdirSync(join(app, folder), { recursive: true })
const write = (/** @type {string} */ path, /** @type {unknown} */ value) => writeFileSync(join(app, path), `${value}`)
const configuration = (/** @type {string} */ name, /** @type {unknown} */ value) =>
  write(`config/${name}.js`, `module.exports = ${JSON.stringify(value)}`)

write('package.json', JSON.stringify({ name: 'shop', dependencies: Object.fromEntries(packages), strapi: {} }))
configuration('database', {
  connection: { client: 'sqlite', connection: { filename: join(app, 'data.db') }, useNullAsDefault: true },
})
configuration('server', { host: 'localhost', port, url, app: { keys: ['a key of the tests'] } })
configuration('admin', {
  auth: { secret: 'a secret of the tests' },
  apiToken: { salt: 'a salt of the tests' },
  transfer: { token: { salt: 'a salt of the tests' } },
})
configuration('plugins', {
  'users-permissions': { config: { jwtSecret: 'a secret of the tests', jwtManagement: 'refresh' } },
})
configuration('middlewares', [
  'strapi::logger',
  'strapi::errors',
  'strapi::security',
  { name: 'strapi::cors', config: { origin: [siteOrigin] } },
  'strapi::query',
  'strapi::body',
  'strapi::session',
  'strapi::favicon',
  'strapi::public',
])

const strapi = await createStrapi({ appDir: app, distDir: app, autoReload: false, serveAdminPanel: false }).start()
strapi.log.level = 'error'
const response = await fetch(`${url}/api/auth/local/register`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ username: 'ada', ...user }),
})
if (!response.ok) throw new Error(await response.text())
console.log(JSON.stringify({ url }))
