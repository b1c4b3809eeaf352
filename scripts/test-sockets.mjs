// npm run test:sockets: installs the libraries in e2e/socket-libraries, runs each with its server in Chromium, and writes the
// result to docs/sockets.md. With arguments, as in `npm run test:sockets -- -g phoenix`: only these, and the page stays.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { withTable } from './generated-table.mjs'
import { isInstalled, testsIn } from './own-packages.mjs'

const FOLDER = 'e2e/socket-libraries'
const REPORT = '.cache/test-sockets/playwright.json'
const DOCUMENT = 'docs/sockets.md'

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
  const rows = testsIn(REPORT).map(({ annotations, passed }) => {
    const of = (/** @type {string} */ type) => annotations.find((each) => each.type === type)?.description ?? ''
    const [name = '', version = ''] = of('library').split(' ')
    return [`\`${name}\``, version, of('server'), `\`${of('way')}\``, passed ? 'works' : '**fails**', day]
  })
  const page = withTable(
    readFileSync(DOCUMENT, 'utf8'),
    ['library', 'version', 'with the server', 'key', 'result', 'run'],
    rows,
  )
  writeFileSync(DOCUMENT, page)
  console.log(`${DOCUMENT}: ${rows.length} libraries`)
}
