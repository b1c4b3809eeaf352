/** The documentation as a site: `npm run docs` serves it, `npm run docs:build` writes it to `docs/.vitepress/dist`. */
import { posix } from 'node:path'
import { defineConfig } from 'vitepress'
import { INCLUDED, rewriteLinks, slug } from './links.ts'
import { sidebar } from './pages.ts'
import { BRANCH, REPOSITORY } from './repository.ts'

export default defineConfig({
  lang: 'en',
  title: 'Bearer Worker',
  description:
    'A service worker that adds the Authorization header, refreshes the token once for all tabs, and sends a refused request again.',
  // A site below a path, as GitHub Pages has it, sets this: DOCS_BASE=/bearer-worker/
  base: process.env['DOCS_BASE'] ?? '/',
  cleanUrls: true,
  rewrites: (page) => page.replace(/(^|\/)README\.md$/, '$1index.md'),
  cacheDir: '../.cache/vitepress',
  // Addresses of the reader's own machine. Every other dead link fails the build.
  ignoreDeadLinks: 'localhostLinks',
  markdown: {
    anchor: { slugify: slug },
    config: rewriteLinks,
  },
  transformPageData: ({ filePath }) => {
    const page = posix.join('docs', filePath)
    return { filePath: INCLUDED[page] ?? page }
  },
  themeConfig: {
    nav: [
      { text: 'Begin', link: '/first-request' },
      { text: 'Configuration', link: '/configuration' },
      { text: 'Recipes', link: '/recipes/' },
      { text: 'Servers', link: '/servers/' },
      { text: 'Repository', link: REPOSITORY },
    ],
    sidebar: sidebar(),
    outline: [2, 3],
    search: { provider: 'local' },
    editLink: { pattern: `${REPOSITORY}/edit/${BRANCH}/:path`, text: 'Edit this page' },
    externalLinkIcon: true,
  },
})
