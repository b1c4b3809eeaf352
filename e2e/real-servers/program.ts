import { execFileSync, spawn } from 'node:child_process'
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
    if (!line.startsWith('{"url"')) continue
    const told = JSON.parse(line) as { url: string } & Record<string, string>
    const stop = async () => {
      if (program.exitCode === null && program.kill()) await once(program, 'exit')
    }
    return { url: told.url, told, stop }
  }
  throw new Error(`${name} ended before it listened.`)
}

/** What a server is installed by. */
export type Package = { readonly npm: string } | { readonly debian: string }

/** The installed version; undefined where it is not installed. */
export function versionOf(of: Package): string | undefined {
  return 'npm' in of ? npmVersionOf(of.npm) : debianVersionOf(of.debian)
}

/** Of this suite, of a server with packages of its own, or of the project. */
function npmVersionOf(name: string): string | undefined {
  const file = ['node_modules', 'directus/node_modules', '../../node_modules']
    .map((folder) => join(import.meta.dirname, folder, name, 'package.json'))
    .find((each) => existsSync(each))
  return file && (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function debianVersionOf(name: string): string | undefined {
  try {
    const shown = execFileSync('dpkg-query', ['--show', name], { encoding: 'utf8', stdio: 'pipe' })
    return shown.trim().split('\t')[1]
  } catch {
    return undefined
  }
}
