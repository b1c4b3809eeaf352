/** One of several accounts leaves: by the server's own header, behind a page in the back-forward cache, by the server's sign-out page. */
import { ask, openApp, signIn } from '../app.ts'
import type { Tab } from '../engines/engine.ts'
import { freeze, thaw, wasReloaded } from '../frozen-page.ts'
import { expect, test } from './accounts.ts'

const accountsOf = (tab: Tab) => tab.evaluate(() => bearerWorker.accounts())
const statusOf = async (tab: Tab) => (await ask(tab, '/r/echo?way=fetch&as=x')).status

test('the server signs one account out by Clear-Site-Data: all of them are gone, and none goes as another', async ({
  browsing,
  site,
  tokens,
  openTwo,
  openUnnamed,
  arrived,
}) => {
  site.mounts.set('/clear', (_, response) => {
    response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
  })
  const { ada, bob } = await openTwo()
  const carol = await openUnnamed()
  expect(await accountsOf(bob)).toEqual(['ada', 'bob'])
  await ada.evaluate(() => fetch('/clear').then((response) => response.text()))
  await expect.poll(() => accountsOf(bob)).toEqual([])
  arrived()
  for (const tab of [ada, bob, carol]) expect(await statusOf(tab)).toBe(401)
  expect(new Set(arrived())).toEqual(new Set(['fetch x: no token']))

  await bob.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('bob'))
  expect(await statusOf(bob)).toBe(200)
  await ada.reload()
  await ada.evaluate(() => bearerWorker.ready)
  // The choice of a tab is site data, too: it has chosen nobody now.
  for (const tab of [ada, carol, await openApp(browsing, site)]) expect(await statusOf(tab)).toBe(401)
  expect(await accountsOf(ada)).toEqual(['bob'])
  expect(new Set(arrived())).toEqual(new Set(['fetch x: bob', 'fetch x: no token']))
})

test('back from the back-forward cache: a switch in another tab changes nothing, one in this tab, or a sign-out, does', async ({
  openTwo,
  arrived,
}) => {
  const { ada, bob } = await openTwo()
  const come = async (tab: Tab) => {
    await thaw(tab)
    await expect.poll(() => wasReloaded(tab)).toBe(true)
    await tab.evaluate(() => bearerWorker.ready)
  }

  await test.step('the other tab goes as ada: this one stays as it is', async () => {
    await freeze(ada)
    await bob.evaluate(() => bearerWorker.use('ada'))
    await thaw(ada)
    await ada.evaluate(() => bearerWorker.session())
    expect(await wasReloaded(ada)).toBe(false)
    await bob.evaluate(() => bearerWorker.use('bob'))
  })

  await test.step('a later page of this tab has chosen bob: it is loaded again, as bob', async () => {
    await freeze(ada)
    await ada.evaluate(() => sessionStorage.setItem('bearer-worker account /bearer-worker.json', 'bob'))
    await come(ada)
    arrived()
    expect(await statusOf(ada)).toBe(200)
    expect(arrived()).toEqual(['fetch x: bob'])
    await ada.evaluate(() => bearerWorker.use('ada'))
  })

  await test.step('its account was signed out in the other tab: it is loaded again, as nobody', async () => {
    await freeze(ada)
    await bob.evaluate(() => bearerWorker.signOut(undefined, { account: 'ada' }))
    await come(ada)
    arrived()
    expect([await statusOf(ada), await statusOf(bob)]).toEqual([401, 200])
    expect(arrived()).toEqual(['fetch x: no token', 'fetch x: bob'])
  })

  await test.step('another account was signed out in the other tab: this one stays', async () => {
    await signIn(ada)
    await freeze(ada)
    await bob.evaluate(() => bearerWorker.signOut())
    await thaw(ada)
    await ada.evaluate(() => bearerWorker.session())
    expect(await wasReloaded(ada)).toBe(false)
    expect(await statusOf(ada)).toBe(200)
  })
})
