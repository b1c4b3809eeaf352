import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const SCRIPT_TAG = '<script src="/bearer-worker.js"></script>'
const COPIED = ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.schema.json']
const CONFIGURATION = 'bearer-worker.json'

/** A configuration that the worker takes, to be fitted to the site's own addresses. */
const STARTING_CONFIGURATION = `{
  "$schema": "./bearer-worker.schema.json",
  "sessions": {
    "main": {
      "resources": ["/api/*"],
      "except": ["/api/public/*"],
      "capture": ["/api/login"],
      "refresh": { "url": "/api/token/refresh", "body": "json" }
    }
  }
}
`

export interface InitOptions {
  /** Where the built files are. */
  readonly from: string
  readonly folder: string
  /** Overwrites what is there. */
  readonly force?: boolean
  /** Overwrites the scripts, and keeps the configuration. */
  readonly update?: boolean
}

export type Initialized = { readonly kind: 'done'; readonly written: readonly string[]; readonly kept: readonly string[] } | { readonly kind: 'exists'; readonly files: readonly string[] }

/** Puts everything that a site needs into a folder; all or nothing. */
export async function init({ from, folder, force = false, update = false }: InitOptions): Promise<Initialized> {
  const stale: string[] = []
  const missing: string[] = []
  for (const file of COPIED) {
    const before = await readIfThere(join(folder, file))
    if (before === undefined) missing.push(file)
    else if (before !== (await readFile(join(from, file), 'utf8'))) stale.push(file)
  }
  const configured = (await readIfThere(join(folder, CONFIGURATION))) !== undefined
  const inTheWay = [...stale, ...(configured ? [CONFIGURATION] : [])]
  if (inTheWay.length > 0 && !force && !update) return { kind: 'exists', files: inTheWay }

  await mkdir(folder, { recursive: true })
  const written = [...missing, ...stale]
  for (const file of written) await copyFile(join(from, file), join(folder, file))
  if (!configured || force) {
    await writeFile(join(folder, CONFIGURATION), STARTING_CONFIGURATION)
    written.push(CONFIGURATION)
  }
  return { kind: 'done', written, kept: [...COPIED, CONFIGURATION].filter((file) => !written.includes(file)) }
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
