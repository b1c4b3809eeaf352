/** The site shows the same Markdown as GitHub: its links and anchors, and every page in the sidebar. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { expect, test } from 'vitest'
import { INCLUDED, siteLink, slug } from '../.vitepress/links.ts'
import { sidebar } from '../.vitepress/pages.ts'
import { REPOSITORY } from '../.vitepress/repository.ts'
import { codeBlocks } from './code-blocks.ts'

const root = join(import.meta.dirname, '../..')
const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.md'),
)

test.each([
  ['index.md', 'docs/vite.md', '/vite.md'],
  ['index.md', 'docs/recipes/README.md', '/recipes/'],
  ['index.md', 'CONTRIBUTING.md', '/contributing.md'],
  ['index.md', 'LICENSE', `${REPOSITORY}/blob/main/LICENSE`],
  ['index.md', '#limits', '#limits'],
  ['inspector.md', '../README.md#the-pages-side', '/#the-pages-side'],
  ['recipes/html.md', '../../examples/html', `${REPOSITORY}/tree/main/examples/html`],
  ['recipes/workbox.md', '../own-worker.md', '/own-worker.md'],
  ['recipes/README.md', '../servers/README.md', '/servers/'],
  ['contributing.md', 'docs/cli.md#doctor', '/cli.md#doctor'],
  ['contributing.md', 'docs/servers', '/servers/'],
  ['cli.md', 'https://example.com/x.md', 'https://example.com/x.md'],
])('in docs/%s, %s is %s', (page, link, expected) => {
  expect(siteLink(link, page)).toBe(expected)
})

test('every page is in the sidebar once, the home page first', () => {
  const links = sidebar().flatMap(({ items = [] }) => items.map(({ link }) => link))
  const wanted = pages.map((page) => `/${page.replace(/(^|\/)(?:README|index)\.md$/, '$1').replace(/\.md$/, '')}`)
  expect(links[0]).toBe('/')
  expect(links.toSorted()).toEqual(wanted.toSorted())
})

test('every link to a heading has that heading', () => {
  const files = [...pages.map((page) => `docs/${page}`), ...Object.values(INCLUDED)]
  const links = files.flatMap((file) =>
    [...readFileSync(join(root, file), 'utf8').matchAll(/\]\(([\w./-]*)#([^)\s]+)\)/g)].map(
      ([, path = '', anchor]) => ({
        file,
        to: path === '' ? file : relative(root, join(root, dirname(file), path)),
        anchor,
      }),
    ),
  )
  expect(links.length).toBeGreaterThan(4)
  expect(links.filter(({ to, anchor }) => !anchorsIn(to).includes(String(anchor)))).toEqual([])
})

function anchorsIn(file: string): readonly string[] {
  if (!existsSync(join(root, file))) return []
  const text = readFileSync(join(root, file), 'utf8')
  const prose = codeBlocks(text).reduce((rest, { code }) => rest.replace(code, ''), text)
  return [...prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => slug(heading))
}
