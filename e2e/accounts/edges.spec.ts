/** Where a tab and its account could come apart: frames, pages without the page script, waiting requests, what scripts write. */
import { ask, openApp } from '../app.ts'
import { oneSession, resourcesSession } from '../configurations.ts'
import { poison } from '../threats/poison.ts'
import { expect, test } from './accounts.ts'

test('frames go as their tab, also when it chooses another account', async ({ openTwo, arrived }) => {
  const { ada } = await openTwo()
  const requests = () =>
    ada.evaluate(async () => {
      const frame = document.querySelector('iframe') ?? document.createElement('iframe')
      if (!frame.isConnected) {
        frame.src = '/'
        document.body.append(frame)
        await new Promise((resolve) => (frame.onload = resolve))
      }
      const { bearerWorker, fetch } = frame.contentWindow as unknown as typeof globalThis
      await bearerWorker.ready
      while (bearerWorker.snapshot()?.account !== globalThis.bearerWorker.snapshot()?.account)
        await new Promise((resolve) => bearerWorker.addEventListener('sessionchange', resolve, { once: true }))
      await fetch('/r/echo?way=frame&as=x')
    })
  arrived()
  await requests()
  await ada.evaluate(() => bearerWorker.use('bob'))
  await requests()
  expect(arrived()).toEqual(['frame x: ada', 'frame x: bob'])
})

test('a page without the page script cannot say who it goes as: it gets no token', async ({
  browsing,
  site,
  configure,
  openAs,
  openUnnamed,
  arrived,
}) => {
  configure()
  const plain = await browsing.newTab(site.url('/plain.html'))
  const carol = await openUnnamed()
  expect((await ask(plain, '/r/echo?way=before&as=x')).status).toBe(200)
  await openAs('ada')
  arrived()
  const begun = Date.now()
  expect((await ask(plain, '/r/echo?way=first&as=x')).status).toBe(401)
  expect((await ask(plain, '/r/echo?way=second&as=x')).status).toBe(401)
  expect(Date.now() - begun).toBeLessThan(25_000) // one of 15 s, and none after it
  expect((await ask(carol, '/r/echo?way=carol&as=x')).status).toBe(200)
  expect(arrived()).toEqual(['first x: no token', 'second x: no token', 'carol x: carol'])
})

test('a request that waits for a refresh stays one of its user when the tab chooses another', async ({
  tokens,
  openTwo,
  arrived,
}) => {
  const { ada } = await openTwo()
  tokens.issuer.expireAccessTokens()
  const gate = tokens.hold()
  const answer = ask(ada, '/r/echo?way=held&as=x')
  await gate.arrived()
  await ada.evaluate(() => bearerWorker.use('bob'))
  gate.release()
  expect((await answer).status).toBe(200)
  expect(arrived().slice(-2)).toEqual(['held x: ada', 'held x: ada'])
})

test('the provider of a tab is asked for the account of that tab only', async ({
  browsing,
  site,
  resources,
  tokens,
}) => {
  site.configuration = oneSession(resourcesSession(resources, tokens, { capture: [], refresh: { by: 'page' } }))
  const tabs = []
  for (const user of ['ada', 'bob']) {
    const tab = await openApp(browsing, site)
    await tab.evaluate(
      async ({ user, tokens }) => {
        await bearerWorker.use(user)
        bearerWorker.provideTokens(async ({ account }) => (account === user ? tokens.shift() : null))
      },
      { user, tokens: [tokens.issuer.signIn(user), tokens.issuer.signIn(user)] },
    )
    tabs.push(tab)
  }
  for (const round of [1, 2]) {
    if (round === 2) tokens.issuer.expireAccessTokens()
    const fresh = round === 2 ? ['ada', 'bob'].map((user) => tokens.issuer.signIn(user)) : []
    for (const [index, tab] of tabs.entries())
      await tab.evaluate((response) => {
        if (response) bearerWorker.provideTokens(async () => response)
      }, fresh[index])
    resources.arrivals.length = 0
    const answers = await Promise.all(tabs.map((tab) => ask(tab, '/r/echo')))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
  }
  expect(await tabs[0]!.evaluate(() => bearerWorker.accounts())).toEqual(['ada', 'bob'])
})

test('storage "memory": accounts as well, until the worker stops', async ({
  browsing,
  site,
  configure,
  openTwo,
  arrived,
}) => {
  configure({ storage: 'memory' })
  await browsing.prime(site.url())
  const { ada, bob } = await openTwo({ storage: 'memory' })
  expect(await ada.evaluate(() => bearerWorker.accounts())).toEqual(['ada', 'bob'])
  arrived()
  for (const tab of [ada, bob]) expect((await ask(tab, '/r/echo?way=memory&as=x')).status).toBe(200)
  expect(arrived()).toEqual(['memory x: ada', 'memory x: bob'])
  await browsing.stopWorkers()
  expect((await ask(ada, '/r/echo?way=memory&as=x')).status).toBe(401)
  expect(await ada.evaluate(() => bearerWorker.accounts())).toEqual([])
})

test('what a script wrote of accounts into the stores is not believed, and stops nothing', async ({
  browsing,
  site,
  configure,
  openAs,
  arrived,
}) => {
  configure()
  await browsing.prime(site.url())
  const ada = await openAs('ada')
  await poison(ada, '/bearer-worker.json main bob', () => {
    const cyclic: Record<string, unknown> = { version: 1, epoch: 1, generation: 1, state: 'active', accessToken: 7 }
    return Object.assign(cyclic, { self: cyclic })
  })
  await poison(ada, '/bearer-worker.json other eve', () => ({ version: 1, epoch: 1, generation: 1, state: 'active' }))
  await poison(ada, 'clients /bearer-worker.json', () => [null, ['x', 7], 'y'])
  await browsing.stopWorkers()
  arrived()
  expect((await ask(ada, '/r/echo?way=poisoned&as=x')).status).toBe(200)
  expect(arrived()).toEqual(['poisoned x: ada'])
  expect(await ada.evaluate(() => bearerWorker.accounts())).toEqual(['ada'])

  await ada.evaluate(() => sessionStorage.setItem('bearer-worker account /bearer-worker.json', 'x'.repeat(300)))
  await ada.reload()
  expect(await ada.evaluate(async () => (await bearerWorker.session()).account ?? null)).toBeNull()
  expect((await ask(ada, '/r/echo?way=unnamed&as=x')).status).toBe(401)
})
