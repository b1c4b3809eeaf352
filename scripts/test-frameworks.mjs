// npm run test:frameworks: installs the packages of examples/frameworks, builds and runs each program in Chromium, and writes the
// result to docs/frameworks.md. With arguments, as in `npm run test:frameworks -- -g Angular`: only these, and their rows.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { rowsOf, withTable } from './generated-table.mjs'
import { isInstalled, testsIn } from './own-packages.mjs'

const FOLDER = 'examples/frameworks'
const REPORT = '.cache/test-frameworks/playwright.json'
const DOCUMENT = 'docs/frameworks.md'
const STEPS = ['deep link', 'sign-in', 'expiry', 'hard reload', 'end', 'sign-out']

const wanted = process.argv.slice(2)

if (!isInstalled(FOLDER)) start(['npm', '--prefix', FOLDER, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])
if (!existsSync('dist/bearer-worker.sw.js')) start(['npm', 'run', 'build'])
const succeeded = start([
  'node_modules/.bin/playwright',
  'test',
  '--config',
  'e2e/frameworks/playwright.config.ts',
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
    const all = (/** @type {string} */ type) =>
      annotations.filter((each) => each.type === type).map((each) => each.description)
    const [program = ''] = all('program')
    // A test that was skipped, as without nginx, says nothing.
    if (program === '') return []
    const shown = all('shown')
    const failed = passed ? undefined : STEPS.find((step) => !shown.includes(step))
    const cells = STEPS.map((step) => {
      if (shown.includes(step)) return 'works'
      return step === failed ? '**fails**' : '–'
    })
    return [[`${program}, ${all('mode')[0]}`, all('package').join(', '), ...cells, `${all('seconds')[0]} s`, day]]
  })
  const ran = new Set(rows.map(([name]) => name))
  const page = readFileSync(DOCUMENT, 'utf8')
  const before = wanted.length === 0 ? [] : rowsOf(page).filter(([name]) => !ran.has(name))
  writeFileSync(
    DOCUMENT,
    withTable(page, ['program', 'versions', ...STEPS, 'until it answers', 'run'], [...before, ...rows]),
  )
  console.log(`${DOCUMENT}: ${rows.length} programs`)
}
