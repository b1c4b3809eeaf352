/** Vite's own dev server with the plugin, spoken to by raw sockets: request targets that no `fetch` would send. */
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import { afterAll, beforeAll, expect, test } from 'vitest'
import bearerWorker from './index.ts'

const SECRET = 'not for the network'
const good = { sessions: { main: { resources: ['/api/*'], refresh: { url: '/api/refresh' } } } }

let folder: string
let vite: ViteDevServer
let port: number

async function start(): Promise<void> {
  vite = await createServer({
    root: join(folder, 'app'),
    configFile: false,
    logLevel: 'silent',
    server: { port: 0, ws: false, fs: { allow: [join(folder, 'app')] } },
    cacheDir: join(folder, 'cache'),
    optimizeDeps: { noDiscovery: true },
    plugins: [bearerWorker()],
  })
  await vite.listen()
  port = (vite.httpServer!.address() as { port: number }).port
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bearer-worker-dev-server-'))
  await mkdir(join(folder, 'app'))
  await writeFile(join(folder, 'secret.json'), JSON.stringify({ SECRET }))
  await writeFile(join(folder, 'app/index.html'), '<!doctype html><title>App</title>')
  await writeFile(join(folder, 'app/bearer-worker.json'), JSON.stringify(good))
  await start()
})
afterAll(async () => {
  await vite.close()
  await rm(folder, { recursive: true })
})

function ask(target: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(port, 'localhost', () =>
      socket.write(`GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`, 'latin1'),
    )
    socket.setTimeout(5000, () => reject(new Error(`no answer to ${target}`)))
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')))
    socket.on('close', () => resolve(answer))
    socket.on('error', reject)
  })
}

const targets = [
  '//',
  '///',
  '//[',
  '*',
  '/%',
  '/%00',
  '/%ff',
  'http://',
  // 'http://[/' ends Vite itself, without any plugin: it parses the target before the first middleware.
  '/../secret.json',
  '/%2e%2e/secret.json',
  '/..%2fsecret.json',
  '/..\\secret.json',
  '/bearer-worker.json/../../secret.json',
  '/bearer-worker.json%2f..%2f..%2fsecret.json',
  '//secret.json',
  '/@fs/../secret.json',
]

test.each(targets)('GET %s is answered, gives nothing away, and the server lives on', async (target) => {
  expect(await ask(target)).not.toContain(SECRET)
  const answer = await ask('/bearer-worker.json')
  expect(answer).toMatch(/^HTTP\/1\.1 200 /)
  expect(answer).toMatch(/bearer-worker-configuration: 1/i)
  expect(answer).toContain('/api/refresh')
})

test('a configuration that is a link to a file outside is not served', async () => {
  await rm(join(folder, 'app/bearer-worker.json'))
  await symlink('../secret.json', join(folder, 'app/bearer-worker.json'))
  const answer = await ask('/bearer-worker.json')
  expect(answer).toMatch(/^HTTP\/1\.1 500 /)
  expect(answer).not.toContain(SECRET)
})
