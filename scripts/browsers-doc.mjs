// npm run docs:browsers: docs/browsers.md from the report of the last `npm test`. With --check it only compares, and
// fails when they disagree.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { runnerImport } from 'vite'

const REPORT = '.cache/test/playwright.json'
const DOCUMENT = 'docs/browsers.md'
const ENGINES = { chromium: 'Chromium', firefox: 'Firefox', webkit: 'WebKitGTK' }

/** How many tests of one capability passed in one engine, and why others did not run. @typedef {{ passed: number, reasons: Set<string> }} Shown */

const isCheck = process.argv.includes('--check')
if (!existsSync(REPORT)) fail('There is no report yet: run npm test.')
const report = JSON.parse(readFileSync(REPORT, 'utf8'))
const { module } = await runnerImport('./e2e/capabilities.ts', { configFile: false })
/** @type {readonly string[]} */
const capabilities = module.CAPABILITIES

/** @type {Map<string, Shown>} */
const shown = new Map()
/** @type {Map<string, string>} */
const versions = new Map()
report.suites.forEach(read)

const engines = Object.keys(ENGINES).filter((engine) =>
  capabilities.some((capability) => shown.has(`${engine} ${capability}`)),
)
for (const engine of engines) {
  const missing = capabilities.filter((capability) => !shown.has(`${engine} ${capability}`))
  if (missing.length > 0)
    fail(
      `No test in ${ENGINES[engine]} shows:\n  ${missing.join('\n  ')}\nRun the whole of npm test, or take them out of e2e/capabilities.ts.`,
    )
}

if (isCheck) check()
else write()

/** @param {any} suite */
function read(suite) {
  suite.suites?.forEach(read)
  for (const { title, tests } of suite.specs ?? []) {
    for (const { projectName, annotations, status } of tests) {
      for (const { type, description } of annotations) {
        if (type === 'engine') versions.set(projectName, description)
        if (type !== 'capability') continue
        const key = `${projectName} ${description}`
        const cell = shown.get(key) ?? { passed: 0, reasons: new Set() }
        shown.set(key, cell)
        if (status === 'expected') cell.passed++
        else if (status === 'skipped')
          cell.reasons.add(
            annotations.find((/** @type {any} */ each) => each.type === 'skip' || each.type === 'fixme')?.description ??
              'skipped',
          )
        else fail(`"${title}" failed in ${projectName}: what it shows is not known.`)
      }
    }
  }
}

/** @param {string} engine @param {string} capability */
function cellOf(engine, capability) {
  const { passed, reasons } = /** @type {Shown} */ (shown.get(`${engine} ${capability}`))
  const lacking = passed > 0 ? 'in part' : 'not shown'
  return { says: reasons.size === 0 ? 'yes' : lacking, why: [...reasons].sort() }
}

function write() {
  const absent = Object.keys(ENGINES).filter((engine) => !engines.includes(engine))
  if (absent.length > 0) fail(`The last run had no ${absent.join(', ')}: ENGINES=all npm test`)
  /** @type {string[]} */
  const notes = []
  const note = (/** @type {string} */ reason) =>
    `[^${notes.includes(reason) ? notes.indexOf(reason) + 1 : notes.push(reason)}]`
  const line = (/** @type {readonly string[]} */ cells) => `| ${cells.join(' | ')} |`
  const lines = [
    line(['', ...engines.map((engine) => `${ENGINES[engine]} ${versions.get(engine)}`)]),
    line(['', ...engines].map(() => '---')),
    ...capabilities.map((capability) => {
      const cells = engines.map((engine) => cellOf(engine, capability))
      return line([
        capability,
        ...cells.map(({ says, why }) => `${says === 'yes' ? says : `**${says}**`}${why.map(note).join('')}`),
      ])
    }),
    '',
    ...notes.map((reason, index) => `[^${index + 1}]: ${reason}.`),
  ]
  const [before, after] = around()
  writeFileSync(DOCUMENT, `${before}${lines.join('\n')}\n${after}`)
  console.log(`${DOCUMENT}: ${capabilities.length} capabilities, ${engines.length} engines`)
}

/** Versions are ignored: they are those of the last run on any machine. */
function check() {
  const rows = readFileSync(DOCUMENT, 'utf8').split('\n')
  const reasons = new Map(
    rows
      .map((row) => /^\[\^(\d+)\]: (.*)\.$/.exec(row))
      .flatMap((found) => (found ? [/** @type {const} */ ([found[1], found[2]])] : [])),
  )
  const mistakes = []
  const table = rows.filter((row) => row.startsWith('| ')).map((row) => row.slice(2, -2).split(' | '))
  const columns = Object.keys(ENGINES)
  const documented = table.slice(2).map(([capability]) => capability)
  if (documented.join('\n') !== capabilities.join('\n')) mistakes.push(`rows: ${documented.join('; ')}`)
  for (const [capability = '', ...cells] of table.slice(2)) {
    for (const engine of engines) {
      const text = cells[columns.indexOf(engine)] ?? ''
      const why = [...text.matchAll(/\[\^(\d+)\]/g)].map(([, number = '']) => reasons.get(number) ?? '').sort()
      const expected = capabilities.includes(capability)
        ? cellOf(engine, capability)
        : { says: 'not in e2e/capabilities.ts', why: [] }
      if (text.replaceAll(/\*|\[.*/g, '') !== expected.says || why.join() !== expected.why.join())
        mistakes.push(`${capability}, ${ENGINES[engine]}: ${text} there, ${expected.says} ${expected.why.join()} here`)
    }
  }
  if (mistakes.length > 0)
    fail(
      `${DOCUMENT} says something else than the tests:\n  ${mistakes.join('\n  ')}\nnpm run docs:browsers brings it up to date.`,
    )
}

/** @returns {readonly [string, string]} */
function around() {
  const [begin, end] = ['<!-- engines -->\n', '<!-- /engines -->']
  const document = readFileSync(DOCUMENT, 'utf8')
  if (!document.includes(begin) || !document.includes(end)) fail(`${DOCUMENT} has lost the place of the table.`)
  return [document.slice(0, document.indexOf(begin) + begin.length), document.slice(document.indexOf(end))]
}

/** @param {string} message @returns {never} */
function fail(message) {
  console.error(message)
  process.exit(1)
}
