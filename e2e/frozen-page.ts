/** A page that goes into the back-forward cache, and comes back. */
import type { Tab } from './engines/engine.ts'
import { leave } from './app.ts'

/** As the browser does: no engine under test keeps a page with a channel in its cache. Its scripts go on, which a browser stops. */
export const freeze = (tab: Tab) =>
  tab.evaluate(() => {
    dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))
    Object.assign(window, { shown: true })
  })
/** It may be loaded again before it can report that it was shown. */
export const thaw = (tab: Tab) =>
  leave(tab, async () => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })), undefined)
/** Whether another document is there, and has its page script. */
export const wasReloaded = (tab: Tab) =>
  tab
    .evaluate(() => 'bearerWorker' in window && (window as unknown as { shown?: boolean }).shown !== true)
    .catch(() => false)
