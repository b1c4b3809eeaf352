import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const WORKER = 'bearer-worker.sw.js'
const CORE = 'bearer-worker.core.sw.js'
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
  /** The smaller worker; one that is there already is kept without being asked for. */
  readonly core?: boolean
}

export type Initialized =
  | {
      readonly kind: 'done'
      readonly scriptTag: string
      readonly written: readonly string[]
      readonly kept: readonly string[]
    }
  | { readonly kind: 'exists'; readonly files: readonly string[] }

/** Puts everything that a site needs into a folder; all or nothing. */
export async function init({ from, folder, force = false, update = false, core }: InitOptions): Promise<Initialized> {
  const isThere = async (file: string) => (await readIfThere(join(folder, file))) !== undefined
  const worker = (core ?? ((await isThere(CORE)) && !(await isThere(WORKER)))) ? CORE : WORKER
  const copied = ['bearer-worker.js', worker, 'bearer-worker.schema.json']
  const stale: string[] = []
  const missing: string[] = []
  for (const file of copied) {
    const before = await readIfThere(join(folder, file))
    if (before === undefined) missing.push(file)
    else if (before !== (await readFile(join(from, file), 'utf8'))) stale.push(file)
  }
  const configured = await isThere(CONFIGURATION)
  const inTheWay = [...stale, ...(configured ? [CONFIGURATION] : [])]
  if (inTheWay.length > 0 && !force && !update) return { kind: 'exists', files: inTheWay }

  await mkdir(folder, { recursive: true })
  const written = [...missing, ...stale]
  for (const file of written) await copyFile(join(from, file), join(folder, file))
  if (!configured || force) {
    await writeFile(join(folder, CONFIGURATION), STARTING_CONFIGURATION)
    written.push(CONFIGURATION)
  }
  const scriptTag = `<script src="/bearer-worker.js"${worker === CORE ? ` data-worker="/${CORE}"` : ''}></script>`
  return {
    kind: 'done',
    scriptTag,
    written,
    kept: [...copied, CONFIGURATION].filter((file) => !written.includes(file)),
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
