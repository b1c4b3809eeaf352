// Which engines the browser tests run in, and which executable drives each of them on this machine.
import { existsSync } from 'node:fs'
import { chromium } from '@playwright/test'

/** @typedef {'chromium' | 'firefox' | 'webkit'} EngineName */
/**
 * - `playwright`: the Chromium that Playwright downloaded
 * - `system`: a stock browser; Chromium is driven by CDP, Firefox by WebDriver BiDi
 * - `webdriver`: WebKitGTK's MiniBrowser behind WebKitWebDriver
 * @typedef {{ kind: 'playwright' } | { kind: 'system', path: string } | { kind: 'webdriver', driver: string, browser: string }} Installation
 */

/** @type {readonly EngineName[]} */
const EVERY_ENGINE = ['chromium', 'firefox', 'webkit']

/** The engines that run when ENGINES is not set. @type {readonly EngineName[]} */
const DEFAULT_ENGINES = EVERY_ENGINE

/**
 * Debian's packages of each engine: sets of them, the best first. Older releases have no headless shell of Chromium.
 * @type {Readonly<Record<EngineName, readonly (readonly string[])[]>>}
 */
export const DEBIAN_PACKAGES = {
  chromium: [['chromium-headless-shell'], ['chromium']],
  firefox: [['firefox-esr']],
  webkit: [['webkit2gtk-driver', 'xvfb']],
}

/**
 * The engines of this run: the comma list in ENGINES (`all` for every one), else the default.
 * @returns {readonly EngineName[]}
 */
export function selectedEngines() {
  const wanted = process.env.ENGINES
  if (!wanted) return DEFAULT_ENGINES
  if (wanted === 'all') return EVERY_ENGINE
  return wanted.split(',').map((name) => {
    const engine = EVERY_ENGINE.find((known) => known === name.trim())
    if (!engine) throw new Error(`ENGINES names "${name}"; it takes a comma list of ${EVERY_ENGINE.join(', ')}.`)
    return engine
  })
}

/**
 * The installation of an engine: the path in the environment; for Chromium, the download of Playwright; or the
 * system's.
 * @param {EngineName} engine
 * @returns {Installation | undefined}
 */
export function locate(engine) {
  switch (engine) {
    case 'chromium':
      return (
        stockBrowser(process.env.CHROMIUM_PATH) ??
        download() ??
        stockBrowser(
          '/usr/bin/chromium-headless-shell', // has no windows, so a test takes half the time
          '/usr/bin/chromium',
          '/usr/bin/google-chrome',
          '/usr/bin/chromium-browser',
          '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
        )
      )
    case 'firefox':
      return stockBrowser(
        process.env.FIREFOX_PATH,
        '/usr/bin/firefox-esr',
        '/usr/bin/firefox',
        '/Applications/Firefox.app/Contents/MacOS/firefox',
      )
    case 'webkit':
      return miniBrowser()
  }
}

/** What to do where an engine cannot be installed from here. @type {Readonly<Record<EngineName, string>>} */
export const CURES = {
  chromium:
    'apt-get install chromium-headless-shell (or chromium), or npx playwright install --with-deps chromium, or name one in CHROMIUM_PATH',
  firefox:
    "apt-get install firefox-esr, or install Firefox and name its executable in FIREFOX_PATH. It has to be a stock one: Playwright's own cannot stop a worker",
  webkit:
    'apt-get install webkit2gtk-driver xvfb. It is WebKitGTK, on Linux only: elsewhere run npm test in a container of Debian',
}

/** @param {readonly (string | undefined)[]} candidates @returns {Installation | undefined} */
function stockBrowser(...candidates) {
  const path = candidates.find((candidate) => candidate && existsSync(candidate))
  return path ? { kind: 'system', path } : undefined
}

/** GTK needs a display: an existing one, or Xvfb. @returns {Installation | undefined} */
function miniBrowser() {
  const driver = [process.env.WEBKIT_DRIVER, '/usr/bin/WebKitWebDriver'].find((path) => path && existsSync(path))
  const folders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/libexec']
  const versions = ['webkit2gtk-4.1', 'webkitgtk-6.0', 'webkit2gtk-4.0']
  const browser = folders
    .flatMap((folder) => versions.map((version) => `${folder}/${version}/MiniBrowser`))
    .find((path) => existsSync(path))
  const display = process.env.DISPLAY || existsSync('/usr/bin/Xvfb')
  return driver && browser && display ? { kind: 'webdriver', driver, browser } : undefined
}

/** @returns {Installation | undefined} */
function download() {
  try {
    return existsSync(chromium.executablePath()) ? { kind: 'playwright' } : undefined
  } catch {
    return undefined
  }
}
