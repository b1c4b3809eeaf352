/** WebKit keeps the store of a frame apart by the origin around it: there each app has a session of its own, from the same sign-in at the server. */
import { ask, leave } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, press } from '../oauth.ts'
import { expect, openAt, readStore, signInByVault, test } from './vault.ts'

test.skip(({ engineName }) => engineName !== 'webkit', 'Chromium and Firefox give the frames of a site one store.')

const view = (tab: Tab) => tab.evaluate(() => bearerWorker.session())

for (const dpop of [false, true]) {
  test(`where stores are kept apart, the frame of each app ends the sign-in, ${dpop ? 'with' : 'without'} DPoP`, async ({
    browsing,
    vaulted,
  }) => {
    test.setTimeout(120_000)
    const { id, app, admin } = vaulted
    vaulted.configureVault({ dpop })
    const rows = `${id.url}/rows`
    const tab = await openAt(browsing, `${app}/?tab=1#here`)

    // A sign-in that the user cancels is told to the app.
    await leave(tab, (options) => bearerWorker.signIn(options), {})
    await arrivedAt(tab, `${id.url}/interaction/`)
    await press(tab, 'Cancel')
    await arrivedAt(tab, app)
    await expect.poll(() => view(tab)).toMatchObject({ state: 'signed-out', reason: 'access_denied' })

    expect(await signInByVault(tab, vaulted)).toBe(`${app}/?tab=1#here`)
    expect((await ask(tab, rows)).status).toBe(200)
    expect(await view(tab)).toMatchObject({ state: 'active', claims: { sub: 'ada', name: 'Ada Keeper' } })
    id.revokeAccessTokens()
    expect((await ask(tab, rows)).status).toBe(200)
    expect(id.counts).toMatchObject({ codes: 1, refreshes: 1 })
    // Nothing of the sign-in is where a script of the app could read it.
    expect(JSON.stringify(await readStore(tab))).not.toMatch(/"refreshToken":"|verifier|"dpop/)
    expect(await tab.evaluate(() => document.cookie)).toBe('')

    // A reload reads the same hand-over once more, and uses no code twice.
    await tab.reload()
    await tab.evaluate(() => bearerWorker.ready)
    expect((await ask(tab, rows)).status).toBe(200)
    expect(id.counts.codes).toBe(1)

    // The server knows the user by now, and asks nothing: as silent as it is at the next start of the browser.
    const other = await openAt(browsing, `${admin}/`)
    expect(await view(other)).toMatchObject({ state: 'signed-out' })
    const silently = { returnTo: '/?back', parameters: { prompt: 'none' } }
    await leave(other, (options) => bearerWorker.signIn(options), silently)
    expect(await arrivedAt(other, `${admin}/?back`)).toBe(`${admin}/?back`)
    expect((await ask(other, rows)).status).toBe(200)
    expect(id.counts.codes).toBe(2)

    await tab.evaluate(() => bearerWorker.signOut())
    expect(await view(tab)).toMatchObject({ state: 'signed-out' })
    expect((await ask(tab, rows)).status).toBe(401)
    // No notice comes from another store. What is left of its session, the server says: this one has revoked all of the grant.
    expect(await view(other)).toMatchObject({ state: 'active' })
    expect((await ask(other, rows)).status).toBe(401)
  })
}
