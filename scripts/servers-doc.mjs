// npm run docs:servers: docs/servers from src/servers. With --check it only compares, and fails when they disagree.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runnerImport } from 'vite'

const { module } = await runnerImport('./scripts/servers-doc-pages.ts', { configFile: false })
/** @type {string} */
const folder = module.FOLDER
/** @type {ReadonlyMap<string, string>} */
const pages = module.serverPages()
const strangers = existsSync(folder) ? readdirSync(folder).filter((name) => !pages.has(name)) : []

if (process.argv.includes('--check')) check()
else write()

function write() {
  mkdirSync(folder, { recursive: true })
  for (const name of strangers) rmSync(join(folder, name))
  for (const [name, text] of pages) writeFileSync(join(folder, name), text)
  console.log(`${folder}: ${pages.size - 1} servers`)
}

function check() {
  const stale = [...pages].filter(([name, text]) => readIfThere(join(folder, name)) !== text).map(([name]) => name)
  const wrong = [...stale, ...strangers]
  if (wrong.length === 0) return
  console.error(
    `${folder} says something else than src/servers: ${wrong.join(', ')}\nnpm run docs:servers brings it up to date.`,
  )
  process.exit(1)
}

/** @param {string} file */
function readIfThere(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}
