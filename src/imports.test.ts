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
  engine: ['io', 'policy', ...SHARED],
  io: ['policy', ...SHARED],
  policy: SHARED,
}

/** Pure code takes no package but this one, which is pure as well. */
const PACKAGES_OF_POLICY = ['valibot']

for (const [folder, allowed] of Object.entries(MAY_IMPORT)) {
  describe(`src/${folder}`, () => {
    for (const file of sourceFiles(join(SOURCE, folder))) {
      test(relative(SOURCE, file), () => {
        for (const imported of importsOf(file)) {
          const isFile = imported.startsWith('.')
          if (isFile) expect([folder, ...allowed], `may it import ${imported}?`).toContain(partOfHouse(file, imported))
          else if (folder === 'policy') expect(PACKAGES_OF_POLICY, `may it import ${imported}?`).toContain(imported)
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
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, 'utf8')
  const named = text.matchAll(/^(?:import|export)\b[^'"]*?\bfrom\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm)
  return [...named].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
}

/** The folder of `src` that a relative import leads into, or the file beside the folders. */
function partOfHouse(file: string, imported: string): string {
  return relative(SOURCE, join(dirname(file), imported)).split('/')[0] ?? ''
}
