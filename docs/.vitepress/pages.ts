/** The pages of the site, in the order in which a reader needs them. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DefaultTheme } from 'vitepress'

const DOCS = join(import.meta.dirname, '..')

interface Group {
  readonly text: string
  /** Paths in `docs/`, without `.md`. */
  readonly pages?: readonly string[]
  /** Folders of `docs/` whose pages are listed from the file system; one that does not exist is left out. */
  readonly folders?: readonly string[]
  readonly collapsed?: boolean
}

/** What is written in no group stands in the last one but its own, so that no page is unreachable. */
const GROUPS: readonly Group[] = [
  { text: 'Begin', pages: ['index', 'first-request', 'vite', 'sign-in'] },
  {
    text: 'Configuration',
    pages: [
      'configuration',
      'describe-a-server',
      'defaults',
      'sockets',
      'workers',
      'configuration-elsewhere',
      'own-worker',
      'living-with-other-workers',
    ],
  },
  { text: 'Recipes', folders: ['recipes'], collapsed: false },
  { text: 'Servers', folders: ['servers'], collapsed: true },
  { text: 'SDKs', folders: ['sdks'], collapsed: true },
  { text: 'Migration', folders: ['migration', 'instead'], collapsed: false },
  { text: 'Tools', pages: ['cli', 'inspector', 'testing'] },
  {
    text: 'What to expect',
    pages: ['frameworks', 'libraries', 'transparency', 'threat-model', 'reliability', 'browsers', 'bench'],
  },
  { text: 'More' },
  { text: 'Decisions', folders: ['decisions'], collapsed: true },
  { text: 'The project', pages: ['architecture', 'contributing', 'security', 'changelog'] },
]

export function sidebar(): DefaultTheme.SidebarItem[] {
  const listed = new Set(GROUPS.flatMap(({ pages = [], folders = [] }) => [...pages, ...folders.flatMap(pagesIn)]))
  const others = allPages().filter((page) => !listed.has(page))
  return GROUPS.map(({ text, pages = [], folders = [], collapsed }) => ({
    text,
    ...(collapsed === undefined ? {} : { collapsed }),
    items: [...pages, ...folders.flatMap(pagesIn), ...(text === 'More' ? others : [])].map(item),
  })).filter(({ items }) => items.length > 0)
}

/** The pages of a folder, the overview first. */
function pagesIn(folder: string): readonly string[] {
  if (!existsSync(join(DOCS, folder))) return []
  return readdirSync(join(DOCS, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name.slice(0, -'.md'.length)}`)
    .toSorted((one, other) => Number(isOverview(other)) - Number(isOverview(one)) || one.localeCompare(other))
}

const isOverview = (page: string) => page.endsWith('/README')

function allPages(): readonly string[] {
  const folders = readdirSync(DOCS, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  const atTop = readdirSync(DOCS).filter((name) => name.endsWith('.md'))
  return [...atTop.map((name) => name.slice(0, -'.md'.length)), ...folders.flatMap(({ name }) => pagesIn(name))]
}

function item(page: string): DefaultTheme.SidebarItem {
  return { text: titleOf(page), link: `/${page.replace(/(^|\/)(?:README|index)$/, '$1')}` }
}

/** The title of the front matter, or the first heading. */
function titleOf(page: string): string {
  if (isOverview(page)) return 'Overview'
  const text = readFileSync(join(DOCS, `${page}.md`), 'utf8')
  const [, title] = /^---\n[^]*?^title: (.+)$[^]*?^---$/m.exec(text) ?? /^# (.+)$/m.exec(text) ?? []
  if (title === undefined) throw new Error(`docs/${page}.md has no heading.`)
  return title.replaceAll('`', '')
}
