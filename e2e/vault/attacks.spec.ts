/** The column "vault" of docs/threat-model.md: each attack is really tried, and ends as the page says. */
import { ask } from '../app.ts'
import { converse, EARLY, framesOf, RECORD, refreshTokenOf, rowsElsewhere, signedIn, token } from './attacks.ts'
import { ownSignInHolds } from './own-sign-in.ts'
import { FOREIGN, lookAlikesGetNothing, strangersGetNothing } from './strangers.ts'
import { topLevelHolds } from './top-level.ts'
import { expect, readStore, test } from './vault.ts'

// Of the site of its apps: a frame in them has the server's cookies.
test.use({ idHost: 'id.site.localhost' })

test('vault', async ({ browsing, site, vaulted }) => {
  test.setTimeout(180_000) // many pages, one after the other
  const { id, page } = vaulted
  const tab = await signedIn(browsing, vaulted)
  const refreshToken = await refreshTokenOf(browsing, vaulted)

  await test.step('reads the store: open for the access token, holds for the refresh token', async () => {
    const store = await readStore(tab)
    const { accessToken } = store[RECORD] as { accessToken: string }
    expect(await rowsElsewhere(vaulted, { authorization: `Bearer ${accessToken}` })).toBe(200)
    expect(JSON.stringify(store)).not.toContain(refreshToken)
  })

  await test.step('takes the refresh token: holds, whatever it asks the frame', async () => {
    const names = ['token', 'adopt', 'proof', 'learn', 'session', 'signIn', 'refresh', 'getRefreshToken', 'constructor']
    const { first, replies } = await converse(
      tab,
      page,
      names.flatMap((name) => [
        { name, with: { session: 'main', reason: 'expired' } },
        { name, with: { session: 'main', reason: 'expired', accessToken: 'x', method: 'GET', url: id.issuer } },
        { name, with: { session: '__proto__', reason: 'missing' } },
      ]),
    )
    expect(first).toMatchObject({ kind: 'ready' })
    expect(replies.filter(({ ok }) => ok)).toHaveLength(2)
    expect(JSON.stringify([first, replies])).not.toContain(refreshToken)
    expect(JSON.stringify(replies)).not.toMatch(/refresh_?token|id_?token|"eyJ/i)
  })

  await test.step('reads into the frame: holds', async () => {
    const read = await tab.evaluate(() => {
      const frame = [...document.querySelectorAll('iframe')].at(-1)
      try {
        return String((frame!.contentWindow as unknown as { indexedDB: unknown }).indexedDB)
      } catch (error) {
        return (error as Error).name
      }
    })
    expect(read).toBe('SecurityError')
  })

  await test.step('leaves the next page a frame of its own to load early: holds, no other than the vault stays, and none runs here', async () => {
    site.pages.set('/early.html', EARLY)
    const early = `${vaulted.app}/early.html`
    const left = [[page, 'allow-scripts allow-same-origin']]
    // The app has a good access token.
    expect(await framesOf(browsing, early, 1)).toEqual({ early: [], left })
    const hint = {
      [page]: 0,
      [site.url('/plain.html', FOREIGN)]: 0,
      'javascript:parent.ran=1': 0,
      'no URL': 0,
      [early]: 0,
    }
    await tab.evaluate(
      (hint) => localStorage.setItem('bearer-worker vaults /bearer-worker.json', JSON.stringify(hint)),
      hint,
    )
    expect(await framesOf(browsing, early, 1)).toEqual({ early: [page, site.url('/plain.html', FOREIGN)], left })
  })

  await test.step('takes the access token: open, for its lifetime', async () => {
    const { replies } = await converse(tab, page, [token])
    const { accessToken } = replies[0]!.value as { accessToken: string }
    expect(await rowsElsewhere(vaulted, { authorization: `Bearer ${accessToken}` })).toBe(200)
  })

  await test.step('uses the session in place: open', async () => {
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  })

  await ownSignInHolds(tab, vaulted)
  await strangersGetNothing(browsing, site.url('/plain.html', FOREIGN), vaulted)

  await lookAlikesGetNothing(browsing, site, vaulted)
  await topLevelHolds(browsing, site.url('/plain.html', FOREIGN), vaulted)

  await test.step('makes the vault hammer the server: holds', async () => {
    const before = id.counts.refreshes
    const { replies } = await converse(
      tab,
      page,
      Array.from({ length: 14 }, () => ({ name: 'token', with: { session: 'main', reason: 'asked' } })),
    )
    const states = replies.map(({ value }) => (value as { state: string }).state)
    expect(states.filter((state) => state === 'active')).toHaveLength(10)
    expect(states.slice(10)).toEqual(['paused', 'paused', 'paused', 'paused'])
    expect(id.counts.refreshes - before).toBe(10)
  })

  await test.step('an app that is listed no longer: holds', async () => {
    vaulted.configureVault({}, { apps: [vaulted.admin] })
    const { first, replies } = await converse(tab, page, [token])
    expect([first?.kind, replies[0]!.ok]).toEqual(['refused', false])
  })
})
