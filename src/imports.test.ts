import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'

const SOURCE = import.meta.dirname

/** The words that both sides of the wire share: files beside the folders. */
const SHARED = ['errors.ts', 'protocol.ts', 'version.ts']

/** What each folder may import besides itself: one way, from the realms down to the decisions. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  worker: ['engine', 'io', 'policy', ...SHARED],
  page: ['engine', 'io', 'policy', ...SHARED],
  'in-page': ['engine', 'io', 'policy', ...SHARED],
  engine: ['io', 'policy', ...SHARED],
  io: ['policy', ...SHARED],
  // What it shows it gets from the page API; of that, it knows the types.
  inspector: ['page', ...SHARED],
  cli: ['engine', 'policy', ...SHARED],
  vite: ['cli', ...SHARED],
  // Data; of the decisions, it may know the types. No package.
  servers: ['policy'],
  policy: SHARED,
}

/** What a page loads from the worker's file, when it needs it: it knows the types beforehand, never the code. */
const OFFERED = 'in-page'

/** Pure code takes no package but this one, which is pure as well, and what the build makes of the configuration's schema. */
const PACKAGES_OF_POLICY = ['jwt-decode', 'virtual:configuration-schema']

/** The one source of the configuration, in four files, is for types and for the build: the shipped files do without it, and without its package. */
const BUILD_TIME = {
  sources: ['configuration-schema.ts', 'endpoint-schema.ts', 'token-fields-schema.ts', 'schema-parts.ts'].map((file) =>
    join(SOURCE, 'policy', file),
  ),
  package: 'valibot',
}

for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
  describe(`src/${folder}`, () => {
    for (const file of sourceFiles(join(SOURCE, folder))) {
      test(relative(SOURCE, file), () => {
        for (const { from, typeOnly } of importsOf(file)) {
          const isFile = from.startsWith('.')
          if (isFile && !(typeOnly && folder === 'page' && partOfHouse(file, from) === OFFERED))
            expect([folder, ...allowed], `may it import ${from}?`).toContain(partOfHouse(file, from))
          if (BUILD_TIME.sources.includes(file)) continue
          expect(from, 'only the schema is written with it').not.toMatch(new RegExp(`^${BUILD_TIME.package}(/|$)`))
          if (BUILD_TIME.sources.includes(join(dirname(file), from)))
            expect(typeOnly, `only the types of ${from} may be imported`).toBe(true)
          if (folder === 'policy' && !isFile) expect(PACKAGES_OF_POLICY, `may it import ${from}?`).toContain(from)
          if (folder === 'servers')
            expect(typeOnly || (isFile && partOfHouse(file, from) === folder), `only types of ${from}`).toBe(true)
        }
      })
    }
  })
}

function sourceFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file))
}

/** Every module that the import and export lines of a file name, `import()` too. */
function importsOf(file: string): readonly { from: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8')
  const named = text.matchAll(
    /^(?:import|export)\b(\s+type\b)?[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm,
  )
  return [...named].map(([, type, from, bare, dynamic]) => ({
    from: from ?? bare ?? dynamic ?? '',
    typeOnly: type !== undefined,
  }))
}

/** The folder of `src` that a relative import leads into, or the file beside the folders. */
function partOfHouse(file: string, imported: string): string {
  return relative(SOURCE, join(dirname(file), imported)).split('/')[0] ?? ''
}
