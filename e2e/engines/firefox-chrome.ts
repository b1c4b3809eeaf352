import type { Browser } from '@playwright/test'

/** Operations that need Firefox's parent process, since WebDriver BiDi has no command for them. */
export interface BrowserChrome {
  terminateWorkers(): Promise<void>
  /** Shift+reload of the tab that shows this URL. */
  hardReload(url: string): Promise<void>
}

interface BidiSession {
  send(method: string, parameters: unknown): Promise<unknown>
}

/**
 * Privileged script in Firefox's parent process, over Playwright's own BiDi session; needs
 * `--remote-allow-system-access`.
 */
export function browserChrome(browser: Browser): BrowserChrome {
  const session = bidiSession(browser)
  const run = async (script: string, ...values: readonly unknown[]) => {
    const { contexts } = (await session.send('browsingContext.getTree', { 'moz:scope': 'chrome', maxDepth: 0 })) as {
      contexts: readonly { context: string }[]
    }
    const result = (await session.send('script.evaluate', {
      expression: `(${script})(...${JSON.stringify(values)})`,
      target: { context: contexts[0]?.context },
      awaitPromise: true,
    })) as { type: string; exceptionDetails?: { text: string } }
    if (result.type !== 'success')
      throw new Error(`Firefox refused a privileged script: ${result.exceptionDetails?.text}`)
  }
  return {
    terminateWorkers: () => run(TERMINATE_WORKERS),
    hardReload: (url) => run(HARD_RELOAD, url),
  }
}

/** Not in Playwright's public API, hence the pinned version of Playwright. */
function bidiSession(browser: Browser): BidiSession {
  const inside = browser as unknown as { _connection: { toImpl(browser: Browser): { _browserSession: BidiSession } } }
  return inside._connection.toImpl(browser)._browserSession
}

const TERMINATE_WORKERS = `async () => {
  const manager = Cc['@mozilla.org/serviceworkers/manager;1'].getService(Ci.nsIServiceWorkerManager)
  const registrations = manager.getAllRegistrations()
  for (let index = 0; index < registrations.length; index++) {
    await registrations.queryElementAt(index, Ci.nsIServiceWorkerRegistrationInfo).activeWorker?.terminateWorker()
  }
}`

const HARD_RELOAD = `(url) => {
  const { LOAD_FLAGS_BYPASS_CACHE, LOAD_FLAGS_BYPASS_PROXY } = Ci.nsIWebNavigation
  for (const { gBrowser } of Services.wm.getEnumerator('navigator:browser')) {
    for (const { linkedBrowser } of gBrowser.tabs) {
      if (linkedBrowser.currentURI.spec === url) linkedBrowser.reloadWithFlags(LOAD_FLAGS_BYPASS_CACHE | LOAD_FLAGS_BYPASS_PROXY)
    }
  }
}`
