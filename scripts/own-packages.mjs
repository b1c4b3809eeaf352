/** What the suites with packages of their own share: they install them, run in Chromium, and write what the run showed into a page. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rowsOf, withTable } from './generated-table.mjs'

/** Whether what is installed in a folder is what its lock file says. @param {string} folder */
export function isInstalled(folder) {
  const marker = `${folder}/node_modules/.package-lock.json`
  if (!existsSync(marker)) return false
  const present = new Set(versionsIn(marker))
  return versionsIn(`${folder}/package-lock.json`).every((each) => present.has(each))
}

/** @param {string} lockFile */
function versionsIn(lockFile) {
  return Object.entries(JSON.parse(readFileSync(lockFile, 'utf8')).packages).flatMap(
    ([path, { version, optional, dev }]) => (path === '' || optional || dev ? [] : [`${path} ${version}`]),
  )
}

/** Arguments of the command: with any, only some tests run. */
export const wanted = process.argv.slice(2)

/**
 * Installs the packages of these folders, builds what is not built, and runs the tests; their failure is that of this program.
 * @param {readonly string[]} folders
 * @param {string} config of Playwright
 */
export function runTests(folders, config) {
  for (const folder of folders)
    if (!isInstalled(folder)) start(['npm', '--prefix', folder, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])
  if (!existsSync('dist/bearer-worker.sw.js')) start(['npm', 'run', 'build'])
  const succeeded = start(['node_modules/.bin/playwright', 'test', '--config', config, ...wanted])
  process.exitCode = succeeded ? 0 : 1
}

/** @param {readonly string[]} command @param {Record<string, string>} [env] */
export function start([program = '', ...options], env = {}) {
  return spawnSync(program, options, { stdio: 'inherit', env: { ...process.env, ...env } }).status === 0
}

/**
 * Writes rows into the table of a page, whose first cells name them. Where only some tests ran, the other rows stay.
 * @param {string} document
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function writeRows(document, head, rows) {
  const page = readFileSync(document, 'utf8')
  const ran = new Set(rows.map(([name]) => name))
  const before = wanted.length === 0 ? [] : rowsOf(page).filter(([name]) => !ran.has(name))
  writeFileSync(document, withTable(page, head, [...before, ...rows]))
  console.log(`${document}: ${rows.length} rows`)
}

export const today = () => new Date().toISOString().slice(0, 10)

/** What a test has said of itself by annotations of this type. @param {Pick<Shown, 'annotations'>} test @param {string} type */
export function annotated({ annotations }, type) {
  return annotations.filter((each) => each.type === type).map((each) => each.description)
}

/**
 * The cells of steps that a test takes one after the other: the first that was not shown in a failed test is the one that failed.
 * @param {Shown} test
 * @param {readonly string[]} steps
 */
export function cellsOfSteps(test, steps) {
  const shown = annotated(test, 'shown')
  const failed = test.passed ? undefined : steps.find((step) => !shown.includes(step))
  return steps.map((step) => {
    if (shown.includes(step)) return 'works'
    return step === failed ? '**fails**' : '–'
  })
}

/**
 * @typedef {{ readonly title: string, readonly file: string, readonly passed: boolean, readonly skipped: boolean,
 *   readonly annotations: readonly { readonly type: string, readonly description: string }[] }} Shown
 */

/** The tests of a report. @param {string} report @returns {readonly Shown[]} */
export function testsIn(report) {
  return JSON.parse(readFileSync(report, 'utf8')).suites.flatMap(specsOf)
}

/** @param {any} suite @returns {Shown[]} */
function specsOf(suite) {
  const specs = (suite.specs ?? []).map((/** @type {any} */ { title, file, tests: [test] }) => ({
    title,
    file: file ?? suite.file,
    passed: test?.status === 'expected',
    skipped: test?.status === 'skipped',
    annotations: test?.annotations ?? [],
  }))
  return [...specs, ...(suite.suites ?? []).flatMap(specsOf)]
}
