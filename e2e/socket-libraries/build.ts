import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Rolldown } from 'vite'

/** The script of an app, with the packages that are installed beside it. */
export async function bundleOf(app: string): Promise<string> {
  const root = import.meta.dirname
  const result = (await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
    build: {
      write: false,
      minify: false,
      target: 'esnext',
      lib: { entry: join(root, `apps/${app}.js`), formats: ['es'], fileName: 'app' },
    },
  })) as readonly Rolldown.RolldownOutput[]
  const [chunk] = result.flatMap(({ output }) => output)
  if (chunk?.type !== 'chunk') throw new Error(`There is no script of ${app}.`)
  return chunk.code
}

export function versionOf(packageName: string): string {
  const file = join(import.meta.dirname, 'node_modules', packageName, 'package.json')
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
