/** A session that is described by `refresh`: what the app captures goes into the vault. */
import { ask, askByXhr, failureOf, signIn } from '../app.ts'
import { page } from '../servers/site.ts'
import { PASSWORD } from '../../src/testing/servers/token-server.ts'
import { converse } from './attacks.ts'
import { captured as test, configureVault, expect, openAt } from './captured.ts'
import { readStore } from './vault.ts'

const view = () => bearerWorker.session()
const WITHOUT_WORKERS =
  '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'

for (const covered of ['worker', 'page'] as const) {
  test(`covered by the ${covered}: a captured refresh token goes into the vault, and never comes out`, async ({
    browsing,
    site,
    tokens,
    vaulted,
  }) => {
    if (covered === 'page') site.pages.set('/', page({ script: WITHOUT_WORKERS }))
    const tab = await openAt(browsing, vaulted.app)
    expect(await tab.evaluate(() => bearerWorker.ready)).toBe(covered)
    const { text } = await signIn(tab)
    const { refresh_token: refreshToken, access_token: accessToken } = tokens.issuer.latest
    expect(text).not.toContain(refreshToken)
    expect(text).not.toContain(accessToken)
    expect(JSON.stringify(await readStore(tab))).not.toContain(refreshToken)
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    // The other app has the session without a sign-in, and shares each refresh, whose call comes from the vault.
    const other = await openAt(browsing, vaulted.admin)
    expect((await askByXhr(other, '/api/rows')).status).toBe(200)
    tokens.issuer.expireAccessTokens()
    const both = await Promise.all([ask(tab, '/api/rows'), askByXhr(other, '/api/rows', { method: 'POST', body: 'x' })])
    expect(both.map(({ status }) => status)).toEqual([200, 200])
    expect(tokens.refreshes.map(({ headers }) => headers['origin'])).toEqual([new URL(vaulted.page).origin])

    // One app signs out in the middle of the other's refresh: nobody gets what it brings.
    tokens.issuer.expireAccessTokens()
    const gate = tokens.hold()
    const waiting = ask(tab, '/api/rows')
    await gate.arrived()
    const signedOut = other.evaluate(() => bearerWorker.signOut())
    await expect.poll(() => tab.evaluate(view)).toMatchObject({ state: 'signed-out' })
    gate.release()
    await signedOut
    expect((await waiting).status).toBe(401)
    expect(tokens.revocations).not.toHaveLength(0)
    expect(JSON.stringify(await readStore(tab))).not.toContain(tokens.issuer.latest.access_token)
    expect((await ask(tab, '/api/rows')).status).toBe(401)
  })
}

test('setTokens puts them into the vault, as a script of the app can put its own; the server ends the session for all apps', async ({
  browsing,
  tokens,
  vaulted,
}) => {
  const tab = await openAt(browsing, vaulted.app)
  const other = await openAt(browsing, vaulted.admin)
  const response = await (
    await fetch(tokens.url('/login'), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'ada', password: PASSWORD }),
    })
  ).json()
  await tab.evaluate((response) => bearerWorker.setTokens(response), response)
  await expect.poll(() => other.evaluate(view)).toMatchObject({ state: 'active' })
  expect((await ask(other, '/api/rows')).status).toBe(200)

  const attackers = { accessToken: 'attackers', refreshToken: 'attackers-too' }
  const { replies } = await converse(tab, vaulted.page, [
    { name: 'adopt', with: { session: 'main', tokens: attackers, ageMs: 0 } },
  ])
  expect(replies).toMatchObject([{ ok: true, value: { state: 'active', accessToken: 'attackers' } }])
  // Until the app learns of the change, it sends the token that it had, which the server still takes; the refusal of the new one ends the session.
  const viewAfterRequest = async () => {
    await ask(tab, '/api/rows')
    return tab.evaluate(view)
  }
  await expect.poll(viewAfterRequest).toMatchObject({ state: 'ended' })
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  await expect.poll(() => other.evaluate(view)).toMatchObject({ state: 'ended' })
})

test('where the vault does not take them, a sign-in is a network error, and setTokens says so', async ({
  browsing,
  site,
  tokens,
  vaulted,
}) => {
  configureVault(site, tokens, { apps: ['https://other.example'] })
  const tab = await openAt(browsing, vaulted.app)
  await expect(signIn(tab)).rejects.toThrow()
  expect(JSON.stringify(await readStore(tab))).not.toContain(tokens.issuer.latest.access_token)
  expect(await failureOf(tab, () => bearerWorker.setTokens({ access_token: 'a' }))).toMatchObject({
    code: 'sign-in-failed',
    reason: 'vault-refused',
  })
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({
    code: 'refresh-failed',
    reason: 'vault-refused',
  })
})
