import { type BrowserContext, type CDPSession, chromium } from '@playwright/test'
import type { Installation } from '../../scripts/browsers.mjs'
import { stopAllWorkers } from '../../src/testing/stop-all-workers.ts'
import type { Browsing, Engine } from './engine.ts'
import { PlaywrightTab, playwrightBrowsing } from './playwright-tab.ts'

const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Chromium by the Chrome DevTools Protocol; `further` are arguments of its command line. */
export async function launchChromium(installation: Installation, further: readonly string[] = []): Promise<Engine> {
  const isRoot = process.getuid?.() === 0 // its sandbox refuses to run as root
  const options = {
    args: [...(isRoot ? ['--no-sandbox'] : []), ...QUIET, ...further],
    ...(installation.kind === 'system' && { executablePath: installation.path }),
  }
  const browser = await chromium.launch(options)
  return {
    name: 'chromium',
    version: browser.version(),
    browse: async () => browsing(await browser.newContext()),
    browseProfile: async (folder) => browsing(await chromium.launchPersistentContext(folder, options)),
    close: () => browser.close(),
  }
}

function browsing(context: BrowserContext): Browsing {
  const byProtocol = async (work: (session: CDPSession) => Promise<unknown>) => {
    const [page] = context.pages()
    if (!page) throw new Error('Open a tab first: the browser is told through one.')
    const session = await context.newCDPSession(page)
    await work(session)
    await session.detach()
  }
  return playwrightBrowsing(context, {
    tab: (page) => new ChromiumTab(page),
    stopWorkers: () => byProtocol(stopAllWorkers),
    clearDatabases: (origin) =>
      byProtocol((session) => session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })),
  })
}

class ChromiumTab extends PlaywrightTab {
  async hardReload(): Promise<void> {
    const session = await this.page.context().newCDPSession(this.page)
    await Promise.all([this.page.waitForEvent('load'), session.send('Page.reload', { ignoreCache: true })])
    await session.detach()
  }
}
