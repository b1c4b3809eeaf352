import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build, type Rolldown } from 'vite'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')

const SCRIPT = '<script src="/bearer-worker.js"></script>'
const EXAMPLES = join(import.meta.dirname, '../../examples')

const built = new Map<string, Promise<ReadonlyMap<string, string>>>()

/**
 * What a server of a recipe, such as `sdks/firebase`, would serve, by path: its page, its configuration and the bundle of its
 * script. Built once. Its folder has a `package.json` of its own with the packages that it uses; a recipe without a configuration shows what stood there before.
 */
export function filesOfRecipe(name: string): Promise<ReadonlyMap<string, string>> {
  const files = built.get(name) ?? bundle(name)
  built.set(name, files)
  return files
}

async function bundle(name: string): Promise<ReadonlyMap<string, string>> {
  const result = (await build({
    root: join(EXAMPLES, dirname(name)),
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    // Some SDKs were written for bundlers that define Node's global.
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    resolve: { alias: [{ find: /^bearer-worker$/, replacement: join(DIST, 'index.js') }] },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      rolldownOptions: { input: join(EXAMPLES, `${name}.js`), output: { entryFileNames: 'main.js' } },
    },
  })) as Rolldown.RolldownOutput
  const page = readFileSync(join(EXAMPLES, dirname(name), 'index.html'), 'utf8')
  const configuration = join(EXAMPLES, `${name}.json`)
  const scripts = result.output.map(
    (file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source)] as const,
  )
  return new Map([
    ...scripts,
    ...(existsSync(configuration)
      ? [['/', page] as const, ['/bearer-worker.json', readFileSync(configuration, 'utf8')] as const]
      : [['/', page.replace(SCRIPT, '')] as const]),
  ])
}

/** The version of a package that the recipes of a folder run with. */
export function versionOf(folder: string, packageName: string): string {
  const beside = join(EXAMPLES, folder, 'node_modules', packageName, 'package.json')
  const file = existsSync(beside) ? beside : join(EXAMPLES, '../node_modules', packageName, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
