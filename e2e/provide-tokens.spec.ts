/** `"refresh": { "by": "page" }`: code of the page provides tokens, in one tab, for everybody. */
import { CONSOLE, toldOf } from './all-ways-to-send.ts'
import { ask, failureOf, openApp } from './app.ts'
import { oneSession } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

declare global {
  var reasons: string[]
  var answered: Promise<number> | undefined
  var aborted: Promise<boolean>
  var isAsked: boolean
  var refreshing: Promise<unknown>
}

const byPage = (changes: object = {}) => oneSession({ resources: ['/api/*'], refresh: { by: 'page', ...changes } })

/** The site as it is where a worker runs, and where none can. */
const PLACES = [
  ['a worker asks', '<script src="/bearer-worker.js"></script>'],
  [
    'the page itself asks',
    '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
  ],
] as const

/** Opens a page whose own code signs in, as an SDK does; it notes why it was asked. */
async function openWithProvider(
  browsing: Browsing,
  site: Site,
  provides: 'tokens' | 'nothing' = 'tokens',
): Promise<Tab> {
  const tab = await openApp(browsing, site)
  await provide(tab, provides)
  return tab
}

async function provide(tab: Tab, provides: 'tokens' | 'nothing' = 'tokens'): Promise<void> {
  await tab.evaluate(
    ({ provides, password }) => {
      globalThis.reasons = []
      bearerWorker.provideTokens(async ({ reason }) => {
        reasons.push(reason)
        if (provides === 'nothing') return new Promise(() => {})
        const body = JSON.stringify({ username: 'ada', password })
        return (await fetch('/auth/login', { method: 'POST', body })).json()
      })
    },
    { provides, password: PASSWORD },
  )
}

const reasonsOf = (tab: Tab) => tab.evaluate(() => reasons)

/** Begins a request, and does not wait for its answer. */
const begin = (tab: Tab) =>
  tab.evaluate(() => {
    globalThis.answered = fetch('/api/rows').then(({ status }) => status)
  })

const statusOf = (tab: Tab) => tab.evaluate(() => answered)

const stateOf = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).state)

test.beforeEach(({ site }) => {
  site.configuration = byPage()
})

test('one tab is asked, once, for the requests of all tabs', async ({ browsing, site, api, tokens }) => {
  const one = await openWithProvider(browsing, site)
  const other = await openWithProvider(browsing, site)
  const asked = async () => [...(await reasonsOf(one)), ...(await reasonsOf(other))]
  const askAll = () => Promise.all([one, other, one, other].map((tab) => ask(tab, '/api/rows')))

  expect((await askAll()).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await asked()).toEqual(['missing'])

  tokens.issuer.expireAccessTokens()
  expect((await askAll()).map(({ status }) => status)).toEqual([200, 200, 200, 200])
  expect(await asked()).toHaveLength(2)
  expect(await asked()).toContain('refused')

  await one.evaluate(() => bearerWorker.refresh())
  expect(await asked()).toContain('asked')
  expect(tokens.signIns).toHaveLength(3)
  expect(api.requests.every(({ authorization }) => authorization !== undefined)).toBe(true)
})

test('a tab that is closed while it provides hands over to another', async ({ browsing, site, tokens }) => {
  const closing = await openWithProvider(browsing, site, 'nothing')
  const asking = await openApp(browsing, site)
  await begin(asking)
  await expect.poll(() => reasonsOf(closing)).toEqual(['missing'])

  const other = await openWithProvider(browsing, site)
  expect(await reasonsOf(other)).toEqual([])
  await closing.close()

  expect(await statusOf(asking)).toBe(200)
  expect(await reasonsOf(other)).toEqual(['missing'])
  expect(tokens.signIns).toHaveLength(1)
})

test('while no page provides, a request waits for one that does', async ({ browsing, site, api }) => {
  const asking = await openApp(browsing, site)
  await begin(asking)
  await openWithProvider(browsing, site)
  expect(await statusOf(asking)).toBe(200)
  expect(api.to('/api/rows')).toHaveLength(1)
})

for (const [place, script] of PLACES)
  test(`a page whose code registers its provider late: ${place}`, async ({ browsing, site, api }) => {
    site.pages.set('/', page({ script }))
    const tab = await openApp(browsing, site)
    await begin(tab)
    await provide(tab)
    expect(await statusOf(tab)).toBe(200)
    expect(await reasonsOf(tab)).toEqual(['missing'])
    expect(api.to('/api/rows')).toHaveLength(1)
  })

test('a page that provides ends the pause that followed when no page did', async ({ browsing, site }) => {
  site.configuration = byPage({ timeoutSeconds: 1 })
  const tab = await openApp(browsing, site)
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ reason: 'no-provider' })
  const paused = () => tab.evaluate(async () => (await bearerWorker.session()).retryAt !== undefined)
  expect(await paused()).toBe(true)
  await provide(tab)
  await expect.poll(paused).toBe(false)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('a page without the page script keeps no question from the one that provides', async ({ browsing, site, api }) => {
  const tab = await openWithProvider(browsing, site)
  // It is looked at, so it is asked first.
  await browsing.newTab(site.url('/plain.html'))
  await begin(tab)
  expect(await statusOf(tab)).toBe(200)
  expect(await reasonsOf(tab)).toEqual(['missing'])
  expect(api.to('/api/rows')).toHaveLength(1)
})

test('a provider that brings no plain data has failed, and the console says so', async ({ browsing, site }) => {
  site.pages.set('/', page({ script: `${CONSOLE}<script src="/bearer-worker.js"></script>` }))
  const tab = await openApp(browsing, site)
  await tab.evaluate(() => void bearerWorker.provideTokens(async () => ({ access_token: 'a', toString: () => 'b' })))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ reason: 'provider-failed' })
  expect((await toldOf(tab)).join()).toContain('plain data')
})

test('none that provides within the limit means for now', async ({ browsing, site, tokens }) => {
  site.configuration = byPage({ timeoutSeconds: 1 })
  const tab = await openApp(browsing, site)
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'refresh-failed' })
  expect(await stateOf(tab)).not.toBe('ended')
  expect(tokens.signIns).toEqual([])
})

test('a provider that rejects means for now, one that resolves with null ends the session', async ({
  browsing,
  site,
  tokens,
}) => {
  site.tapsConsole = true
  const tab = await openWithProvider(browsing, site)
  expect((await ask(tab, '/api/rows')).status).toBe(200)

  await tab.evaluate(() => bearerWorker.provideTokens(() => Promise.reject(new Error('The popup was closed.'))))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'refresh-failed' })
  expect(await stateOf(tab)).toBe('active')
  await expect.poll(() => site.console.join('\n')).toContain('The popup was closed.')

  await tab.evaluate(() => bearerWorker.provideTokens(async () => null))
  expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'session-ended' })
  expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'ended', reason: 'provider-ended' })
  expect(tokens.signIns).toHaveLength(1)
})

for (const [place, script] of PLACES)
  test(`a provider is told when nobody waits for it any more: ${place}`, async ({ browsing, site }) => {
    site.configuration = byPage({ timeoutSeconds: 60 })
    site.pages.set('/', page({ script }))
    const tab = await openWithProvider(browsing, site)
    expect((await ask(tab, '/api/rows')).status).toBe(200)

    const refresh = () =>
      tab.evaluate(() => {
        globalThis.aborted = new Promise((resolve) => {
          bearerWorker.provideTokens(
            ({ signal }) =>
              new Promise((_, reject) => {
                globalThis.isAsked = true
                signal.onabort = () => {
                  resolve(signal.aborted)
                  reject(signal.reason)
                }
              }),
          )
        })
        globalThis.isAsked = false
        globalThis.refreshing = bearerWorker.refresh().catch(({ code }: { code: string }) => code)
      })
    await refresh()
    await expect.poll(() => tab.evaluate(() => isAsked)).toBe(true)
    await tab.evaluate(() => bearerWorker.signOut())
    expect(await tab.evaluate(() => aborted)).toBe(true)
    expect(await tab.evaluate(() => refreshing)).toBe('signed-out')

    site.configuration = byPage({ timeoutSeconds: 1 })
    await tab.goto(site.url('/?again'))
    await tab.evaluate(() => bearerWorker.ready)
    await refresh()
    expect(await tab.evaluate(() => aborted)).toBe(true)
    expect(await tab.evaluate(() => refreshing)).toBe('refresh-failed')
  })

test('a provider that repeats a token without its lifetime does not prolong it', async ({ browsing, site, tokens }) => {
  const tab = await openApp(browsing, site)
  await tab.evaluate((password) => {
    globalThis.reasons = []
    let cached: Promise<string> | undefined
    const signIn = async () => {
      const body = JSON.stringify({ username: 'ada', password })
      const answer = (await (await fetch('/auth/login', { method: 'POST', body })).json()) as { access_token: string }
      return answer.access_token
    }
    // An SDK that gives what it has, whatever it is asked for.
    bearerWorker.provideTokens(async ({ reason }) => {
      reasons.push(reason)
      cached ??= signIn()
      return { access_token: await cached }
    })
  }, PASSWORD)
  Object.assign(tokens.issuer, { format: 'jwt', tellsLifetime: false })
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  const before = await tab.evaluate(async () => (await bearerWorker.session()).expiresAt)
  expect(before).toEqual(expect.any(Number))
  await tab.evaluate(() => bearerWorker.refresh())
  expect(await reasonsOf(tab)).toEqual(['missing', 'asked'])
  expect(await tab.evaluate(async () => (await bearerWorker.session()).expiresAt)).toBe(before)
})
