/** `npm run build`: writes everything that a site copies to dist/, and prints the sizes of what it serves. */
import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, runnerImport } from 'vite'

/** Minified and gzipped, in bytes. */
const limits = {
  'bearer-worker.js': 32_000,
  'bearer-worker.sw.js': 44_000,
  'bearer-worker.oauth.js': 15_500,
  // The whole engine is in it, as in the worker.
  'bearer-worker.page.js': 44_000,
  // The whole engine, and the OAuth part.
  'bearer-worker.vault.js': 55_000,
}

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
// Node 20 cannot run TypeScript itself.
const { module: config } = await runnerImport('./vite.config.ts')
for (const mode of Object.keys(config.outputs)) await build({ mode })
chmodSync('dist/cli.js', 0o755)
copyFileSync('src/vault/page.html', 'dist/bearer-worker.vault.html')

const { module } = await runnerImport('./scripts/configuration-schema-plugin.ts')
const { module: ofVault } = await runnerImport('./scripts/vault-schema.ts')
for (const [name, schema] of [
  ['schema', await module.configurationJsonSchema()],
  ['vault.schema', await ofVault.vaultJsonSchema()],
])
  writeFileSync(`dist/bearer-worker.${name}.json`, `${JSON.stringify(schema, null, 2)}\n`)

/**
 * The file of `src` whose declarations each entry of the package re-exports. The first folder of its path is a
 * TypeScript project.
 */
const declared = {
  index: 'page/index',
  worker: 'worker/part',
  'authorization-servers': 'oauth/authorization-servers',
  inspector: 'inspector/index',
  vite: 'vite/index',
  testing: 'testing/index',
}
// One root for every project: what two of them share, such as protocol.ts, is declared once.
for (const project of new Set(Object.values(declared).map((file) => file.split('/')[0]))) {
  const emit = '--noEmit false --declaration --emitDeclarationOnly --rewriteRelativeImportExtensions'
  const options = ['-p', `src/${project}`, ...emit.split(' '), '--rootDir', 'src', '--outDir', 'dist/types']
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...options], { stdio: 'inherit' })
}
for (const [entry, begin] of Object.entries(declared))
  writeFileSync(`dist/${entry}.d.ts`, `export * from './types/${begin}.js'\n`)
appendFileSync('dist/vite.d.ts', "export { default } from './types/vite/index.js'\n")
keepDeclarations(Object.values(declared).map((begin) => `dist/types/${begin}.d.ts`))

let tooLarge = false
for (const [file, limit] of Object.entries(limits)) {
  const code = readFileSync(`dist/${file}`)
  const gzipped = gzipSync(code, { level: 9 }).length
  console.log(`${file.padEnd(24)} ${kB(code.length)} minified, ${kB(gzipped)} gzipped, limit ${kB(limit)}`)
  tooLarge ||= gzipped > limit
}
if (tooLarge) {
  console.error('A shipped script is over its limit. docs/decisions/0003-sizes.md lists what each part costs.')
  process.exitCode = 1
}

/**
 * Deletes the declarations that no entry needs, and writes `.js` where an import says `.ts`, which every resolution of
 * TypeScript finds.
 * @param {readonly string[]} entries
 */
function keepDeclarations(entries) {
  const needed = new Set(entries)
  for (const file of needed) {
    const text = readFileSync(file, 'utf8').replaceAll(
      /(from |import\()(['"])(\.[^'"]+)\.ts\2/g,
      (_, before, quote, path) => {
        needed.add(`${join(file, '..', path)}.d.ts`)
        return `${before}${quote}${path}.js${quote}`
      },
    )
    writeFileSync(file, text)
  }
  for (const file of readdirSync('dist/types', { recursive: true }).map((name) => join('dist/types', name))) {
    if (file.endsWith('.d.ts') && !needed.has(file)) rmSync(file)
  }
}

function kB(bytes) {
  return `${(bytes / 1000).toFixed(2).padStart(6)} kB`
}
