/** What fails besides the refresh itself: the store, the worker, the clock, other contexts, and who writes to the worker. */
import { ask, failureOf, openApp, openSignedIn, signIn } from './app.ts'
import type { Tab } from './engines/engine.ts'
import { breakWorker, serveFaulty } from './faulty-worker.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

test.skip(({ engineName }) => engineName !== 'chromium', 'needs a worker that is stopped in order, and faults under it')

const state = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).state)

/** Works on the raw database, as other scripts of the origin may. */
function onDatabase(tab: Tab, run: (records: IDBObjectStore) => void): Promise<void> {
  return tab.evaluate(async (source) => {
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('bearer-worker')
      opening.onsuccess = () => resolve(opening.result)
      opening.onerror = () => reject(opening.error)
    })
    const transaction = database.transaction('sessions', 'readwrite')
    const work = (0, eval)(`(${source})`) as (records: IDBObjectStore) => void
    work(transaction.objectStore('sessions'))
    await new Promise((resolve) => (transaction.oncomplete = resolve))
    database.close()
  }, run.toString())
}

test.describe('the store fails', () => {
  for (const store of ['error', 'hang', 'full'] as const) {
    test(`memory serves while the store is in "${store}", and what it learnt is saved when it heals`, async ({ browsing, site, tokens }) => {
      const tab = await openApp(browsing, site, serveFaulty(site))
      await signIn(tab)
      await breakWorker(tab, { store })
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      tokens.issuer.expireAccessTokens()
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(await state(tab)).toBe('active')

      await breakWorker(tab, { store: 'ok' })
      // Healing waits for an event, and rests for a moment after a call that hung.
      const stored = () => tab.evaluate(async () => {
        await bearerWorker.session()
        const database = await new Promise<IDBDatabase>((resolve) => (indexedDB.open('bearer-worker').onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result)))
        const reading = database.transaction('sessions').objectStore('sessions').get('/bearer-worker.json main')
        await new Promise((resolve) => (reading.onsuccess = resolve))
        database.close()
        return (reading.result as { refreshToken: string }).refreshToken
      })
      await expect.poll(stored).toBe(tokens.issuer.latest.refresh_token)
      await browsing.stopWorkers()
      expect((await ask(tab, '/api/rows')).status).toBe(200)
      expect(tokens.refreshes).toHaveLength(1)
    })
  }

  test('a store that was never readable: nobody knows who is signed in, until somebody signs in', async ({ browsing, site, api, tokens }) => {
    const tab = await openApp(browsing, site, serveFaulty(site, { store: 'error' }))
    expect(await failureOf(tab, () => bearerWorker.session())).toMatchObject({ code: 'store-failed' })
    await expect(ask(tab, '/api/rows')).rejects.toThrow('Failed to fetch')
    expect(api.requests).toHaveLength(0)
    await signIn(tab)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
  })

  test('the database is deleted while the worker runs: signed out, no error, and a sign-in begins anew', async ({ browsing, site }) => {
    const tab = await openSignedIn(browsing, site)
    await tab.evaluate(() => new Promise((resolve, reject) => Object.assign(indexedDB.deleteDatabase('bearer-worker'), { onsuccess: resolve, onerror: reject, onblocked: () => reject(new Error('blocked')) })))
    expect(await state(tab)).toBe('signed-out')
    expect((await ask(tab, '/api/rows')).status).toBe(401)
    await signIn(tab)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })

  test('the records are gone: signed out, and a sign-in begins anew', async ({ browsing, site }) => {
    const tab = await openSignedIn(browsing, site)
    await onDatabase(tab, (records) => records.clear())
    await expect.poll(() => state(tab)).toBe('signed-out')
    await signIn(tab)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })

  for (const [what, write] of [
    ['corrupt', (records: IDBObjectStore) => records.put({ version: 1, state: 'active', accessToken: 7, pause: 'yes' }, '/bearer-worker.json main')],
    ['of an older version', (records: IDBObjectStore) => records.put({ version: 0, token: 'at-old' }, '/bearer-worker.json main')],
  ] as const) {
    test(`a record that is ${what}: signed out, and a sign-in begins anew`, async ({ browsing, site }) => {
      const tab = await openSignedIn(browsing, site)
      await onDatabase(tab, write as (records: IDBObjectStore) => void)
      await browsing.stopWorkers()
      expect(await state(tab)).toBe('signed-out')
      expect((await ask(tab, '/api/rows')).status).toBe(401)
      await signIn(tab)
      expect((await ask(tab, '/api/rows')).status).toBe(200)
    })
  }

  test('a database of that name that somebody else made gets its table', async ({ browsing, site }) => {
    const stranger = await browsing.newTab(site.url('/plain.html'))
    await stranger.evaluate(() => new Promise<void>((resolve) => (indexedDB.open('bearer-worker').onsuccess = ({ target }) => ((target as IDBOpenDBRequest).result.close(), resolve()))))
    const tab = await openSignedIn(browsing, site)
    await browsing.stopWorkers()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})

test.describe('whose session it is', () => {
  test('somebody else signs in during a refresh: the late answer changes nothing', async ({ browsing, site, api, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    const gate = tokens.hold()
    tokens.issuer.expireAccessTokens()
    const answer = ask(tab, '/api/rows')
    await gate.arrived()
    const other = tokens.issuer.signIn()
    await tab.evaluate((response) => bearerWorker.setTokens(response), other)
    gate.release()
    expect((await answer).status).toBe(401)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${other.access_token}`)
    await tab.evaluate(() => bearerWorker.refresh())
    expect(tokens.refreshes.at(-1)?.body).toContain(other.refresh_token)
  })

  test('a request that waited is never sent in the name of who came meanwhile', async ({ browsing, site, api, tokens }) => {
    const tab = await openApp(browsing, site)
    const gate = tokens.hold()
    await tab.evaluate((response) => bearerWorker.setTokens({ ...response, expires_in: 0.001 }), tokens.issuer.signIn())
    const answer = ask(tab, '/api/mine')
    await gate.arrived()
    const other = tokens.issuer.signIn()
    await tab.evaluate((response) => bearerWorker.setTokens(response), other)
    gate.release()
    expect((await answer).status).toBe(401)
    expect(api.to('/api/mine').map(({ authorization }) => authorization)).toEqual([undefined])
  })

  test('two workers of two scopes that share the configuration: one refresh, also when the server takes longer than the lock is waited for', async ({ browsing, site, tokens }) => {
    for (const folder of ['one', 'other']) {
      site.pages.set(`/${folder}/sw.js`, "importScripts('/bearer-worker.sw.js')")
      site.pages.set(`/${folder}/`, page({ script: `<script src="/bearer-worker.js" data-worker="/${folder}/sw.js" data-config="/bearer-worker.json"></script>` }))
    }
    const one = await openApp(browsing, site, '/one/')
    const other = await openApp(browsing, site, '/other/')
    await signIn(one)
    expect((await ask(other, '/api/rows')).status).toBe(200)
    tokens.issuer.expireAccessTokens()
    const gate = tokens.hold()
    const answers = [one, other].map((tab) => ask(tab, '/api/rows'))
    await gate.arrived()
    await new Promise((resolve) => setTimeout(resolve, 7_000)) // the policy waits 5 s for the lock, the young token 1 s
    gate.release()
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200])
    expect(tokens.refreshes).toHaveLength(1)
    await one.evaluate(() => bearerWorker.signOut())
    expect((await ask(other, '/api/rows')).status).toBe(401)
  })

  for (const [what, without] of [['', ['serviceWorker']], [' and without locks, as on plain http', ['serviceWorker', 'locks']]] as const) {
    test(`two tabs without a worker${what}: one refresh, the newest token`, async ({ browsing, site, tokens }) => {
      const script = without.map((name) => `Object.defineProperty(Navigator.prototype, '${name}', { value: undefined })`).join(';')
      site.pages.set('/bare.html', page({ script: `<script>${script}</script><script src="/bearer-worker.js"></script>` }))
      const one = await openApp(browsing, site, '/bare.html')
      expect(await one.evaluate(() => bearerWorker.ready)).toBe('page')
      await signIn(one)
      const other = await openApp(browsing, site, '/bare.html')
      for (let round = 0; round < 3; round++) {
        tokens.issuer.expireAccessTokens()
        const answers = [one, other, one, other].map((tab) => ask(tab, '/api/rows'))
        expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200, 200, 200])
        expect(tokens.refreshes).toHaveLength(round + 1)
      }
    })
  }
})

test('a worker stopped between the rotation and the commit tries again at its next start, whatever woke it', async ({ browsing, site, tokens }) => {
  tokens.issuer.graceSeconds = 10
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
  tokens.issuer.expireAccessTokens()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test.describe('messages', () => {
  test('what is no call of the protocol gets one error reply, and changes nothing', async ({ browsing, site, tokens }) => {
    const tab = await openSignedIn(browsing, site)
    const before = await tab.evaluate(() => bearerWorker.session())
    const replies = await tab.evaluate(async () => {
      const names = ['hello', 'claim', 'wake', 'setTokens', 'session', 'refresh', 'getAccessToken', 'authorize', 'atHand', 'abort', 'lastEventId', 'signIn', 'signOut', 'explain', 'history']
      const wrong = [undefined, null, 5, 'x', true, 10n, Symbol.iterator.description]
      const call = (name: unknown, more: object) => ({ bearerWorker: 1, name, ...more })
      const messages: unknown[] = [
        ...[undefined, null, 0, 'hello', true, 10n, [], {}, new Date(), new Map([['bearerWorker', 1]]), new Uint8Array(8), 'x'.repeat(5_000_000)],
        ...[{ bearerWorker: 2, name: 'hello', with: {} }, { bearerWorker: '1', name: 'signOut', with: {} }, call(undefined, {})],
        ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'x'.repeat(1_000_000), 7, 10n, {}, [], ['signOut'], null].map((name) => call(name, { with: {} })),
        ...names.flatMap((name) => wrong.map((value) => call(name, { with: value }))),
        ...['session', 'setTokens', 'refresh', 'getAccessToken', 'atHand', 'signOut'].flatMap((name) => [7, 10n, {}, [], 'nobody', '__proto__', 'x'.repeat(1_000_000)].map((session) => call(name, { with: { session, tokens: {} } }))),
        ...[undefined, 5, {}, { access_token: 5 }, { access_token: {} }, { access_token: 'a\nb' }, JSON.parse('{"__proto__":{"access_token":"at"}}')].map((tokens) => call('setTokens', { with: { tokens } })),
        ...[undefined, 5, {}, { url: 5 }].flatMap((request) => [call('explain', { with: { request } }), call('authorize', { with: { request } })]),
        ...[{}, { url: 5, source: 'x' }, { url: '/', source: 1, id: 'a\r\nauthorization: x' }].map((stream) => call('lastEventId', { with: stream })),
      ]
      const controller = navigator.serviceWorker.controller!
      return Promise.all(
        messages.map(
          (message, index) =>
            new Promise<string>((resolve) => {
              const { port1, port2 } = new MessageChannel()
              const got: boolean[] = []
              port1.onmessage = ({ data }) => {
                got.push((data as { ok: boolean }).ok)
                setTimeout(() => resolve(`${index} ${got.join()}`), 50) // a second reply would come by then
              }
              setTimeout(() => resolve(`${index} silence`), 10_000)
              controller.postMessage(message, [port2])
            }),
        ),
      )
    })
    expect(replies.filter((reply) => !reply.endsWith(' false'))).toEqual([])
    expect(await tab.evaluate(() => bearerWorker.session())).toEqual(before)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(0)
  })

  test('a call whose worker is stopped meets its deadline', async ({ browsing, site, tokens }) => {
    const hurry = '<script>{ const { setTimeout } = window; window.setTimeout = (run, ms, ...rest) => setTimeout(run, ms >= 45000 ? 300 : ms, ...rest) }</script>'
    site.pages.set('/hurry.html', page({ script: `${hurry}<script src="/bearer-worker.js"></script>` }))
    const tab = await openApp(browsing, site, '/hurry.html')
    await signIn(tab)
    tokens.hold()
    expect(await failureOf(tab, () => bearerWorker.refresh())).toMatchObject({ code: 'timeout' })
  })
})

test('a failure for now tells the page what and until when; being online again ends the pause', async ({ browsing, site, tokens }) => {
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
  await expect.poll(() => tab.evaluate(() => (window as unknown as { outcomes: string[] }).outcomes)).toEqual(['for-now'])

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
