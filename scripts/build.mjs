/** `npm run build`: everything that a site copies, into dist/, and the sizes of what it serves. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { build, runnerImport } from 'vite'

/** Minified and gzipped, in bytes. */
const limits = { 'bearer-worker.js': 6_300, 'bearer-worker.sw.js': 29_000, 'bearer-worker.core.sw.js': 16_500 }

rmSync('dist', { recursive: true, force: true })
mkdirSync('dist')
for (const mode of ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.core.sw.js', 'index.js', 'worker.js']) await build({ mode })

// Node 20 cannot run TypeScript itself.
const { module } = await runnerImport('./scripts/configuration-schema-plugin.ts')
writeFileSync('dist/bearer-worker.schema.json', `${JSON.stringify(await module.configurationJsonSchema(), null, 2)}\n`)

for (const realm of ['page', 'worker']) {
  const declarations = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--rewriteRelativeImportExtensions', '--rootDir', 'src', '--outDir', 'dist/types']
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', `src/${realm}`, ...declarations], { stdio: 'inherit' })
}
writeFileSync('dist/index.d.ts', "export * from './types/page/index.js'\n")
writeFileSync('dist/worker.d.ts', "export * from './types/worker/part.js'\n")

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

function kB(bytes) {
  return `${(bytes / 1000).toFixed(2).padStart(6)} kB`
}
