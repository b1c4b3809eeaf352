/** Several users of one authorization server, each with a DPoP key of their own. */
import { ask, leave, openApp } from '../app.ts'
import { oneSession } from '../configurations.ts'
import { arrivedAt, expect, oidcSession, press, readStore, test } from '../oauth.ts'

test('signIn() signs in the account that it names, else the one of the tab, and the tab stays as it is', async ({
  browsing,
  site,
  id,
}) => {
  site.configuration = oneSession(oidcSession(id, { dpop: true }))
  const tab = await openApp(browsing, site)
  await leave(tab, (options) => bearerWorker.signIn(options), { account: 'work' })
  await arrivedAt(tab, `${id.url}/interaction/`)
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.origin)
  const state = () => tab.evaluate(async () => (await bearerWorker.session()).state)
  expect(await state()).toBe('signed-out')
  expect(await tab.evaluate(() => bearerWorker.accounts())).toEqual(['work'])

  await tab.evaluate(() => bearerWorker.use('home'))
  // The server knows the user already, and asks nothing.
  await leave(tab, (options) => bearerWorker.signIn(options), { returnTo: '/?second' })
  await arrivedAt(tab, site.url('/?second'))
  expect(await state()).toBe('active')
  expect(await tab.evaluate(() => bearerWorker.accounts())).toEqual(['home', 'work'])
  const keys = Object.keys(await readStore(tab)).filter((key) => key.startsWith('dpop '))
  expect(keys.sort()).toEqual(['dpop /bearer-worker.json main home', 'dpop /bearer-worker.json main work'])

  const other = await openApp(browsing, site)
  await other.evaluate(() => bearerWorker.use('work'))
  for (const each of [tab, other]) expect((await ask(each, `${id.url}/rows`)).status).toBe(200)
  id.revokeAccessTokens()
  for (const each of [tab, other, tab]) expect((await ask(each, `${id.url}/rows`)).status).toBe(200)
  expect(id.counts).toMatchObject({ codes: 2, refreshes: 2, refreshesRefused: 0 })

  await tab.evaluate(() => bearerWorker.signOut())
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
  // At the server both are one user, whose tokens it revokes together.
  expect(await other.evaluate(() => bearerWorker.accounts())).toEqual(['work'])
})

test("with postSignOutRedirectUri an account's tab goes to the server's sign-out page and comes back as nobody; the others stay", async ({
  browsing,
  site,
  id,
}) => {
  site.configuration = oneSession(oidcSession(id, { postSignOutRedirectUri: '/' }))
  const tab = await openApp(browsing, site)
  for (const account of ['home', 'work']) {
    await leave(tab, (options) => bearerWorker.signIn(options), { account, returnTo: `/?${account}` })
    if (account === 'home') {
      await arrivedAt(tab, `${id.url}/interaction/`)
      await press(tab, 'Sign in as Ada')
    }
    await arrivedAt(tab, site.url(`/?${account}`))
  }
  const accounts = () => tab.evaluate(() => bearerWorker.accounts())
  expect(await accounts()).toEqual(['home', 'work'])

  // Of another account than the tab's: nothing is shown.
  await tab.evaluate(() => bearerWorker.use('work'))
  await tab.evaluate(() => bearerWorker.signOut(undefined, { account: 'home' }))
  expect(await tab.evaluate(() => location.href)).toBe(site.url('/?work'))
  expect(await accounts()).toEqual(['work'])

  await tab.evaluate(
    (token) => bearerWorker.setTokens({ access_token: token }, 'main', { account: 'third' }),
    'at-third',
  )
  await leave(tab, () => bearerWorker.signOut(), undefined)
  const { searchParams } = new URL(await arrivedAt(tab, `${id.url}/session/end`))
  expect(searchParams.get('post_logout_redirect_uri')).toBe(site.url('/'))
  await press(tab, 'Sign out')
  await arrivedAt(tab, site.url('/'))
  const { account, state } = await tab.evaluate(() => bearerWorker.session())
  expect([account, state]).toEqual(['work', 'signed-out'])
  expect(await accounts()).toEqual(['third'])
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(401)
})
