/** Plain technical English: no page, comment or message has a word of the table in CONTRIBUTING.md. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Prose, proseOfHtml, proseOfMarkdown, proseOfSource, unwantedIn, unwantedWords } from './prose.ts'

const root = join(import.meta.dirname, '../..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const within = (folder: string, ending: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => ending.test(name) && !/node_modules|\.vitepress.(dist|cache)/.test(name))
    .map((name) => join(folder, name))

const words = unwantedWords(read('CONTRIBUTING.md'))

/** The newest part of the changelog; a released version stays as it was published. */
const newestChanges = () => read('CHANGELOG.md').split(/^## /m).slice(0, 2).join('## ')

async function faultsOf(files: readonly string[], proseOf: (file: string) => Promise<readonly Prose[]>) {
  const faults: string[] = []
  for (const file of files) for (const found of unwantedIn(await proseOf(file), words)) faults.push(`${file}:${found}`)
  return faults
}

test('the table has words', () => {
  expect(words.length).toBeGreaterThan(20)
  expect(words).toContainEqual({ word: 'at hand', instead: expect.any(String) as unknown as string })
})

test('pages', { timeout: 60_000 }, async () => {
  // docs/bench.md is written by `npm run bench`; its sentences stand in bench/report.ts.
  const pages = [...readdirSync(root).filter((name) => name.endsWith('.md')), ...within('docs', /\.md$/)].filter(
    (name) => name !== 'docs/bench.md',
  )
  const proseOf = (file: string) => proseOfMarkdown(file === 'CHANGELOG.md' ? newestChanges() : read(file))
  expect(await faultsOf(pages, proseOf)).toEqual([])
})

test('comments and messages of the source', { timeout: 60_000 }, async () => {
  expect(await faultsOf(within('src', /\.ts$/), async (file) => proseOfSource(file, read(file)))).toEqual([])
})

test('text of the demo', async () => {
  expect(await faultsOf(within('public', /\.html$/), async (file) => proseOfHtml(read(file)))).toEqual([])
})

const WORDS = [{ word: 'at hand', instead: 'here' }]

test.each([
  ['a paragraph, over two lines', 'One.\n\nThe token is at\nhand.', ['3: "at hand": write here']],
  ['a table', '| a | b |\n| --- | --- |\n| x | the token at hand |', ['3: "at hand": write here']],
  ['a link', '[at hand](x.md)', ['1: "at hand": write here']],
  ['no code', '`at hand`\n\n```js\nconst text = "at hand"\n```', []],
  ['whole words only', 'what handles it; a what-hand', []],
])('in Markdown: %s', async (_, text, expected) => {
  expect(unwantedIn(await proseOfMarkdown(text), WORDS)).toEqual(expected)
})

test.each([
  ['a comment', 'let a = 1 // is at hand', ['1: "at hand": write here']],
  ['a docstring', '/**\n * Is at\n * hand.\n */\nlet a = 1', ['2: "at hand": write here']],
  ['a message', 'throw new Error("not at hand")', ['1: "at hand": write here']],
  ['a part of a template', 'f(`$' + '{a}\nis at hand`)', ['2: "at hand": write here']],
  ['no names', 'const at = hand', []],
])('in source: %s', (_, text, expected) => {
  expect(unwantedIn(proseOfSource('x.ts', text), WORDS)).toEqual(expected)
})

test.each([
  ['text', '<p>\nThe token is at hand.</p>', ['2: "at hand": write here']],
  ['what an image says', '<img alt="at hand">', ['1: "at hand": write here']],
  ['no script', '<script>at hand</script>', []],
])('in HTML: %s', (_, text, expected) => {
  expect(unwantedIn(proseOfHtml(text), WORDS)).toEqual(expected)
})
