/** What fails besides the refresh itself: the worker, the network, the clock. */
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { breakWorker, serveFaulty } from './faulty-worker.ts'
import { expect, test } from './fixtures.ts'

test('a worker stopped between the rotation and the commit tries again at its next start, whatever woke it', async ({
  browsing,
  site,
  tokens,
}) => {
  tokens.issuer.graceSeconds = 10
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  await tab.evaluate(() => void bearerWorker.refresh().catch(() => {}))
  await gate.arrived()
  await browsing.stopWorkers()
  gate.release()
  await expect.poll(() => tokens.issuer.issued.length).toBe(2)

  await tab.evaluate(() => bearerWorker.session())
  await expect.poll(() => tokens.issuer.issued.length).toBe(3)
  expect(tokens.refreshes).toHaveLength(2)
  // A token that expires on its way to the worker is another matter.
  await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).refreshing)).toBe(false)
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('a failure for now tells the page what and until when; being online again ends the pause', async ({
  browsing,
  site,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(() => {
    const outcomes: string[] = []
    Object.assign(window, { outcomes })
    bearerWorker.addEventListener('refresh', ({ detail }) => outcomes.push(detail.outcome))
  })
  tokens.fail('status-503-seconds')
  tokens.issuer.expireAccessTokens()
  for (let round = 0; round < 5; round++) expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(tokens.refreshes, 'the pause holds').toHaveLength(1)
  const view = await tab.evaluate(() => bearerWorker.session())
  expect(view).toMatchObject({ state: 'active', reason: 'http-503', refreshing: false })
  expect(Number(view.retryAt) - Date.now()).toBeGreaterThan(30_000)
  await expect
    .poll(() => tab.evaluate(() => (window as unknown as { outcomes: string[] }).outcomes))
    .toEqual(['for-now'])

  tokens.recover()
  await tab.evaluate(() => window.dispatchEvent(new Event('online')))
  await expect.poll(async () => (await tab.evaluate(() => bearerWorker.session())).retryAt).toBeUndefined()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('a pause for a wrong configuration ends when a page is loaded anew', async ({ browsing, site, tokens }) => {
  const tab = await openSignedIn(browsing, site)
  tokens.fail('code-invalid-client')
  tokens.issuer.expireAccessTokens()
  for (let round = 0; round < 3; round++) expect((await ask(tab, '/api/rows')).status).toBe(401)
  expect(tokens.refreshes).toHaveLength(1)
  tokens.recover()
  await openApp(browsing, site)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test.describe('the device clock', () => {
  const HOURS = 3_600_000
  for (const [what, initial, later] of [
    ['two hours ahead', 2 * HOURS, 2 * HOURS],
    ['two hours behind', -2 * HOURS, -2 * HOURS],
    ['set back two hours while running', 0, -2 * HOURS],
    ['set ahead two hours while running', 0, 2 * HOURS],
  ] as const) {
    test(`${what}: no loop, no lost session`, async ({ browsing, site, tokens }) => {
      const tab = await openApp(browsing, site, serveFaulty(site, { clock: initial }))
      await signIn(tab)
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      await breakWorker(tab, { clock: later })
      for (let round = 0; round < 5; round++) expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(tokens.refreshes).toHaveLength(initial === later ? 0 : 1)
      tokens.issuer.expireAccessTokens()
      for (let round = 0; round < 3; round++) expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(tokens.refreshes).toHaveLength(initial === later ? 1 : 2)
    })
  }

  test('a pause does not outlast a clock that is set back', async ({ browsing, site, tokens }) => {
    const tab = await openApp(browsing, site, serveFaulty(site))
    await signIn(tab)
    tokens.fail('status-500-empty')
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(401)
    tokens.recover()
    await breakWorker(tab, { clock: -HOURS / 2 })
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})
