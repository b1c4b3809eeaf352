/** Whether the site's worker runs, in Chromium: only its debugging protocol tells that. */
import type { Tab } from './engines/engine.ts'
import type { PlaywrightTab } from './engines/playwright-tab.ts'
import { expect } from './fixtures.ts'

/** The running status of the site's worker, as the browser tells it. */
export async function watchWorker(tab: Tab): Promise<{ readonly history: string[]; stop(): Promise<void> }> {
  const { page: opened } = tab as PlaywrightTab
  const session = await opened.context().newCDPSession(opened)
  const history: string[] = []
  session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
    for (const { runningStatus, status } of versions) if (status === 'activated') history.push(runningStatus)
  })
  await session.send('ServiceWorker.enable')
  return {
    history,
    async stop() {
      await session.send('ServiceWorker.stopAllWorkers')
      await expect.poll(() => history.at(-1)).toBe('stopped')
      history.length = 0
    },
  }
}
