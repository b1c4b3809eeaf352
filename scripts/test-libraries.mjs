// npm run test:libraries: installs the packages of examples/libraries, lets each library send requests in Chromium, and writes the
// result to docs/libraries.md. With arguments, as in `npm run test:libraries -- -g htmx`: only these, and their rows.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rowsOf, withTable } from './generated-table.mjs'
import { isInstalled, testsIn } from './own-packages.mjs'

const FOLDER = 'examples/libraries'
const REPORT = '.cache/test-libraries/playwright.json'
const DOCUMENT = 'docs/libraries.md'

const wanted = process.argv.slice(2)

if (!isInstalled(FOLDER)) start(['npm', '--prefix', FOLDER, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])
if (!existsSync('dist/bearer-worker.sw.js')) start(['npm', 'run', 'build'])
const succeeded = start([
  'node_modules/.bin/playwright',
  'test',
  '--config',
  'e2e/libraries/playwright.config.ts',
  ...wanted,
])
write()
process.exitCode = succeeded ? 0 : 1

/** @param {readonly string[]} command */
function start([program = '', ...options]) {
  return spawnSync(program, options, { stdio: 'inherit' }).status === 0
}

function write() {
  const day = new Date().toISOString().slice(0, 10)
  const rows = testsIn(REPORT).flatMap(({ annotations, passed }) => {
    const [name, version] = annotations.find(({ type }) => type === 'package')?.description.split(' ') ?? []
    const by = annotations.find(({ type }) => type === 'by')?.description ?? ''
    return name ? [[`\`${name}\``, String(version), by, passed ? 'works' : '**fails**', day]] : []
  })
  const ran = new Set(rows.map(([name]) => name))
  const page = readFileSync(DOCUMENT, 'utf8')
  const before = wanted.length === 0 ? [] : rowsOf(page).filter(([name]) => !ran.has(name))
  writeFileSync(DOCUMENT, withTable(page, ['package', 'version', 'tried with', 'result', 'run'], [...before, ...rows]))
  console.log(`${DOCUMENT}: ${rows.length} libraries`)
}
