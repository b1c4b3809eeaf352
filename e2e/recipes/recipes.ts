/** The apps of `docs/recipes` as their users see them. */
import type { Page } from '@playwright/test'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { test as base } from '../fixtures.ts'
import { filesOf } from './built.ts'
import { Table } from './table.ts'

export { expect } from '@playwright/test'
export { PASSWORD } from '../../src/testing/servers/token-server.ts'

interface RecipeFixtures {
  /** Rows and pictures below `/api/` of the site. */
  table: Table
  /** Serves a folder of `examples/` as the site, and opens it. */
  openExample: (name: string, options?: { readonly path?: string; readonly replaced?: Replaced }) => Promise<Page>
}

/** Replacements in the example's files, such as placeholder addresses and the real ones. */
type Replaced = Readonly<Record<string, string>>

export const test = base.extend<RecipeFixtures>({
  table: async ({ site, tokens }, use) => {
    const table = new Table(tokens.issuer)
    site.mounts.set('/api/', table.handle)
    await use(table)
  },
  openExample: async ({ browsing, engineName, site }, use, testInfo) => {
    testInfo.skip(engineName === 'webkit', 'written for the pages of Playwright; WebDriver has none')
    await use(async (name, { path: opened = '/', replaced = {} } = {}) => {
      site.configuration = undefined
      for (const [path, text] of await filesOf(name)) {
        site.pages.set(
          path.replace(/index\.html$/, ''),
          Object.entries(replaced).reduce((changed, [from, to]) => changed.replaceAll(from, to), text),
        )
      }
      return ((await browsing.newTab(site.url(opened))) as PlaywrightTab).page
    })
  },
})
