import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Handler } from '../../src/testing/servers/listener.ts'
import { FOLDER, freePort, type Running, start } from './commands.ts'
import { startFront } from './front.ts'
import type { Program } from './programs.ts'

export type Api = ReadonlyMap<string, Handler>

/** Starts what serves a program, with the API and the sign-in at the same origin. */
export async function serve({ serve: how }: Program, api: Api): Promise<Running> {
  if (how === 'nginx') return nginx('nginx.conf', api, { ROOT: join(FOLDER, 'express/public') })
  if (how === 'proxy') {
    const app = await start({ in: 'express', words: ['node', 'server.js'] })
    const proxy = await nginx('proxy.conf', api, { APP: app.origin, ROOT: join(FOLDER, 'nginx') })
    return { origin: proxy.origin, stop: async () => void (await Promise.all([app.stop(), proxy.stop()])) }
  }
  if ('folders' in how) {
    const { url, close } = await startFront(api, how)
    return { origin: url, stop: close }
  }
  const program = await start(how)
  const { url, close } = await startFront(api, program.origin)
  return { origin: url, stop: async () => void (await Promise.all([close(), program.stop()])) }
}

export const hasNginx = (): boolean => spawnSync('nginx', ['-v']).error === undefined
export const nginxVersion = (): string => /[\d.]+/.exec(String(spawnSync('nginx', ['-v']).stderr))?.[0] ?? ''

/** nginx with a configuration of `examples/frameworks/nginx`, in front of the API. */
async function nginx(name: string, api: Api, values: Readonly<Record<string, string>>): Promise<Running> {
  const behind = await startFront(api, { folders: [], below: '/' })
  const folder = mkdtempSync(join(tmpdir(), 'nginx-'))
  const port = await freePort()
  const given = { ...values, API: behind.url.replace('localhost', '127.0.0.1'), PORT: String(port) }
  const text = Object.entries(given).reduce(
    (text, [key, value]) => text.replaceAll(`$${key}`, value.replace('localhost', '127.0.0.1')),
    readFileSync(join(FOLDER, 'nginx', name), 'utf8'),
  )
  writeFileSync(join(folder, 'nginx.conf'), text)
  const server = await start({ in: 'nginx', words: ['nginx', '-p', folder, '-c', join(folder, 'nginx.conf')] }, port)
  return { origin: server.origin, stop: async () => void (await Promise.all([behind.close(), server.stop()])) }
}
