import { mkdir, readdir, readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { UsageError } from '../exit.ts'
import { fileError } from '../file-error.ts'
import { checkFolder } from './target-folder.ts'
import { fileAt, writeFiles } from './write-files.ts'

/** Every site needs these. */
const NEEDED = ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.schema.json']
/** What a page loads only when it needs it. */
const PAGE_PART = 'bearer-worker.page.js'
/** What only sessions with "authorizationServer" need. */
const OAUTH_PART = 'bearer-worker.oauth.js'
/** Of versions that had two workers. */
const GONE = ['bearer-worker.core.sw.js']

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

/** The same of an app with a vault. */
const CONFIGURATION_WITH_VAULT = `{
  "$schema": "./bearer-worker.schema.json",
  "sessions": {
    "main": {
      "resources": ["/api/*"],
      "except": ["/api/public/*"],
      "vault": "https://auth.example.com/bearer-worker.vault.html"
    }
  }
}
`

/** What a vault needs, on its own origin. */
const OF_THE_VAULT = ['bearer-worker.vault.html', 'bearer-worker.vault.js', 'bearer-worker.vault.schema.json']
const CONFIGURATION_OF_THE_VAULT = `{
  "$schema": "./bearer-worker.vault.schema.json",
  "apps": ["https://app.example.com"],
  "sessions": {
    "main": {
      "authorizationServer": {
        "issuer": "https://id.example.com",
        "clientId": "spa",
        "redirectUri": "/bearer-worker.vault.html",
        "scope": "openid offline_access"
      }
    }
  }
}
`

const CONFIGURATIONS = {
  app: { name: 'bearer-worker.json', text: STARTING_CONFIGURATION },
  'app-with-vault': { name: 'bearer-worker.json', text: CONFIGURATION_WITH_VAULT },
  vault: { name: 'bearer-worker.vault.json', text: CONFIGURATION_OF_THE_VAULT },
}

export interface InitOptions {
  /** Where the built files are. */
  readonly from: string
  readonly folder: string
  /** What is put there: an app's files by default. */
  readonly what?: 'app' | 'app-with-vault' | 'vault'
  /** Overwrites what is there. */
  readonly force?: boolean
  /** Overwrites the scripts, and keeps the configuration. */
  readonly update?: boolean
  /** Makes the configuration to write, once it is clear that one is written. */
  readonly configure?: () => Promise<string>
}

export type Initialized =
  | {
      readonly kind: 'done'
      readonly scriptTag: string
      readonly written: readonly string[]
      readonly kept: readonly string[]
      /** Not copied, since the configuration that is there does not need it. */
      readonly leftOut: readonly string[]
      /** Of an older version, to be deleted by hand. */
      readonly obsolete: readonly string[]
      readonly madeFolder: boolean
    }
  | { readonly kind: 'exists'; readonly files: readonly string[] }

/** Puts everything that a site needs into a folder; all or nothing. */
export async function init(options: InitOptions): Promise<Initialized> {
  const { from, folder, force = false, update = false, what = 'app' } = options
  const { name: configurationFile, text } = CONFIGURATIONS[what]
  const configure = options.configure ?? (async () => text)
  const isThere = await checkFolder(folder)
  const configuration = isThere ? await fileAt(join(folder, configurationFile)) : undefined
  const offered = await (what === 'vault'
    ? filesOf(from, OF_THE_VAULT)
    : filesOf(from, NEEDED, [PAGE_PART, OAUTH_PART]))
  const hasOauth = isThere && (await fileAt(join(folder, OAUTH_PART))) !== undefined
  const leftOut =
    !force && !hasOauth && configuration && !mayName(configuration, 'authorizationServer') ? [OAUTH_PART] : []
  const copied = offered.filter((file) => !leftOut.includes(file))
  const stale: string[] = []
  const missing: string[] = []
  const contents = new Map<string, string | Uint8Array>()
  for (const file of copied) {
    const before = isThere ? await fileAt(join(folder, file)) : undefined
    const now = await readFile(join(from, file))
    if (before?.equals(now)) continue
    ;(before === undefined ? missing : stale).push(file)
    contents.set(file, now)
  }
  const inTheWay = [...stale, ...(configuration ? [configurationFile] : [])]
  if (inTheWay.length > 0 && !force && !update) return { kind: 'exists', files: inTheWay }
  if (!configuration || force) contents.set(configurationFile, await configure())

  if (!isThere) await make(folder)
  await writeFiles(folder, contents)
  const names = isThere ? await readdir(folder) : []
  return {
    kind: 'done',
    scriptTag: '<script src="/bearer-worker.js"></script>',
    written: [...contents.keys()],
    kept: [...copied, configurationFile].filter((file) => !contents.has(file)),
    leftOut: leftOut.filter((file) => offered.includes(file)),
    obsolete: GONE.filter((file) => names.includes(file)),
    madeFolder: !isThere,
  }
}

/** What the package has for a site, of the files that a site may need. */
async function filesOf(
  from: string,
  needed: readonly string[],
  others: readonly string[] = [],
): Promise<readonly string[]> {
  const names: readonly string[] = await readdir(from).catch(() => [])
  const absent = needed.filter((file) => !names.includes(file))
  if (absent.length > 0)
    throw new UsageError(
      `The package is not complete, ${absent.join(' and ')} is missing in it: install bearer-worker again.`,
    )
  return [...needed, ...others].filter((file) => names.includes(file))
}

/** Also true for a file that cannot be read: copying too much breaks nothing. */
const mayName = (configuration: Buffer, key: string) => {
  try {
    return JSON.stringify(JSON.parse(configuration.toString('utf8'))).includes(`"${key}"`)
  } catch {
    return true
  }
}

async function make(folder: string): Promise<void> {
  try {
    await makeWithParents(resolve(folder))
  } catch (error) {
    throw fileError(error, folder)
  }
}

/** In place of `mkdir` with `recursive`, which never ends where a file system such as /proc refuses to make a folder. */
async function makeWithParents(folder: string): Promise<void> {
  try {
    await mkdir(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error
    await makeWithParents(dirname(folder))
    await mkdir(folder)
  }
}
