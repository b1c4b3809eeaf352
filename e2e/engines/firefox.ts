import { type Browser, type BrowserContext, firefox } from '@playwright/test'
import type { Installation } from '../../scripts/browsers.mjs'
import type { Browsing, Engine } from './engine.ts'
import { type BrowserChrome, browserChrome } from './firefox-chrome.ts'
import { PlaywrightTab, playwrightBrowsing } from './playwright-tab.ts'

/** Otherwise a stock Firefox contacts Mozilla's servers. */
const QUIET = {
  'app.normandy.enabled': false,
  'browser.region.network.url': '',
  'browser.safebrowsing.update.enabled': false,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'services.settings.server': 'data:,#remote-settings-dummy/v1',
  'toolkit.telemetry.server': 'data:,',
}

/** The stock Firefox by WebDriver BiDi. */
export async function launchFirefox(installation: Installation): Promise<Engine> {
  if (installation.kind !== 'system') {
    throw new Error('Only a stock Firefox can have its workers stopped: install firefox-esr, or set FIREFOX_PATH.')
  }
  const options = {
    channel: 'moz-firefox',
    executablePath: installation.path,
    args: ['--remote-allow-system-access'],
    firefoxUserPrefs: QUIET,
  }
  const browser = await firefox.launch(options)
  return {
    name: 'firefox',
    version: browser.version(),
    browse: async () => browsing(await browser.newContext(), browserChrome(browser)),
    browseProfile: async (folder) => {
      const context = await firefox.launchPersistentContext(folder, options)
      return browsing(context, browserChrome(context.browser() as Browser))
    },
    close: () => browser.close(),
  }
}

function browsing(context: BrowserContext, chrome: BrowserChrome): Browsing {
  return playwrightBrowsing(context, {
    tab: (page) => {
      const tab = new PlaywrightTab(page)
      const hardReload = async () => {
        await Promise.all([page.waitForEvent('load'), chrome.hardReload(page.url())])
      }
      return Object.assign(tab, { hardReload })
    },
    stopWorkers: () => chrome.terminateWorkers(),
  })
}
