// npm test: all checks, the cheapest first. Its last line is `N passed, N failed`.
// With arguments, as in `npm test -- e2e/capture.spec.ts` or `npm test -- -g "one refresh"`: only the browser tests,
// with these arguments.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'

const REPORTS = '.cache/test'
const PROJECTS = [
  'src/policy',
  'src/worker',
  'src/page',
  'src/page-part',
  'src/oauth',
  'src/vault',
  'src/inspector',
  'src/servers',
  'src/cli',
  'src/vite',
  'src/testing',
  'src/testing/servers',
  'examples',
  '.',
]
const npm = ['npm', '--no-update-notifier', '--no-fund', '--no-audit']

const forPlaywright = process.argv.slice(2)
const everything = forPlaywright.length === 0
const count = { passed: 0, failed: 0, skipped: 0 }

rmSync(REPORTS, { recursive: true, force: true })
mkdirSync(REPORTS, { recursive: true })
testAll()
console.log(`${count.passed} passed, ${count.failed} failed${count.skipped > 0 ? `, ${count.skipped} skipped` : ''}`)
process.exitCode = count.failed > 0 ? 1 : 0

function testAll() {
  if (!isInstalled() && !step('install', [...npm, 'ci'])) return
  if (!step('browsers', ['node', 'scripts/ensure-browsers.mjs'])) return
  if (everything) {
    step('format', ['node_modules/.bin/biome', 'format', '.'])
    step('lint', ['node_modules/.bin/biome', 'lint', '--error-on-warnings', '.'])
    for (const project of PROJECTS) step(`types of ${project}`, ['node_modules/.bin/tsc', '-p', project])
    run(
      'vitest',
      [
        'node_modules/.bin/vitest',
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${REPORTS}/vitest.json`,
      ],
      countVitest,
    )
  }
  // A build over a size limit fails, but has written everything before, so it can be tested.
  if (!step('build', [...npm, 'run', 'build']) && !existsSync('dist/worker.d.ts')) return
  if (everything) {
    step('package', [...npm, 'run', 'lint:package'])
    step('docs site', [...npm, 'run', 'docs:build'])
  }
  const passed = run('playwright', ['node_modules/.bin/playwright', 'test', ...forPlaywright], countPlaywright)
  if (everything && passed) step('docs/browsers.md', ['node', 'scripts/browsers-doc.mjs', '--check'])
}

/** A step that counts only when it fails. @param {string} name @param {readonly string[]} command */
function step(name, command) {
  const succeeded = start(name, command)
  if (!succeeded) {
    console.error(`✘ ${name}`)
    count.failed++
  }
  return succeeded
}

/**
 * Runs a test runner and counts its report. A runner that breaks without a failed test counts as one failure.
 * @param {string} name
 * @param {readonly string[]} command
 * @param {(report: any) => typeof count} countReport
 */
function run(name, command, countReport) {
  const succeeded = start(name, command)
  const file = `${REPORTS}/${name}.json`
  const counted = existsSync(file)
    ? countReport(JSON.parse(readFileSync(file, 'utf8')))
    : { passed: 0, failed: 0, skipped: 0 }
  count.passed += counted.passed
  count.skipped += counted.skipped
  count.failed += counted.failed || (succeeded ? 0 : 1)
  return succeeded
}

/** @param {string} name @param {readonly string[]} command */
function start(name, [program, ...argumentList]) {
  const begun = Date.now()
  const { status } = spawnSync(program, argumentList, { stdio: 'inherit' })
  console.log(`— ${name}: ${((Date.now() - begun) / 1000).toFixed(1)} s`)
  return status === 0
}

function countVitest({ numPassedTests, numFailedTests, numPendingTests, numTodoTests }) {
  return { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests }
}

function countPlaywright({ stats: { expected, unexpected, flaky, skipped } }) {
  return { passed: expected, failed: unexpected + flaky, skipped }
}

/** Whether every package that the lock file wants is there in its version; those for other machines may be missing. */
function isInstalled() {
  if (!existsSync('node_modules/.package-lock.json')) return false
  const wanted = packagesIn('package-lock.json')
  const present = packagesIn('node_modules/.package-lock.json')
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || present[path]?.version === version || (optional && !present[path]),
  )
}

/** @param {string} lockFile @returns {Record<string, { version: string, optional?: boolean }>} */
function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages
}
