/**
 * The store fails: it hangs, errors, is full, is emptied or holds nonsense. Memory serves while it heals; an empty
 * one means signed out.
 */
import { ask, failureOf, openApp, openSignedIn, signIn } from './app.ts'
import { onDatabase } from './database.ts'
import type { Tab } from './engines/engine.ts'
import { breakWorker, serveFaulty } from './faulty-worker.ts'
import { expect, test } from './fixtures.ts'

const state = (tab: Tab) => tab.evaluate(async () => (await bearerWorker.session()).state)

for (const store of ['error', 'hang', 'full'] as const) {
  test(`memory serves while the store is in "${store}", and what it learnt is saved when it heals`, async ({
    browsing,
    site,
    tokens,
  }) => {
    const path = serveFaulty(site)
    await browsing.prime(site.url(path))
    const tab = await openApp(browsing, site, path)
    await signIn(tab)
    await breakWorker(tab, { store })
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(await state(tab)).toBe('active')

    await breakWorker(tab, { store: 'ok' })
    // Healing waits for an event, and rests for a moment after a call that hung.
    const stored = () =>
      tab.evaluate(async () => {
        await bearerWorker.session()
        const database = await new Promise<IDBDatabase>(
          (resolve) =>
            (indexedDB.open('bearer-worker').onsuccess = ({ target }) => resolve((target as IDBOpenDBRequest).result)),
        )
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

test('a store that was never readable: nobody knows who is signed in, until somebody signs in', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openApp(browsing, site, serveFaulty(site, { store: 'error' }))
  expect(await failureOf(tab, () => bearerWorker.session())).toMatchObject({ code: 'store-failed' })
  await expect(ask(tab, '/api/rows')).rejects.toThrow()
  expect(api.requests).toHaveLength(0)
  await signIn(tab)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
  expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${tokens.issuer.latest.access_token}`)
})

test('the database is deleted while the worker runs: signed out, no error, and a sign-in begins anew', async ({
  browsing,
  site,
}) => {
  const tab = await openSignedIn(browsing, site)
  await tab.evaluate(
    () =>
      new Promise((resolve, reject) =>
        Object.assign(indexedDB.deleteDatabase('bearer-worker'), {
          onsuccess: resolve,
          onerror: reject,
          onblocked: () => reject(new Error('blocked')),
        }),
      ),
  )
  expect(await state(tab)).toBe('signed-out')
  expect((await ask(tab, '/api/rows')).status).toBe(401)
  await signIn(tab)
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})

test('the user clears the data of the site: signed out, no error, and a sign-in begins anew', async ({
  browsing,
  site,
}) => {
  test.skip(!browsing.clearDatabases, 'this engine cannot be told to')
  const tab = await openSignedIn(browsing, site)
  await browsing.clearDatabases!(site.url())
  await expect.poll(() => state(tab)).toBe('signed-out')
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
  [
    'corrupt',
    (records: IDBObjectStore) =>
      records.put({ version: 1, state: 'active', accessToken: 7, pause: 'yes' }, '/bearer-worker.json main'),
  ],
  [
    'of an older version',
    (records: IDBObjectStore) => records.put({ version: 0, token: 'at-old' }, '/bearer-worker.json main'),
  ],
] as const) {
  test(`a record that is ${what}: signed out, and a sign-in begins anew`, async ({ browsing, site }) => {
    await browsing.prime(site.url())
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
  await stranger.evaluate(
    () =>
      new Promise<void>(
        (resolve) =>
          (indexedDB.open('bearer-worker').onsuccess = ({ target }) => (
            (target as IDBOpenDBRequest).result.close(), resolve()
          )),
      ),
  )
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})
