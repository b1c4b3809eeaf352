/**
 * Every code block of the documentation comes from a program that a test runs, or is checked in another way that its
 * fence names.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type CodeBlock, codeBlocks, excerpt, sourceOf, withExcerpts } from './code-blocks.ts'
import { check } from '../../src/cli/check.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const within = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => ending.test(file))

const pages = [...readdirSync(root).filter((name) => name.endsWith('.md')), ...within('docs', /\.md$/)]
const browserTests = within('e2e', /\.spec\.ts$/)
  .map(read)
  .join('\n')
const frameworks = read('e2e/frameworks/programs.ts') + read('e2e/frameworks/serve.ts')
const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
const command = read('src/cli/main.ts')
const packageTest = read('scripts/lint-package.mjs')

if (process.env.UPDATE_DOCS) for (const page of pages) writeFileSync(join(root, page), withExcerpts(read(page), root))

for (const page of pages) {
  const blocks = codeBlocks(read(page))
  if (blocks.length === 0) continue
  describe(page, () => {
    for (const block of blocks)
      test(`line ${block.line}: ${block.language} ${block.info}`.trimEnd(), () => checkBlock(block))
  })
}

test('most of it was looked at', () => {
  expect(pages.flatMap((page) => codeBlocks(read(page))).length).toBeGreaterThan(40)
})

function checkBlock({ language, info, code }: CodeBlock): void {
  const source = sourceOf(info)
  if (source) {
    expect(code, 'UPDATE_DOCS=1 npx vitest run docs/tests/code-blocks.test.ts writes it anew').toBe(
      excerpt(root, source),
    )
    expect(isRun(source.file), `no test runs ${source.file}`).toBe(true)
  } else if (language === 'json' && info === 'configuration') {
    expect(check(code, 'bearer-worker.json')).toMatchObject({ kind: 'good' })
  } else if (language === 'mermaid') {
    // The only picture is that of docs/architecture.md, which has a test of its own.
    expect(code).toMatch(/^flowchart/)
  } else if (language === 'sh' && info === '') {
    for (const line of code
      .split('\n')
      .map((text) => text.replace(/ +#.*/, ''))
      .filter(Boolean))
      checkCommand(line)
  } else {
    expect.fail(
      'A block names the file that it is taken from (file=examples/html/app.js#load), or is a `json configuration`, or `sh`.',
    )
  }
}

/** Whether a file is a test, or belongs to an example that a test opens by its name. */
function isRun(file: string): boolean {
  const [, recipe] = /^examples\/((?:sdks|instead)\/.+)\.\w+$/.exec(file) ?? []
  if (recipe !== undefined) return browserTests.includes(`'${recipe}'`)
  const [, program] = /^examples\/frameworks\/([^/]+)\//.exec(file) ?? []
  if (program !== undefined) return frameworks.includes(`in: '${program}'`) || frameworks.includes(`${program}/public`)
  const [, example] = /^examples\/([^/]+)/.exec(file) ?? []
  return example === undefined
    ? /\.(spec|test)\.ts$/.test(file)
    : new RegExp(`(openExample\\(|examples/)['"]?${example}\\b`).test(browserTests)
}

/** Checks a line of shell: an npm script, or our own command with options that a test runs. */
function checkCommand(line: string): void {
  const [program, ...words] = line.split(/ +/)
  if (program === 'npm') {
    if (words[0] === 'install' && words[1] === 'bearer-worker') return
    const script = words[0] === 'run' ? words[1]! : words[0]!
    expect(Object.keys(scripts), line).toContain(script)
    return
  }
  expect([program, words[0]], line).toEqual(['npx', 'bearer-worker'])
  const [, name, ...rest] = words
  const [, definition] = new RegExp(`\\.command\\('${name} ([^]*?)\\.action`).exec(command) ?? []
  expect(definition, `the command has no "${name}"`).toBeDefined()
  for (const option of rest.filter((word) => word.startsWith('--'))) expect(definition, line).toContain(`'${option}`)
  expect(`${packageTest}${browserTests}`, `no test runs "${name}"`).toMatch(new RegExp(`command, '${name}'`))
}

test('every link between pages leads somewhere', () => {
  const links = pages.flatMap((page) =>
    [...read(page).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link]) => ({
      page,
      link,
      to: join(root, dirname(page), link!),
    })),
  )
  expect(links.filter(({ to }) => !existsSync(to))).toEqual([])
})
