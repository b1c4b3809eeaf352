/** The page's own lane when users, tabs and configurations change. */
import { ask, openApp } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { page } from '../servers/site.ts'
import { expect, expire, test } from './direct.ts'

test('after a sign-in, no request goes as the user before', async ({ resources, tokens, tab }) => {
  for (let i = 0; i < 10; i++) {
    const body = await tab.evaluate(async (i) => {
      const { status } = await fetch('/auth/login', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ username: 'bob', password: 'correct horse battery staple' }),
      })
      await fetch(`/r/echo?bob=${i}`)
      return status
    }, i)
    expect(body).toBe(200)
    expect(resources.arrivals.at(-1)!.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  }
  await tab.evaluate(async () => {
    await bearerWorker.signOut()
    await fetch('/r/echo?out')
  })
  expect(resources.arrivals.at(-1)!.authorization).toBeUndefined()
})

test('a sign-out in another tab, or a store that is gone, ends it', async ({ browsing, site, resources, tab }) => {
  const other = await openApp(browsing, site)
  await other.evaluate(() => bearerWorker.signOut())
  await expect.poll(() => tab.evaluate(() => bearerWorker.snapshot()?.state)).toBe('signed-out')
  expect((await ask(tab, '/r/echo?after')).status).toBe(401)
  expect(resources.arrivals.at(-1)!.authorization).toBeUndefined()
})

test('B signs in while a request of A is being sent again: it never goes as B', async ({ resources, tokens, tab }) => {
  const ada = `Bearer ${tokens.issuer.latest.access_token}`
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const answered = ask(tab, '/r/mine', { method: 'POST', body: "Ada's letter" })
  await gate.arrived()
  await tab.evaluate((response) => bearerWorker.setTokens(response), tokens.issuer.signIn('bob'))
  gate.release()
  expect((await answered).status).toBe(401)
  expect(resources.to('/mine').map(({ authorization }) => authorization)).toEqual([ada])
})

test('five tabs, half of them without the lane: one refresh for both lanes, and no failure', async ({
  browsing,
  site,
  tokens,
  tab,
}) => {
  test.setTimeout(120_000)
  // A page without the script tag has no lane: everything that it sends passes the worker.
  site.pages.set('/plain.html', page({ script: '' }))
  const tabs = [tab, await openApp(browsing, site), await openApp(browsing, site)]
  for (let i = 0; i < 2; i++) tabs.push(await browsing.newTab(site.url('/plain.html')))
  const burst = () =>
    Promise.all(
      tabs.map((each, index) =>
        each.evaluate(async (index) => {
          const answers = Array.from({ length: 20 }, (_, i) => fetch(`/r/echo?tab=${index}&i=${i}`))
          return (await Promise.all(answers)).filter(({ status }) => status !== 200).length
        }, index),
      ),
    )
  tokens.issuer.expireAccessTokens()
  expect(await burst(), 'refused').toEqual([0, 0, 0, 0, 0])
  expect(tokens.refreshes).toHaveLength(1)
  await expire(tab)
  tokens.issuer.expireAccessTokens()
  expect(await burst(), 'expired').toEqual([0, 0, 0, 0, 0])
  expect(tokens.refreshes).toHaveLength(2)
})

test('a change of the configuration ends the lane, and begins it again', async ({ site, resources, tokens, tab }) => {
  const hint = () => tab.evaluate(() => localStorage.getItem('bearer-worker direct /bearer-worker.json'))
  expect(await hint()).not.toBeNull()
  site.configuration = oneSession(resourcesSession(resources, tokens))
  await tab.reload()
  await tab.evaluate(() => bearerWorker.ready)
  await expect.poll(hint).toBeNull()
  expect((await ask(tab, '/r/echo')).status).toBe(200)
})
