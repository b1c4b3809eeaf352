/** The Markdown links as they work on GitHub. These functions make them work on the site, too. */
import { existsSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'
import { BRANCH, REPOSITORY } from './repository.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Pages whose text is a file outside `docs/`: the page, and that file, both by their path in the repository. */
export const INCLUDED: Readonly<Record<string, string>> = {
  'docs/index.md': 'README.md',
  'docs/contributing.md': 'CONTRIBUTING.md',
  'docs/security.md': 'SECURITY.md',
  'docs/changelog.md': 'CHANGELOG.md',
}
const PAGE_OF = Object.fromEntries(Object.entries(INCLUDED).map(([page, file]) => [file, page]))

const ELSEWHERE = /^(?:[a-z]+:|\/\/|#)/i

/**
 * The link as VitePress needs it.
 * @param link as written, relative to the file that it is written in
 * @param page the path of the page in `docs/`
 */
export function siteLink(link: string, page: string): string {
  if (ELSEWHERE.test(link)) return link
  const [, path = '', anchor = ''] = /^([^#]*)(#.*)?$/.exec(link) ?? []
  const from = posix.join('docs', page)
  const target = posix.join(posix.dirname(INCLUDED[from] ?? from), path)
  const inDocs = posix.relative('docs', PAGE_OF[target] ?? target)
  if (inDocs.startsWith('..')) return repositoryLink(target) + anchor
  if (isFolder(target))
    return existsSync(join(ROOT, target, 'README.md')) ? `/${inDocs.replace(/\/$/, '')}/` : repositoryLink(target)
  return `/${inDocs.replace(/(^|\/)(?:README|index)\.md$/, '$1')}${anchor}`
}

const isFolder = (path: string) => statSync(join(ROOT, path), { throwIfNoEntry: false })?.isDirectory() ?? false

const repositoryLink = (path: string) => `${REPOSITORY}/${isFolder(path) ? 'tree' : 'blob'}/${BRANCH}/${path}`

/** A heading's anchor as GitHub makes it, so that a link to a heading works in both places. */
export const slug = (heading: string): string =>
  heading
    .trim()
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '')
    .replaceAll(' ', '-')

/** The file of a picture in HTML, which GitHub needs for light and dark: Vite looks for `./name`. */
const sitePicture = (file: string, page: string) =>
  /^(?:[a-z]+:|[./])/i.test(file)
    ? file
    : `./${posix.join('docs', page) in INCLUDED ? posix.relative('docs', file) : file}`

/** A plugin of markdown-it: rewrites every link, and the files of pictures in HTML. */
export function rewriteLinks(markdown: MarkdownRenderer): void {
  markdown.core.ruler.after('inline', 'site-links', ({ tokens, env }) => {
    const page = String(env.relativePath)
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      const link = token.type === 'link_open' ? token.attrGet('href') : null
      if (link !== null) token.attrSet('href', siteLink(link, page))
      if (/^html_/.test(token.type))
        token.content = token.content.replaceAll(
          /\b(src|srcset)="([^"]+)"/g,
          (_, attribute: string, file: string) => `${attribute}="${sitePicture(file, page)}"`,
        )
    }
  })
}
