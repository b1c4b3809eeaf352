/** Imports go one way: between the folders of src, and between src and what stands around it. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCE = import.meta.dirname
const ROOT = join(SOURCE, '..')

/** The words that both sides of the wire share: files beside the folders. */
const SHARED = ['documentation.ts', 'errors.ts', 'protocol.ts', 'version.ts']

/** What each folder of src may import besides itself: one way, from the realms down to the decisions. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  worker: ['engine', 'io', 'policy', ...SHARED],
  page: ['engine', 'io', 'policy', ...SHARED],
  'page-part': ['engine', 'io', 'policy', ...SHARED],
  oauth: ['engine', 'io', 'policy', ...SHARED],
  // It has no parts on demand: whoever opens the vault's page needs all of it.
  vault: ['engine', 'oauth', 'io', 'policy', ...SHARED],
  engine: ['io', 'policy', ...SHARED],
  io: ['policy', ...SHARED],
  // The inspector gets everything it shows from the page API; it knows the types of that API.
  inspector: ['page', ...SHARED],
  // The configurations of known servers, for init --for.
  cli: ['engine', 'policy', 'servers', ...SHARED],
  vite: ['cli', ...SHARED],
  testing: SHARED,
  // Data; of the decisions, it may know the types. No package.
  servers: ['policy'],
  policy: SHARED,
}

/**
 * The part that a page loads when it needs it: the page knows its types, never its code.
 */
const LOADED_ON_DEMAND = 'page-part'

/**
 * Pure code may use this one package, which is pure as well, and the schema that the build makes from the
 * configuration's types.
 */
const PACKAGES_OF_POLICY = ['jwt-decode', 'virtual:configuration-schema']

/** The one source of the configuration, in six files, is for types and for the build: the shipped files do without it, and without its package. */
const BUILD_TIME = {
  sources: [
    'configuration-schema.ts',
    'endpoint-schema.ts',
    'resource-schema.ts',
    'socket-schema.ts',
    'token-fields-schema.ts',
    'schema-parts.ts',
  ].map((file) => join(SOURCE, 'policy', file)),
  package: 'valibot',
}

/** What each top-level folder may import besides itself. The unit tests within src count as src. */
const AROUND: Readonly<Record<string, readonly string[]>> = {
  src: [],
  examples: ['src'],
  public: [],
  scripts: ['src'],
  docs: ['src', 'scripts'],
  e2e: ['src', 'scripts'],
  bench: ['src', 'scripts'],
}

/** Outside src, programs run what is built. Of src they import these folders; of the others, the types. */
const MAY_RUN: Readonly<Record<string, readonly string[]>> = {
  examples: [],
  // The pages of docs/servers are made from the data.
  scripts: ['testing', 'servers'],
  docs: ['cli', 'policy'],
  // A server of the tests replays what the known servers answer.
  e2e: ['testing', 'servers'],
  // The fleet is simulated with the very rules of src/policy.
  bench: ['testing', 'policy'],
}

/** The one import against the direction: a unit test compares what the build publishes with what the worker checks. */
const EXCEPTION = { file: 'src/policy/check-schema.test.ts', folder: 'scripts' }

/** What tools write: no code of ours. */
const GENERATED = /^(\.|node_modules$|dist$|test-results$|playwright-report$)/

describe('the tables are complete', () => {
  test('every folder of src has a row', () => {
    expect(foldersIn(SOURCE), 'give it a row in MAY_IMPORT').toEqual(Object.keys(MAY_IMPORT).toSorted())
  })

  test('every top-level folder with code has a row', () => {
    const withCode = foldersIn(ROOT).filter((name) => !GENERATED.test(name) && codeFiles(join(ROOT, name)).length > 0)
    expect(withCode, 'give it a row in AROUND').toEqual(Object.keys(AROUND).toSorted())
  })
})

for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
  describe(`src/${folder}`, () => {
    for (const file of codeFiles(join(SOURCE, folder)).filter((name) => !isTest(name))) {
      test(relative(SOURCE, file), () => {
        for (const { from, typeOnly } of importsOf(file)) {
          const isFile = from.startsWith('.')
          if (isFile && !(typeOnly && folder === 'page' && partOfSource(file, from) === LOADED_ON_DEMAND))
            expect([folder, ...allowed], `may it import ${from}?`).toContain(partOfSource(file, from))
          if (BUILD_TIME.sources.includes(file)) continue
          expect(from, 'only the schema is written with it').not.toMatch(new RegExp(`^${BUILD_TIME.package}(/|$)`))
          if (BUILD_TIME.sources.includes(join(dirname(file), from)))
            expect(typeOnly, `only the types of ${from} may be imported`).toBe(true)
          if (folder === 'policy' && !isFile) expect(PACKAGES_OF_POLICY, `may it import ${from}?`).toContain(from)
          if (folder === 'servers')
            expect(typeOnly || (isFile && partOfSource(file, from) === folder), `only types of ${from}`).toBe(true)
        }
      })
    }
  })
}

describe('files beside the folders of src', () => {
  test.each(SHARED)('%s imports only its neighbours', (name) => {
    const file = join(SOURCE, name)
    for (const { from } of importsOf(file)) expect(SHARED, `may it import ${from}?`).toContain(partOfSource(file, from))
  })
})

for (const [folder, allowed] of Object.entries(AROUND)) {
  test(`${folder} imports ${allowed.join(', ') || 'nothing'} besides itself`, () => {
    for (const file of codeFiles(join(ROOT, folder))) {
      const name = relative(ROOT, file)
      for (const { from, typeOnly } of importsOf(file).filter((each) => each.from.startsWith('.'))) {
        const [top = '', part = ''] = relative(ROOT, join(dirname(file), from)).split('/')
        if (name === EXCEPTION.file && top === EXCEPTION.folder) continue
        expect([folder, ...allowed], `may ${name} import ${from}?`).toContain(top)
        if (top === 'src' && folder !== 'src' && !typeOnly)
          expect(MAY_RUN[folder], `may ${name} import more than the types of ${from}?`).toContain(part)
      }
    }
  })
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .toSorted()
}

function codeFiles(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    // Suites with packages of their own have them beside their files.
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : codeFiles(path)
    return /\.(m?js|tsx?|vue)$/.test(entry.name) ? [path] : []
  })
}

function isTest(file: string): boolean {
  return file.endsWith('.test.ts')
}

/** Every module that the import and export lines of a file name, `import()` too. */
function importsOf(file: string): readonly { from: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8')
  const named = text.matchAll(
    /^(?:import|export)\b(\s+type\b)?[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|(\btypeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  return [...named].map(([, type, from, bare, typeOf, dynamic]) => ({
    from: from ?? bare ?? dynamic ?? '',
    typeOnly: (type ?? typeOf) !== undefined,
  }))
}

/** The folder of `src` that a relative import leads into, or the file beside the folders. */
function partOfSource(file: string, imported: string): string {
  return relative(SOURCE, join(dirname(file), imported)).split('/')[0] ?? ''
}
