// npm run test:sdks: installs the packages beside the recipes in examples/sdks and examples/instead, runs each recipe in
// Chromium, and writes the result to docs/sdks/README.md. With arguments, as in `npm run test:sdks -- firebase`: only these, and the page stays.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { withTable } from './generated-table.mjs'

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
if (wanted.length === 0) write()
process.exitCode = succeeded ? 0 : 1

/** @param {readonly string[]} command */
function start([program = '', ...options]) {
  return spawnSync(program, options, { stdio: 'inherit' }).status === 0
}

/** Whether what is installed is what the lock file says. @param {string} folder */
function isInstalled(folder) {
  const marker = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(marker)) return false
  const versions = (/** @type {string} */ file) =>
    Object.entries(JSON.parse(readFileSync(file, 'utf8')).packages).flatMap(([path, { version, optional }]) =>
      path === '' || optional ? [] : `${path} ${version}`,
    )
  const present = new Set(versions(marker))
  return versions(`${folder}/package-lock.json`).every((each) => present.has(each))
}

function write() {
  const report = JSON.parse(readFileSync(REPORT, 'utf8'))
  /** @type {Map<string, { version: string, passed: boolean }>} */
  const results = new Map()
  for (const { file, title, tests } of report.suites.flatMap(specsOf)) {
    const [{ annotations = [], status } = {}] = tests
    const passed = status === 'expected'
    const own = OWN.find((name) => file.endsWith(`${name}.spec.ts`))
    const named = annotations.find((/** @type {any} */ { type }) => type === 'package')?.description.split(' ')
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
  writeFileSync(DOCUMENT, withTable(readFileSync(DOCUMENT, 'utf8'), ['package', 'version', 'result', 'run'], rows))
  console.log(`${DOCUMENT}: ${rows.length} packages`)
}

/** @param {any} suite @returns {any[]} */
function specsOf(suite) {
  const specs = (suite.specs ?? []).map((/** @type {any} */ spec) => ({ ...spec, file: spec.file ?? suite.file }))
  return [...specs, ...(suite.suites ?? []).flatMap(specsOf)]
}

/** @param {string} name */
function versionOf(name) {
  return JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version
}
