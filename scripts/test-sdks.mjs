// npm run test:sdks: installs the packages beside the recipes in examples/sdks and examples/instead, runs each recipe in
// Chromium, and writes the result to docs/sdks/README.md. With arguments, as in `npm run test:sdks -- firebase`: only these, and their rows.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rowsOf, withTable } from './generated-table.mjs'
import { isInstalled, testsIn } from './own-packages.mjs'

const FOLDERS = ['examples/sdks', 'examples/instead']
const REPORT = '.cache/test-sdks/playwright.json'
const DOCUMENT = 'docs/sdks/README.md'

/** Packages that the project has itself, with the versions of its own lock file. */
const OWN = ['oidc-client-ts', 'better-auth']

const wanted = process.argv.slice(2)

for (const folder of FOLDERS)
  if (!isInstalled(folder)) start(['npm', '--prefix', folder, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])
if (!existsSync('dist/bearer-worker.sw.js')) start(['npm', 'run', 'build'])
const succeeded = start([
  'node_modules/.bin/playwright',
  'test',
  '--config',
  'e2e/sdks/playwright.config.ts',
  ...wanted,
])
write()
process.exitCode = succeeded ? 0 : 1

/** @param {readonly string[]} command */
function start([program = '', ...options]) {
  return spawnSync(program, options, { stdio: 'inherit' }).status === 0
}

function write() {
  /** @type {Map<string, { version: string, passed: boolean }>} */
  const results = new Map()
  for (const { file, title, passed, annotations } of testsIn(REPORT)) {
    const own = OWN.find((name) => file.endsWith(`${name}.spec.ts`))
    const named = annotations.find(({ type }) => type === 'package')?.description.split(' ')
    const [name, version] = own ? [own, versionOf(own)] : (named ?? [])
    if (!name) throw new Error(`"${title}" does not say which package it runs.`)
    results.set(name, { version, passed: passed && (results.get(name)?.passed ?? true) })
  }
  const day = new Date().toISOString().slice(0, 10)
  const rows = [...results].map(([name, { version, passed }]) => [
    `\`${name}\``,
    version,
    passed ? 'works' : '**fails**',
    day,
  ])
  const ran = new Set(rows.map(([name]) => name))
  const before = wanted.length === 0 ? [] : rowsOf(readFileSync(DOCUMENT, 'utf8')).filter(([name]) => !ran.has(name))
  writeFileSync(
    DOCUMENT,
    withTable(readFileSync(DOCUMENT, 'utf8'), ['package', 'version', 'result', 'run'], [...before, ...rows]),
  )
  console.log(`${DOCUMENT}: ${rows.length} packages`)
}

/** @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
}
