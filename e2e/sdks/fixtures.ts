import { dirname } from 'node:path'
import { expect, type Page } from '@playwright/test'
import { locate } from '../../scripts/browsers.mjs'
import { launchChromium } from '../engines/chromium.ts'
import type { PlaywrightTab } from '../engines/playwright-tab.ts'
import { test as base } from '../fixtures.ts'
import { Account } from './account.ts'
import { filesOfRecipe, versionOf } from './build.ts'
import { Hosts } from './hosts.ts'
import { Lighthouses } from './lighthouses.ts'
import { serve } from './routes.ts'
import { press, servesAllTabs, signsOut } from './session.ts'

export { expect }

interface SdkFixtures {
  /** The user who signs in. */
  account: Account
  /** The API at `https://api.example.com`. */
  lighthouses: Lighthouses
  /** Serves a recipe of `examples`, such as `sdks/firebase`, as the site, and opens a tab of it. */
  openRecipe: (name: string, packageName: string) => Promise<Page>
  /** Opens a further tab of the site. */
  openTab: (path?: string) => Promise<Page>
  /**
   * Does on the page of a recipe what every recipe has to stand: signs in, serves all tabs, ends the session, signs in
   * again, signs out. `ownHeader` is what the SDK sends without a session.
   */
  runRecipe: (name: string, packageName: string, ownHeader?: string) => Promise<void>
}

/** Tests with the real SDKs in Chromium, against stand-ins of their documented endpoints. */
export const test = base.extend<SdkFixtures, { hosts: Hosts }>({
  hosts: [
    async ({}, use) => {
      const hosts = await Hosts.start()
      await use(hosts)
      await hosts.close()
    },
    { scope: 'worker' },
  ],
  engine: [
    async ({ hosts }, use) => {
      const installation = locate('chromium')
      if (!installation) throw new Error('No Chromium here: run npm test, or node scripts/ensure-browsers.mjs.')
      const engine = await launchChromium(installation, hosts.browserArguments)
      await use(engine)
      await engine.close()
    },
    { scope: 'worker' },
  ],
  account: async ({}, use) => use(new Account()),
  lighthouses: async ({ account, hosts }, use) => {
    const lighthouses = new Lighthouses(account)
    hosts.handlers.clear()
    hosts.unexpected.length = 0
    hosts.handlers.set('api.example.com', serve(lighthouses.routes()))
    await use(lighthouses)
  },
  openTab: async ({ browsing, site }, use) => {
    await use(async (path = '/') => ((await browsing.newTab(site.url(path))) as PlaywrightTab).page)
  },
  openRecipe: async ({ lighthouses: _, hosts, openTab, site }, use, testInfo) => {
    await use(async (name, packageName) => {
      testInfo.annotations.push({
        type: 'package',
        description: `${packageName} ${versionOf(dirname(name), packageName)}`,
      })
      site.configuration = undefined
      for (const [path, text] of await filesOfRecipe(name)) site.pages.set(path, text)
      const page = await openTab()
      page.on('pageerror', (error) => console.error(`${name}:`, error))
      if (process.env.SDK_CONSOLE) {
        page.on('console', (message) => console.log(`${name}: ${message.text()}`))
        page.on('response', (response) => console.log(`${name}: ${response.status()} ${response.url()}`))
        page.on('requestfailed', (request) => console.log(`${name}: ${request.failure()?.errorText} ${request.url()}`))
      }
      return page
    })
    if (hosts.unexpected.length > 0)
      testInfo.annotations.push({ type: 'unexpected', description: hosts.unexpected.join(', ') })
  },
  runRecipe: async ({ account, hosts, lighthouses, openRecipe, openTab }, use) => {
    await use(async (name, packageName, ownHeader) => {
      const page = await openRecipe(name, packageName)
      await press(page, 'Sign in')
      await servesAllTabs({ page, account, lighthouses, openTab })
      await press(page, 'Sign in')
      await signsOut({ page, lighthouses }, ownHeader)
      expect(hosts.unexpected).toEqual([])
    })
  },
})
