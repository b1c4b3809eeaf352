/**
 * `npm run lint:package`, after a build: packs what would be published, checks it with public tools, installs it and
 * uses it.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

/** What the package may contain, and nothing else. */
const CONTENTS = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/bearer-worker\.[\w.]+\.?(js|json|html)$/,
  /^dist\/[\w-]+(\.d)?\.(js|ts)$/,
  /^dist\/types\/[\w/-]+\.d\.ts$/,
]

/** What no published file contains, with what it would be. */
const FORBIDDEN = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----/, 'a private key'],
  [/\beyJ[\w-]{20,}\.[\w-]{20,}\.[\w-]{20,}/, 'a token'],
  [/\b(npm_|gh[pousr]_|glpat-)\w{20,}/, 'a credential'],
  [/(^|[\s"'`(])(\/home\/|\/Users\/|\/root\/|\/work\/|[A-Z]:\\Users\\)\w/m, 'a path of the machine that built it'],
  [/^\/\/[#@] sourceMappingURL=/m, 'a link to a source map that is not there'],
]
/** Of scripts that a browser runs. */
const FORBIDDEN_IN_BROWSERS = [
  [/\beval\s*\(|new Function\s*\(/, 'eval, which a Content Security Policy refuses'],
  [/\bdebugger\b/, 'a debugger statement'],
  [/\bnode:[a-z]+["']/, 'a module of Node'],
]
const IN_BROWSERS = /^dist\/(bearer-worker\..*\.?js|index\.js|worker\.js|authorization-servers\.js)$/

const mistakes = []
const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const folder = mkdtempSync(join(tmpdir(), 'bearer-worker-package-'))

try {
  const [packed] = JSON.parse(npm(['pack', '--json', '--ignore-scripts', '--pack-destination', folder]))
  const tarball = join(folder, packed.filename)
  const data = new Uint8Array(readFileSync(tarball))
  await lookAt(data)
  checkEntries(packed.files.map(({ path }) => path))
  checkContents(packed.files.map(({ path }) => path))
  audit()
  use(tarball)
  console.log(
    `${packed.filename}: ${packed.files.length} files, ${kB(packed.size)} packed, ${kB(packed.unpackedSize)} unpacked`,
  )
} finally {
  rmSync(folder, { recursive: true })
}

for (const mistake of mistakes) console.error(`✘ ${mistake}`)
process.exitCode = mistakes.length > 0 ? 1 : 0

/** @param {Uint8Array} data */
async function lookAt(data) {
  const { messages } = await publint({ pack: { tarball: data.buffer } })
  for (const message of messages) mistakes.push(`publint: ${formatMessage(message, manifest)}`)

  // The package is of ES modules only: a CommonJS program imports it dynamically, or requires it with Node 22.
  const expected = new Set(['CJSResolvesToESM'])
  const report = await checkPackage(createPackageFromTarballData(data), { excludeEntrypoints: nonCode() })
  // The resolution of Node 10 does not know "exports". No build tool for service workers uses it.
  const problems = report.types
    ? report.problems.filter(({ kind, resolutionKind }) => !expected.has(kind) && resolutionKind !== 'node10')
    : [{ kind: 'no types' }]
  for (const problem of problems) mistakes.push(`are the types wrong: ${JSON.stringify(problem)}`)

  const knip = spawnSync(process.execPath, ['node_modules/knip/bin/knip.js', '--no-progress'], { encoding: 'utf8' })
  if (knip.status !== 0) mistakes.push(`knip:\n${knip.stdout}${knip.stderr}`)
}

/** Entries that are no modules: scripts for a script tag, and JSON. */
function nonCode() {
  return Object.entries(manifest.exports).flatMap(([entry, target]) => (typeof target === 'string' ? [entry] : []))
}

/** @param {readonly string[]} files */
function checkEntries(files) {
  for (const file of Object.values(manifest.exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  )) {
    if (!files.includes(file.replace('./', ''))) mistakes.push(`package: ${file} is exported, and not in the tarball`)
  }
  for (const file of files.filter((name) => name.startsWith('src/') || name.includes('.test.')))
    mistakes.push(`package: ${file} should not be in the tarball`)
  checkDeclarations(files)
}

/** Looks at every file that would be published. @param {readonly string[]} files */
function checkContents(files) {
  for (const file of files) {
    if (!CONTENTS.some((pattern) => pattern.test(file))) mistakes.push(`package: ${file} is unexpected in the tarball`)
    const text = readFileSync(file, 'utf8')
    const forbidden = IN_BROWSERS.test(file) ? [...FORBIDDEN, ...FORBIDDEN_IN_BROWSERS] : FORBIDDEN
    for (const [pattern, what] of forbidden) {
      const found = pattern.exec(text)?.[0].trim().slice(0, 60)
      if (found !== undefined) mistakes.push(`package: ${file} contains ${what}: ${found}`)
    }
  }
}

/**
 * Asks the registry for known vulnerabilities: of what is bundled, a high one is a mistake. A registry that does not
 * answer such questions, or is away, is a note.
 */
function audit() {
  const { stdout } = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8', timeout: 60_000 })
  let report
  try {
    report = JSON.parse(stdout)
  } catch {
    report = {}
  }
  if (!report.metadata?.vulnerabilities) {
    const why = report.message ?? report.error?.summary ?? 'no answer'
    console.log(
      `npm audit: the registry did not answer (${String(why).split('\n')[0]}): run it where it does before a release`,
    )
    return
  }
  for (const { name, severity, range } of Object.values(report.vulnerabilities)) {
    const line = `npm audit: ${name} ${range}: ${severity}`
    if (severity === 'high' || severity === 'critical') mistakes.push(line)
    else console.log(line)
  }
}

/** A type that is declared twice appears twice in the suggestions of an editor. @param {readonly string[]} files */
function checkDeclarations(files) {
  const texts = new Map()
  for (const file of files.filter((name) => name.startsWith('dist/types/'))) {
    const text = readFileSync(file, 'utf8')
    const twin = texts.get(text)
    if (twin) mistakes.push(`package: ${file} declares again what ${twin} declares`)
    texts.set(text, file)
    // The layout of dist/types is the layout of src: a second root would repeat what both share.
    const source = file.replace('dist/types/', 'src/').replace(/\.d\.ts$/, '.ts')
    if (!existsSync(source)) mistakes.push(`package: ${file} is the declaration of no file: there is no ${source}`)
  }
}

/**
 * As a user does: installs the tarball, compiles against its types, imports it in Node, runs its command.
 * @param {string} tarball
 */
function use(tarball) {
  const app = join(folder, 'app')
  mkdirSync(app)
  const write = (name, text) => writeFileSync(join(app, name), text)
  write('package.json', JSON.stringify({ name: 'app', version: '1.0.0', type: 'module', private: true }))
  npm(['install', '--offline', '--no-audit', '--no-fund', '--omit=peer', '--omit=optional', tarball], app)

  write(
    'page.ts',
    `
import 'bearer-worker/inspector'
import { bearerWorker, BearerWorkerError, type Entry, type SessionView, type StartOptions } from 'bearer-worker'
const options: StartOptions = { worker: '/bearer-worker.sw.js' }
bearerWorker.start(options).addEventListener('request', ({ detail }: CustomEvent<Entry>) => console.log(detail.status))
const view: SessionView | undefined = bearerWorker.snapshot()
document.createElement('bearer-worker-inspector').open = view?.state === 'active'
// @ts-expect-error a member that does not exist
bearerWorker.token
bearerWorker.ready.catch((error: BearerWorkerError) => error.issues?.map(({ path }) => path))
`,
  )
  write(
    'worker.ts',
    `
import { bearerWorkerPart, type BearerWorkerPart } from 'bearer-worker/worker'
import { authorizationServers } from 'bearer-worker/worker/authorization-servers'
const part: BearerWorkerPart = bearerWorkerPart({ config: '/bearer-worker.json', authorizationServers })
addEventListener('fetch', (event) => void part.fetch(event as FetchEvent))
`,
  )
  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ]) {
    for (const [file, lib] of [
      ['page.ts', 'es2022,dom,dom.iterable'],
      ['worker.ts', 'es2022,webworker'],
    ]) {
      const { status, stdout } = spawnSync(
        process.execPath,
        [
          resolve('node_modules/typescript/bin/tsc'),
          '--ignoreConfig',
          '--noEmit',
          '--strict',
          '--module',
          module,
          '--moduleResolution',
          moduleResolution,
          '--target',
          'es2022',
          '--lib',
          lib,
          '--types',
          '',
          file,
        ],
        { cwd: app, encoding: 'utf8' },
      )
      if (status !== 0) mistakes.push(`types by ${moduleResolution}: ${stdout}`)
    }
  }

  // No import may need a browser: frameworks render on servers.
  write(
    'server.mjs',
    `
const { bearerWorker, BearerWorkerError } = await import('bearer-worker')
await import('bearer-worker/inspector')
const { default: schema } = await import('bearer-worker/schema.json', { with: { type: 'json' } })
if (bearerWorker.snapshot() !== undefined || new BearerWorkerError({ code: 'timeout', message: '' }).code !== 'timeout' || !schema.properties.sessions) throw new Error('another API')
for (const file of ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.oauth.js', 'bearer-worker.page.js', 'bearer-worker.vault.html', 'bearer-worker.vault.js', 'vault.schema.json']) import.meta.resolve('bearer-worker/' + file)
`,
  )
  run('import on a server', [process.execPath, '--no-warnings', 'server.mjs'])
  const command = join('node_modules', '.bin', 'bearer-worker')
  run('the command', [command, '--version'], manifest.version)
  run('init', [command, 'init', 'public'], '<script src="/bearer-worker.js"></script>')
  run('check', [command, 'check', 'public/bearer-worker.json'], 'is right')
  run('init again', [command, 'init', 'public', '--update'], 'kept public/bearer-worker.json')
  write('wrong.json', '{ "sessions": { "main": { "resourses": ["api/*"] } } }')
  fails('check of a wrong file', [command, 'check', 'wrong.json'], 1, 'did you mean "resources"?')
  fails('init without a folder', [command, 'init'], 2, 'npx bearer-worker init public')

  function fails(what, [program, ...words], expected, message) {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: app, encoding: 'utf8' })
    if (status !== expected || !`${stdout}${stderr}`.includes(message))
      mistakes.push(`${what}: status ${status}\n${stdout}${stderr}`)
  }

  function run(what, [program, ...words], expected = '') {
    const { status, stdout, stderr } = spawnSync(program, words, { cwd: app, encoding: 'utf8' })
    if (status !== 0 || !stdout.includes(expected)) mistakes.push(`${what}: status ${status}\n${stdout}${stderr}`)
  }
}

/** @param {readonly string[]} words */
function npm(words, cwd = '.') {
  return execFileSync('npm', ['--no-update-notifier', '--loglevel=error', ...words], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** @param {number} bytes */
function kB(bytes) {
  return `${(bytes / 1000).toFixed(0)} kB`
}
