import { join } from 'node:path'
import { siteOrigin } from './listening.mjs'
import { freePort, newFolder, startCommand } from './spawned.mjs'

const port = await freePort()
const url = `http://localhost:${port}`
// The interpreter of Debian, which finds the packages of Debian.
await startCommand(['/usr/bin/python3', join(import.meta.dirname, 'django-oauth-toolkit.py'), String(port)], {
  cwd: newFolder('django-oauth-toolkit'),
  env: { PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', SITE_ORIGIN: siteOrigin },
  ready: /Quit the server/,
})
console.log(JSON.stringify({ url, issuer: `${url}/o` }))
