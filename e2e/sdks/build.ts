import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'

const DIST = process.env.BEARER_WORKER_DIST ?? join(import.meta.dirname, '../../dist')

/** The folder of the recipes, which has a `package.json` of its own with the SDKs. */
export const RECIPES = join(import.meta.dirname, '../../examples/sdks')

const built = new Map<string, Promise<ReadonlyMap<string, string>>>()

/** What a server of this recipe would serve, by path: its page, its configuration and the bundle of its script. Built once. */
export function filesOfRecipe(name: string): Promise<ReadonlyMap<string, string>> {
  const files = built.get(name) ?? bundle(name)
  built.set(name, files)
  return files
}

async function bundle(name: string): Promise<ReadonlyMap<string, string>> {
  const result = (await build({
    root: RECIPES,
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
      rolldownOptions: { input: join(RECIPES, `${name}.js`), output: { entryFileNames: 'main.js' } },
    },
  })) as Rolldown.RolldownOutput
  const scripts = result.output.map(
    (file) => [`/${file.fileName}`, file.type === 'chunk' ? file.code : String(file.source)] as const,
  )
  return new Map([
    ...scripts,
    ['/', readFileSync(join(RECIPES, 'index.html'), 'utf8')],
    ['/bearer-worker.json', readFileSync(join(RECIPES, `${name}.json`), 'utf8')],
  ])
}

/** The version of a package that the recipes run with. */
export function versionOf(packageName: string): string {
  const file = join(RECIPES, 'node_modules', packageName, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
