/** `"refresh": { "by": "page" }` where no worker asks the pages: another tab provides, and no token goes from page to page. */
import { ask, failureOf, openApp } from './app.ts'
import { oneSession } from './configurations.ts'
import type { Browsing, Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page, type Site } from './servers/site.ts'
import { PASSWORD } from '../src/testing/servers/token-server.ts'

declare global {
  var asked: string[]
  var heard: unknown[]
  var refreshing: Promise<unknown>
  var stopProviding: () => void
}

const TAG = '<script src="/bearer-worker.js"></script>'
const WITHOUT_WORKER = `<script>delete Navigator.prototype.serviceWorker</script>${TAG}`
/** On plain http there are no locks either: what a page has noted in the store stands in for them. */
const WITHOUT_LOCKS = `<script>delete Navigator.prototype.locks</script>${WITHOUT_WORKER}`

/** What the code of a tab does when it is asked for a token. */
type Provides = 'tokens' | 'nothing yet' | 'null' | 'a failure'

const open = (browsing: Browsing, site: Site, script: string): Promise<Tab> => {
  site.pages.set('/', page({ script }))
  return openApp(browsing, site)
}

async function provide(tab: Tab, provides: Provides = 'tokens'): Promise<Tab> {
  await tab.evaluate(
    ({ provides, password }) => {
      globalThis.asked = []
      globalThis.stopProviding = bearerWorker.provideTokens(async ({ reason, account }) => {
        asked.push(account === undefined ? reason : `${reason} for ${account}`)
        if (provides === 'nothing yet') return new Promise(() => {})
        if (provides === 'a failure') throw new Error('The popup was closed.')
        if (provides === 'null') return null
        const body = JSON.stringify({ username: 'ada', password })
        return (await fetch('/auth/login', { method: 'POST', body })).json()
      })
    },
    { provides, password: PASSWORD },
  )
  return tab
}

/** Why the code of these tabs was asked since the last look. */
const askedOf = async (...tabs: readonly Tab[]): Promise<readonly string[]> =>
  (await Promise.all(tabs.map((tab) => tab.evaluate(() => asked.splice(0))))).flat()

const status = async (tab: Tab): Promise<number> => (await ask(tab, '/api/rows')).status
const refresh = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.refresh()).state)
const failed = (tab: Tab) => failureOf(tab, () => bearerWorker.refresh())

test('a page without a worker has a tab that provides refresh, and reads the token from the store', async ({
  browsing,
  site,
  tokens,
}) => {
  site.configuration = oneSession({ resources: ['/api/*'], refresh: { by: 'page', timeoutSeconds: 20 } })
  const asking = await open(browsing, site, WITHOUT_WORKER)
  await asking.evaluate(() => {
    globalThis.heard = []
    new BroadcastChannel('bearer-worker /bearer-worker.json').onmessage = ({ data }) => heard.push(data)
  })
  let first = await provide(await open(browsing, site, WITHOUT_WORKER))
  const second = await provide(await open(browsing, site, WITHOUT_WORKER))

  await test.step('one of two tabs is asked, once, with the reason', async () => {
    expect(await Promise.all([status(asking), status(asking)])).toEqual([200, 200])
    expect(await askedOf(first, second)).toEqual(['missing'])
    tokens.issuer.expireAccessTokens()
    expect(await Promise.all([status(asking), status(asking)])).toEqual([200, 200])
    expect(await askedOf(first, second)).toEqual(['refused'])
    expect(await refresh(asking)).toBe('active')
    expect(await askedOf(first, second)).toEqual(['asked'])
  })

  await test.step('no token goes through the channel', async () => {
    const stored = await asking.evaluate(
      () =>
        new Promise<string>((resolve) => {
          indexedDB.open('bearer-worker').onsuccess = ({ target }) => {
            const { result } = target as IDBOpenDBRequest
            const store = result.transaction(result.objectStoreNames[0]!).objectStore(result.objectStoreNames[0]!)
            store.getAll().onsuccess = (event) => resolve(JSON.stringify((event.target as IDBRequest).result))
          }
        }),
    )
    const secrets = [...new Set(stored.match(/"(access|refresh)Token":"[^"]+"/g))].map((each) => each.split('"')[3]!)
    expect(secrets.length).toBeGreaterThan(0)
    const said = await asking.evaluate(() => JSON.stringify(heard))
    expect(said).toContain('"tried"')
    for (const secret of secrets) expect(said).not.toContain(secret)
  })

  await test.step('a failure is the answer for all: no second tab is asked', async () => {
    await Promise.all([provide(first, 'a failure'), provide(second, 'a failure')])
    expect(await failed(asking)).toMatchObject({ code: 'refresh-failed', reason: 'provider-failed' })
    expect(await askedOf(first, second)).toEqual(['asked'])
  })

  await test.step('a tab that is closed while it provides hands over to another', async () => {
    await provide(first, 'nothing yet')
    await second.evaluate(() => stopProviding())
    const refreshed = refresh(asking)
    await expect.poll(() => first.evaluate(() => asked)).toEqual(['asked'])
    await provide(second)
    await first.close()
    expect(await refreshed).toBe('active')
    expect(await askedOf(second)).toEqual(['asked'])
  })

  await test.step('a tab of another account is not asked, and one that provides later is', async () => {
    await second.evaluate(() => bearerWorker.use('bob'))
    await asking.evaluate(() => bearerWorker.signOut())
    await asking.evaluate(() => {
      globalThis.refreshing = bearerWorker.refresh().then(({ state }) => state)
    })
    first = await provide(await open(browsing, site, TAG))
    expect(await asking.evaluate(() => refreshing)).toBe('active')
    expect([await askedOf(first), await askedOf(second)]).toEqual([['asked'], []])
  })

  await test.step('a tab that a worker covers provides, too', async () => {
    expect(await refresh(asking)).toBe('active')
    expect(await askedOf(first)).toEqual(['asked'])
    await second.close()
  })

  await test.step('without locks, too', async () => {
    const [one, other] = [await open(browsing, site, WITHOUT_LOCKS), await open(browsing, site, WITHOUT_LOCKS)]
    await first.close()
    await Promise.all([provide(one), provide(other)])
    const lockless = await open(browsing, site, WITHOUT_LOCKS)
    expect(await refresh(lockless)).toBe('active')
    expect(await askedOf(one, other)).toEqual(['asked'])
    await provide(one, 'null')
    await other.close()
    expect(await failed(lockless)).toMatchObject({ code: 'session-ended', reason: 'provider-ended' })
    expect(await asking.evaluate(async () => (await bearerWorker.session()).state)).toBe('ended')
  })

  await test.step('what another script says of the channel refreshes nothing that is not wanted', async () => {
    const one = await provide(await open(browsing, site, WITHOUT_WORKER))
    expect(await refresh(one)).toBe('active')
    await askedOf(one)
    const tried = await asking.evaluate(
      () =>
        new Promise<string[]>((resolve) => {
          const channel = new BroadcastChannel('bearer-worker /bearer-worker.json')
          const ids = new Set<string>()
          const sent = [
            { session: 'main', reason: 'asked', epoch: -2, generation: 0 },
            { session: 'main', reason: 'expired', epoch: -1, generation: NaN },
            { session: 'main', reason: 'refused', epoch: 0, generation: 2 ** 53, api: '["x",null]' },
            { session: 'main', reason: 'asked', epoch: -3, generation: 1, api: '__proto__' },
          ]
          channel.onmessage = ({ data }) => {
            if (data.kind === 'tried' && ids.add(data.id).size === sent.length) resolve([...ids].sort())
          }
          for (const [index, wanted] of sent.entries())
            channel.postMessage({ kind: 'wanted', id: `${index}`, ...wanted })
        }),
    )
    expect(tried).toEqual(['0', '1', '2', '3'])
    expect(await askedOf(one)).toEqual([])
  })
})
