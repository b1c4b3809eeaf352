import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** Where a program of `programs` listens, and what else it tells. */
export interface Running {
  readonly url: string
  readonly told: Readonly<Record<string, string>>
  stop(): Promise<void>
}

/** Starts a server as a process of its own, which allows this site by CORS. */
export async function start(
  name: string,
  siteOrigin: string,
  further: Readonly<Record<string, string>> = {},
): Promise<Running> {
  const program = spawn(process.execPath, [join(import.meta.dirname, 'programs', `${name}.mjs`)], {
    env: { ...process.env, SITE_ORIGIN: siteOrigin, ...further },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface(program.stdout)) {
    if (!line.startsWith('{')) continue
    const told = JSON.parse(line) as { url: string } & Record<string, string>
    const stop = async () => {
      if (program.exitCode === null && program.kill()) await once(program, 'exit')
    }
    return { url: told.url, told, stop }
  }
  throw new Error(`${name} ended before it listened.`)
}

/** The version of a package of this suite, or of the project. */
export function versionOf(packageName: string): string {
  const beside = join(import.meta.dirname, 'node_modules', packageName, 'package.json')
  const file = existsSync(beside)
    ? beside
    : join(import.meta.dirname, '../../node_modules', packageName, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
