/** The servers of docs/configuration-elsewhere.md send the header that the worker wants. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '../fixtures.ts'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = join(ROOT, 'examples/configuration-elsewhere')
const DIST = process.env.BEARER_WORKER_DIST ?? join(ROOT, 'dist')

/** The first line that a program prints. */
function firstLine({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => stdout!.once('data', (data: Buffer) => resolve(String(data).trim())))
}

test('Express', async ({ browsing }) => {
  const server = spawn(process.execPath, ['server.js'], { cwd: EXAMPLE, env: { ...process.env, PORT: '0', DIST } })
  try {
    const tab = await browsing.newTab(await firstLine(server))
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  } finally {
    server.kill()
  }
})

test('nginx', async ({ browsing }) => {
  test.skip(spawnSync('nginx', ['-v']).error !== undefined, 'there is no nginx here')
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const port = await freePort()
  cpSync(join(EXAMPLE, 'public'), join(folder, 'public'), { recursive: true })
  cpSync(join(DIST, 'bearer-worker.js'), join(folder, 'public/bearer-worker.js'))
  cpSync(join(DIST, 'bearer-worker.sw.js'), join(folder, 'public/bearer-worker.sw.js'))
  mkdirSync(join(folder, 'logs'))
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  const types = 'types { text/html html; text/javascript js; application/json json; }'
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root; ' : ''}daemon off; pid ${folder}/pid; error_log stderr; events {} http { access_log off; ${temporary.join(' ')} ${types}
     server { listen 127.0.0.1:${port}; root ${folder}/public; ${readFileSync(join(EXAMPLE, 'nginx.conf'), 'utf8')} } }`,
  )
  const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'inherit' })
  try {
    const isUp = () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        ({ ok }) => ok,
        () => false,
      )
    await expect.poll(isUp).toBe(true)
    const tab = await browsing.newTab(`http://localhost:${port}/`)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe('worker')
  } finally {
    server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
})

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { readonly port: number }
      server.close(() => resolve(port))
    })
  })
}
