/** Origins that are no app of the vault, and what they get of it. */
import type { Browsing } from '../engines/engine.ts'
import type { Site } from '../servers/site.ts'
import { converse, token } from './attacks.ts'
import { expect, openAt, test, type Vaulted } from './vault.ts'

/** A page of another site, of the same server. */
export const FOREIGN = 'evil.other.localhost'
/** Origins that look like an app's. */
const LOOK_ALIKES = ['app.site.localhost.evil.localhost', 'app-site.localhost', 'xapp.site.localhost', 'site.localhost']

export async function strangersGetNothing(browsing: Browsing, foreign: string, { page, app }: Vaulted): Promise<void> {
  await test.step('frames the vault from a foreign site: holds', async () => {
    const evil = await browsing.newTab(foreign)
    const { first, replies } = await converse(evil, page, [token])
    expect([first?.kind, replies[0]!.ok]).toEqual(['refused', false])
    await evil.close()
  })

  await test.step('a foreign site frames the app, which frames the vault: holds', async () => {
    const evil = await browsing.newTab(foreign)
    const first = await evil.evaluate(
      (url) =>
        new Promise<{ kind: string }>((resolve) => {
          window.addEventListener('message', ({ data }) => 'first' in Object(data) && resolve(data.first))
          const frame = document.createElement('iframe')
          frame.src = url
          document.documentElement.append(frame)
        }),
      `${app}/framed.html#${page}`,
    )
    expect(first.kind).toBe('refused')
    await evil.close()
  })

  await test.step('a foreign frame in the app talks to its vault: holds', async () => {
    const tab = await openAt(browsing, `${app}/`)
    const answered = await tab.evaluate(
      async ({ foreign, page }) => {
        const vault = document.createElement('iframe')
        vault.src = page
        document.documentElement.append(vault)
        await new Promise((resolve) => (vault.onload = resolve))
        const evil = document.createElement('iframe')
        evil.src = foreign
        document.documentElement.append(evil)
        await new Promise((resolve) => (evil.onload = resolve))
        return Boolean(evil.contentWindow && vault.contentWindow)
      },
      { foreign: foreign.replace('/plain.html', '/talks.html'), page },
    )
    expect(answered).toBe(true)
    // The frame asks every frame beside it, and reports to its parent what it got.
    const heard = await tab.evaluate(
      () =>
        new Promise<unknown>((resolve) => {
          window.addEventListener('message', ({ data }) => 'heard' in Object(data) && resolve(data.heard))
          for (const frame of document.querySelectorAll('iframe')) frame.contentWindow!.postMessage('begin', '*')
        }),
    )
    expect(heard).toEqual([])
    await tab.close()
  })
}

export async function lookAlikesGetNothing(browsing: Browsing, site: Site, { page }: Vaulted): Promise<void> {
  await test.step('a look-alike origin asks: holds', async () => {
    for (const host of LOOK_ALIKES) {
      const other = await browsing.newTab(site.url('/plain.html', host))
      const { first, replies } = await converse(other, page, [token])
      expect([host, first?.kind, replies[0]!.ok]).toEqual([host, 'refused', false])
      await other.close()
    }
  })
}
