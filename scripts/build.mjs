/** `npm run build`: everything that a site copies, into dist/, and the sizes of what it serves. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, runnerImport } from 'vite'

/** Minified and gzipped, in bytes. */
const limits = {
  'bearer-worker.js': 8_000,
  'bearer-worker.sw.js': 22_000,
  'bearer-worker.oauth.js': 14_000,
  'bearer-worker.page.js': 14_000,
}

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
// Node 20 cannot run TypeScript itself.
const { module: config } = await runnerImport('./vite.config.ts')
for (const mode of Object.keys(config.outputs)) await build({ mode })
chmodSync('dist/cli.js', 0o755)

const { module } = await runnerImport('./scripts/configuration-schema-plugin.ts')
writeFileSync('dist/bearer-worker.schema.json', `${JSON.stringify(await module.configurationJsonSchema(), null, 2)}\n`)

/** The declarations of each entry, and where they begin. */
const declared = {
  index: 'page/index',
  worker: 'worker/part',
  inspector: 'inspector/index',
  vite: 'vite/index',
  testing: 'src/testing/index',
}
// What is for tests lies beside src too.
for (const [realm, root] of [
  ['page', 'src'],
  ['worker', 'src'],
  ['inspector', 'src'],
  ['vite', 'src'],
  ['testing', '.'],
]) {
  const declarations = [
    '--noEmit',
    'false',
    '--declaration',
    '--emitDeclarationOnly',
    '--rewriteRelativeImportExtensions',
    '--rootDir',
    root,
    '--outDir',
    'dist/types',
  ]
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `src/${realm}`, ...declarations], {
    stdio: 'inherit',
  })
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
  console.error('A shipped script is over its limit. See docs/decisions for what each dependency costs.')
  process.exitCode = 1
}

/** Those that an entry needs, with imports that every resolution of TypeScript finds; the rest is nobody's business. */
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
