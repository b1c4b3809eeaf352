/** A worker that is too busy to be replaced. */
import { ask, type PageAnswer } from './app.ts'
import type { Tab } from './engines/engine.ts'
import type { Resources } from './servers/resources.ts'

/** A worker is not replaced while it waits for an answer. Returns what lets that come. */
export async function keepBusy(tab: Tab, resources: Resources): Promise<() => Promise<PageAnswer>> {
  let release = () => {}
  const released = new Promise<void>((resolve) => (release = resolve))
  resources.on('/slow', async (response) => {
    await released
    response.end()
  })
  const slow = ask(tab, '/r/slow')
  await resources.arrived('/slow')
  return () => {
    release()
    return slow
  }
}
