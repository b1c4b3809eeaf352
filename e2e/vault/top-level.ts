/** The vault's page opened at top level, or framed, with whatever somebody likes to send. */
import type { Browsing } from '../engines/engine.ts'
import { expect, test, type Vaulted } from './vault.ts'
import { vaultPageUrl } from './vault-page.ts'

export async function topLevelHolds(browsing: Browsing, foreign: string, vaulted: Vaulted): Promise<void> {
  const { id, page, app } = vaulted
  const opened: string[] = []
  id.onTheWayThere = (url) => void opened.push(url.href)

  await test.step("opens the vault's page at top level, with anything: holds", async () => {
    const signIn = { does: 'sign-in', session: 'main', parameters: {} } as const
    for (const url of [
      page,
      `${page}?code=stolen&state=made-up`,
      `${page}?error=access_denied&state=made-up`,
      vaultPageUrl(page, { ...signIn, returnTo: foreign }),
      vaultPageUrl(page, { ...signIn, returnTo: 'javascript:alert(1)//' }),
      vaultPageUrl(page, { ...signIn, returnTo: `${app}.evil.localhost/` }),
      vaultPageUrl(page, { ...signIn, returnTo: `${app}@evil.localhost/` }),
      vaultPageUrl(page, { ...signIn, returnTo: '//evil.localhost/' }),
      vaultPageUrl(page, { does: 'go-on', returnTo: `${app}/` }),
      vaultPageUrl(page, { does: 'sign-out', session: 'main' }),
    ]) {
      const tab = await browsing.newTab(url)
      const shown = await tab.evaluate(
        () =>
          new Promise<string>((resolve) => {
            const look = () => {
              const text = document.body?.textContent?.trim() ?? ''
              if (text) resolve(`${location.href} ${text}`)
              else setTimeout(look, 20)
            }
            look()
          }),
      )
      expect(shown).toContain(`${page} This page keeps your sign-in`)
      await tab.close()
    }
    expect(opened).toEqual([])
  })

  await test.step('clickjacks a sign-in: holds, a frame of the vault does nothing', async () => {
    const tab = await browsing.newTab(foreign)
    const url = vaultPageUrl(page, { does: 'sign-in', session: 'main', returnTo: `${app}/`, parameters: {} })
    await tab.evaluate(async (url) => {
      const frame = document.createElement('iframe')
      frame.src = url
      document.documentElement.append(frame)
      await new Promise((resolve) => (frame.onload = resolve))
      await new Promise((resolve) => setTimeout(resolve, 500))
    }, url)
    expect(opened).toEqual([])
    await tab.close()
  })

  await test.step('a foreign page sends the user to sign in, with parameters of its own: they are not taken', async () => {
    const tab = await browsing.newTab(foreign)
    const url = vaultPageUrl(page, {
      does: 'sign-in',
      session: 'main',
      returnTo: `${app}/`,
      parameters: { scope: 'openid', prompt: 'none' },
    })
    await tab.evaluate((url) => void (location.href = url), url).catch(() => {})
    await expect.poll(() => opened.filter((each) => each.includes('/auth?')).length).toBe(1)
    const { searchParams } = new URL(opened[0]!)
    expect(searchParams.get('scope')).toBe('openid offline_access profile rows')
    expect(searchParams.get('prompt')).toBeNull()
    await tab.close()
  })
  id.onTheWayThere = () => {}
}
