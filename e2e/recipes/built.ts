import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { build, type Rolldown } from 'vite'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')
const EXAMPLES = join(import.meta.dirname, '../../examples')

const built = new Map<string, Promise<ReadonlyMap<string, string>>>()

/** What a server of this example would serve, by path: the folder itself, or the output of Vite. Built once. */
export function filesOf(example: string, mode = 'production'): Promise<ReadonlyMap<string, string>> {
  const key = `${example} ${mode}`
  const files =
    built.get(key) ??
    (existsSync(join(EXAMPLES, example, 'vite.config.js')) ? buildFiles(example, mode) : readFiles(example))
  built.set(key, files)
  return files
}

async function readFiles(example: string): Promise<ReadonlyMap<string, string>> {
  const entries = await readdir(join(EXAMPLES, example), { recursive: true, withFileTypes: true }).catch(() => [])
  const names = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(EXAMPLES, example), join(entry.parentPath, entry.name)))
  return new Map(
    await Promise.all(
      names.map(async (name) => [`/${name}`, await readFile(join(EXAMPLES, example, name), 'utf8')] as const),
    ),
  )
}

async function buildFiles(example: string, mode: string): Promise<ReadonlyMap<string, string>> {
  const root = join(EXAMPLES, example)
  const alias = [
    { find: /^bearer-worker$/, replacement: join(DIST, 'index.js') },
    { find: 'bearer-worker/worker', replacement: join(DIST, 'worker.js') },
  ]
  const result = (await build({
    root,
    mode,
    configFile: join(root, 'vite.config.js'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: { alias },
    build: { write: false, minify: false },
  })) as Rolldown.RolldownOutput
  const made = result.output.map(
    (file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source)] as const,
  )
  return new Map([...made, ...(await readFiles(join(example, 'public')))])
}
