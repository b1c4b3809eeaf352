import type { VaultFrames } from './vault-frames.ts'
import type { Ask } from './ask.ts'
import { isVisible } from './own-origin.ts'
import type { SessionViews } from './session-views.ts'
import { isAccountOutdated } from './tab-account.ts'

interface Followed {
  readonly views: SessionViews
  readonly vaults: Pick<VaultFrames, 'leave' | 'again'>
  readonly ask: Ask
}

/** Follows this page into the back/forward cache and out of it, and wakes paused sessions when it is shown or online again. */
export function followLifecycle({ views, vaults, ask }: Followed): void {
  let shown: ReadonlyMap<string, number>
  // Now: what becomes known before the page is seen again is not what it shows.
  globalThis.addEventListener('pagehide', () => {
    shown = views.epochs
    vaults.leave()
  })
  const wake = (online: boolean) => void ask('wake', { online }).catch(() => {})
  globalThis.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted) return
    // Another page of this tab has chosen another account meanwhile.
    if (isAccountOutdated()) return location.reload()
    vaults.again()
    wake(false)
    // What it shows may be of a user who left meanwhile, also if another one came, or if nobody can say.
    void ask('hello', {}).then(
      ({ sessions }) =>
        sessions.some(({ name, epoch }) => shown.has(name) && epoch !== shown.get(name)) && location.reload(),
      () => location.reload(),
    )
  })
  globalThis.addEventListener('online', () => wake(true))
  // At the window: an element may have the name of a function of the document.
  globalThis.addEventListener('visibilitychange', () => isVisible() && wake(false), true)
}
