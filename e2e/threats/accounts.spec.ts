/** Several accounts in one browser: what separates them, and what does not. */
import { ask, openApp } from '../app.ts'
import { expect, test } from '../accounts/accounts.ts'
import type { Tab } from '../engines/engine.ts'

const subOf = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).claims?.['sub'])

test('open: a script of any page goes as any account that is signed in', async ({
  browsing,
  site,
  tokens,
  configure,
  openAs,
  arrived,
}) => {
  configure()
  tokens.issuer.format = 'jwt'
  await openAs('ada')
  const other = await openApp(browsing, site)
  arrived()
  await other.evaluate(async () => {
    for (const account of await bearerWorker.accounts()) {
      await bearerWorker.use(account)
      await fetch('/r/echo?way=script&as=x')
    }
  })
  expect(await subOf(other)).toBe('ada')
  expect(arrived()).toEqual(['script x: ada'])
})

test('open: the HTTP cache is one for all accounts, unless the API forbids it', async ({
  resources,
  openTwo,
  arrived,
}) => {
  let count = 0
  for (const [path, headers] of [
    ['/careless', {}],
    ['/varying', { vary: 'Authorization' }],
    ['/private', { 'cache-control': 'no-store' }],
  ] as const)
    resources.on(path, (response) => {
      response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'max-age=600', ...headers })
      response.end(`${path} ${++count}`)
    })
  const { ada, bob } = await openTwo()
  const tabs = [ada, bob]
  arrived()
  const answers: string[] = []
  for (const path of ['careless', 'varying', 'private'])
    for (const tab of tabs) answers.push((await ask(tab, `/r/${path}?way=${path}&as=x`)).text)
  expect(answers).toEqual(['/careless 1', '/careless 1', '/varying 2', '/varying 3', '/private 4', '/private 5'])
  expect(arrived()).toEqual(['careless x: ada', 'varying x: ada', 'varying x: bob', 'private x: ada', 'private x: bob'])
})

test('holds: a tab whose account is signed out goes as nobody, whoever else is signed in', async ({
  browsing,
  configure,
  openTwo,
  openUnnamed,
  arrived,
}) => {
  configure()
  await openUnnamed()
  const { ada } = await openTwo()
  await ada.evaluate(() => bearerWorker.signOut())
  arrived()
  for (const step of ['at once', 'after a reload', 'after a stop of the worker']) {
    if (step === 'after a reload') await ada.reload()
    if (step === 'after a stop of the worker') await browsing.stopWorkers()
    await ada.evaluate(() => bearerWorker.ready)
    expect((await ask(ada, '/r/echo?way=signed-out&as=x')).status, step).toBe(401)
  }
  expect([...new Set(arrived())]).toEqual(['signed-out x: no token'])
})
