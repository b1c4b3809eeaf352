// npm run test:servers: installs real servers in e2e/real-servers, runs each behind a site in Chromium, and writes the
// result to docs/real-servers.md. With arguments, as in `npm run test:servers -- -g feathers`: only these, and the page stays.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { withTable } from './generated-table.mjs'
import { isInstalled, testsIn } from './own-packages.mjs'

const FOLDER = 'e2e/real-servers'
const REPORT = '.cache/test-servers/playwright.json'
const DOCUMENT = 'docs/real-servers.md'
const SHOWN = ['sign-in', 'refusal', 'refresh', 'end', 'sign-out']

const wanted = process.argv.slice(2)

if (!isInstalled(FOLDER)) start(['npm', '--prefix', FOLDER, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])
if (!existsSync('dist/bearer-worker.sw.js')) start(['npm', 'run', 'build'])
const succeeded = start([
  'node_modules/.bin/playwright',
  'test',
  '--config',
  `${FOLDER}/playwright.config.ts`,
  ...wanted,
])
if (wanted.length === 0) write()
process.exitCode = succeeded ? 0 : 1

/** @param {readonly string[]} command */
function start([program = '', ...options]) {
  return spawnSync(program, options, { stdio: 'inherit' }).status === 0
}

function write() {
  const day = new Date().toISOString().slice(0, 10)
  /** @type {string[]} */
  const notes = []
  const rows = testsIn(REPORT).map(({ annotations, passed }) => {
    const all = (/** @type {string} */ type) =>
      annotations.filter((each) => each.type === type).map((each) => each.description)
    const [server = ''] = all('server')
    const [name = '', version = ''] = (all('package')[0] ?? '').split(' ')
    const [note] = all('note')
    const mark = note ? `[^${notes.push(note)}]` : ''
    const shown = all('shown')
    // The first step that was not shown in a failed test is the one that failed.
    const failed = passed ? undefined : SHOWN.find((step) => !shown.includes(step))
    const cells = SHOWN.map((step) => {
      if (shown.includes(step)) return 'works'
      return step === failed ? '**fails**' : '–'
    })
    return [`${server}${mark}`, `\`${name}\` ${version}`, ...cells, day]
  })
  const page = withTable(readFileSync(DOCUMENT, 'utf8'), ['server', 'run with', ...SHOWN, 'run'], rows)
  const [before] = page.split('\n[^1]:')
  const list = notes.map((note, index) => `[^${index + 1}]: ${note}.\n`).join('')
  writeFileSync(DOCUMENT, `${before?.trimEnd()}\n${list && `\n${list}`}`)
  console.log(`${DOCUMENT}: ${rows.length} servers`)
}
