#!/usr/bin/env node
/**
 * `npm start`: installs and builds what is missing, then starts the demo and prints its address. `npm run dev`
 * builds again at each change; `--as-built` takes what is in dist/.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync, watch } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
process.chdir(root)

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Bearer Worker's demo needs Node 20.19 or newer; this is ${process.version}.`)
  process.exit(1)
}

const scripts = ['dist/bearer-worker.js', 'dist/bearer-worker.sw.js']

if (!existsSync('node_modules/vite') && !npm('Installing', 'ci', '--no-audit', '--no-fund')) process.exit(1)
// A build also fails when a script is over its size limit. The demo runs nevertheless.
if (
  !process.argv.includes('--as-built') &&
  isStale() &&
  !npm('Building', 'run', 'build') &&
  !scripts.every((file) => existsSync(file))
)
  process.exit(1)

// Node 20 cannot run TypeScript itself. oidc-provider runs on it, but warns at import.
const { warn } = console
console.warn = (...words) => String(words[0]).includes('Unsupported runtime') || warn(...words)
const { runnerImport } = await import('vite')
const { module } = await runnerImport(join(root, 'scripts/demo-server.ts'), {
  configFile: false,
  root,
  logLevel: 'error',
})
console.warn = warn
const demo = await module.startDemo({ root, port: Number(process.env.PORT) || 5173 })

console.log(`
  Bearer Worker, the demo

  Open             ${demo.url}

  with a vault     ${demo.withVault}
  a table's API    ${demo.baserow}
  OAuth servers    ${demo.authorizationServer}
                   ${demo.authorizationServerOfVault}, of the page with a vault

  Access tokens live for 20 seconds. Ctrl-C stops everything.
`)

if (process.argv.includes('--watch')) {
  let waiting
  watch('src', { recursive: true }, () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => npm('Building', 'run', 'build'), 200)
  })
}

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    demo.close().finally(() => process.exit(0))
  })
}

function npm(what, ...words) {
  console.log(`${what} …`)
  const { status } = spawnSync('npm', words, { stdio: 'inherit', shell: process.platform === 'win32' })
  return status === 0
}

/** Whether the build is missing or older than its sources. */
function isStale() {
  const built = scripts.map(modified)
  const sources = [...readdirSync('src', { recursive: true }).map((name) => join('src', name)), 'vite.config.ts']
  return Math.min(...built) < Math.max(...sources.filter((name) => /\.[jt]sx?$/.test(name)).map(modified))
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}
