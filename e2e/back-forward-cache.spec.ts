/** A page from the back-forward cache. */
import { openApp, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { freeze, thaw, wasReloaded } from './frozen-page.ts'

/** A page that is not really stopped may hear of the new session before it is shown again. */
const learn = (tab: Tab) => tab.evaluate(() => bearerWorker.session().then(() => {}))

for (const [name, meanwhile] of [
  [
    'another user signed in',
    async (tab: Tab) => void (await tab.evaluate(() => bearerWorker.signOut()), await signIn(tab)),
  ],
  ['the user signed out', (tab: Tab) => tab.evaluate(() => bearerWorker.signOut())],
] as const) {
  test(`${name} meanwhile: it is loaded anew`, async ({ browsing, site }) => {
    const tab = await openApp(browsing, site)
    const other = await openApp(browsing, site)
    await signIn(tab)
    await freeze(tab)
    await meanwhile(other)
    await learn(tab)
    await thaw(tab)
    await expect.poll(() => wasReloaded(tab)).toBe(true)
  })
}

test('site data were cleared, and somebody signed in meanwhile: it is loaded anew', async ({ browsing, site }) => {
  site.mounts.set('/clear', (_, response) => {
    response.writeHead(200, { 'clear-site-data': '"storage"', 'content-type': 'text/plain' }).end('cleared')
  })
  const tab = await openApp(browsing, site)
  const other = await openApp(browsing, site)
  await signIn(tab)
  await freeze(tab)
  await other.evaluate(() => fetch('/clear').then((response) => response.text()))
  await signIn(other)
  await learn(tab)
  await thaw(tab)
  await expect.poll(() => wasReloaded(tab)).toBe(true)
})

test('somebody signed in where nobody was: it is loaded anew', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site)
  const other = await openApp(browsing, site)
  await freeze(tab)
  await signIn(other)
  await learn(tab)
  await thaw(tab)
  await expect.poll(() => wasReloaded(tab)).toBe(true)
})

test('the same user, refreshed meanwhile: it stays', async ({ browsing, site }) => {
  const tab = await openApp(browsing, site)
  const other = await openApp(browsing, site)
  await signIn(tab)
  await freeze(tab)
  await other.evaluate(() => bearerWorker.refresh())
  await thaw(tab)
  await tab.evaluate(() => bearerWorker.session())
  expect(await wasReloaded(tab)).toBe(false)
})
