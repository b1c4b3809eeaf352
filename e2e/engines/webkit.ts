import { setTimeout as delay } from 'node:timers/promises'
import type { Installation } from '../../scripts/browsers.mjs'
import { openDisplay } from './display.ts'
import { type Browsing, type Engine, workerActive } from './engine.ts'
import { childProcesses, kill } from './processes.ts'
import { WebDriver } from './webdriver.ts'
import { WebDriverTab } from './webdriver-tab.ts'

/** ms that a browser has to end by itself: mostly it takes a tenth of a second. */
const CLOSE_MS = 5_000

/** WebKitGTK's MiniBrowser by WebDriver: one driver and one ephemeral browser for each profile. */
export async function launchWebKit(installation: Installation): Promise<Engine> {
  if (installation.kind !== 'webdriver')
    throw new Error('WebKit is driven through WebKitWebDriver here: install webkit2gtk-driver and xvfb.')
  const display = await openDisplay()
  const open = () => openMiniBrowser(installation, display.name)
  let first: Awaited<ReturnType<typeof open>> | undefined = await open() // for the version; then used by the first spec
  const { version } = first
  return {
    name: 'webkit',
    version,
    async browse() {
      const { browsing } = first ?? (await open())
      first = undefined
      return browsing
    },
    async close() {
      await first?.browsing.close()
      display.close()
    },
  }
}

/**
 * On a busy machine a browser can hang at its start, and a driver can lose its port to another process: then starts
 * another one.
 */
async function startSession(
  { driver: executable, browser }: { readonly driver: string; readonly browser: string },
  display: string,
): Promise<{ driver: WebDriver; browserVersion: string }> {
  for (let attempt = 1; ; attempt++) {
    let driver: WebDriver | undefined
    try {
      driver = await WebDriver.start(executable, display)
      const { browserVersion } = await driver.open({
        acceptInsecureCerts: true,
        'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] },
      })
      return { driver, browserVersion }
    } catch (error) {
      if (driver) endBrowsers(driver)
      driver?.stop()
      if (attempt === 3) throw error
    }
  }
}

/** Kills what a driver has started. */
function endBrowsers(driver: WebDriver): void {
  for (const pid of childProcesses(driver.process.pid ?? 0, 'MiniBrowser')) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended meanwhile.
    }
  }
}

async function openMiniBrowser(
  installation: { readonly driver: string; readonly browser: string },
  display: string,
): Promise<{ version: string; browsing: Browsing }> {
  const { driver, browserVersion } = await startSession(installation, display)
  const inTurn = queue()
  const browserProcess = childProcesses(driver.process.pid ?? 0, 'MiniBrowser')[0] ?? 0
  const webProcesses = () => childProcesses(browserProcess, 'WebKitWebProcess')
  const processesOfTabs = new Set(webProcesses())
  let unused: string | undefined = await driver.get<string>('/window')

  /** A tab and its process. */
  const openTab = async () => {
    const before = webProcesses()
    const handle = await inTurn(async () => {
      const [open] = await driver.get<readonly string[]>('/window/handles')
      await driver.post('/window', { handle: open }) // the focused window may be closed
      return (await driver.post<{ handle: string }>('/window/new', { type: 'tab' })).handle
    })
    return { handle, processes: webProcesses().filter((pid) => !before.includes(pid)) }
  }

  return {
    version: browserVersion,
    browsing: {
      async newTab(url) {
        const { handle, processes } = unused ? { handle: unused, processes: [] } : await openTab()
        unused = undefined
        for (const pid of processes) processesOfTabs.add(pid)
        const tab = new WebDriverTab(driver, inTurn, handle, () => {
          for (const pid of processes) processesOfTabs.delete(pid)
        })
        if (url !== undefined) await tab.goto(url)
        return tab
      },
      async prime(url) {
        const { handle } = await openTab()
        const tab = new WebDriverTab(driver, inTurn, handle, () => {})
        await tab.goto(url)
        await tab.evaluate(workerActive)
        await tab.close()
      },
      async stopWorkers() {
        const processesOfWorkers = webProcesses().filter((pid) => !processesOfTabs.has(pid))
        if (processesOfWorkers.length === 0)
          throw new Error("The worker shares a tab's process: call prime(url) before newTab().")
        await Promise.all(processesOfWorkers.map(kill))
      },
      async close() {
        // It may be gone already. About once in a thousand times it does not end by itself within a minute.
        const ended = inTurn(() => driver.delete('')).catch(() => {})
        await Promise.race([ended, delay(CLOSE_MS, undefined, { ref: false })])
        endBrowsers(driver)
        driver.stop()
      },
    },
  }
}

/** One command at a time, since the focused window is state of the whole session. */
function queue(): <Value>(work: () => Promise<Value>) => Promise<Value> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => {})
    return next
  }
}
