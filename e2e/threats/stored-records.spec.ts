/** A record that is no record is as good as none: each record × whatever a script can put in its place. */
import { ask, leave, openApp, openSignedIn } from '../app.ts'
import { oneSession } from '../configurations.ts'
import { onDatabase } from '../database.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, expect, oidcSession, test } from '../oauth.ts'
import { type Change, CONFIGURATION, lookAt, METADATA, poison, RECORD, tabOfNextRound } from './poison.ts'

/** What a structured clone can hold, by name: made in the page. */
const POISONS: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  'a number': () => Number.MAX_SAFE_INTEGER,
  'a text': () => 'x'.repeat(1_000_000),
  'a list': () => [[], [[]]],
  'an empty object': () => ({}),
  'a cycle': () => {
    const value: Record<string, unknown> = { version: 1, state: 'active', epoch: 1, generation: 1, accessToken: 'a' }
    return Object.assign(value, { claims: value, configuration: value, metadata: value, pause: value, text: '{}' })
  },
  'what JSON cannot say': () => ({
    version: 1,
    text: 10n,
    metadata: new Map([[1, new Date(NaN)]]),
    at: NaN,
    state: /x/,
  }),
  'the highest counts': () => ({
    version: 1,
    state: 'active',
    epoch: Number.MAX_SAFE_INTEGER,
    generation: 999_999_999_999_999,
    accessToken: 'a',
  }),
  'counts at the limit': () => ({
    version: 1,
    state: 'active',
    epoch: 999_999_999_999_999,
    generation: 999_999_999_999_999,
    accessToken: 'a',
    refreshToken: 'r',
  }),
  'members that all objects have, and objects in place of texts': () => {
    const names = '{"__proto__":{"state":"active"},"constructor":{"prototype":{}},"toString":1,"hasOwnProperty":null}'
    const own = JSON.parse(names) as object
    const text = new String('active')
    return Object.assign(own, { version: 1, state: text, epoch: new Number(1), text, apis: own, at: new Date() })
  },
  'what is nested deeply': () => {
    const record: Record<string, unknown> = { version: 1, state: 'active', epoch: 1, generation: 1, accessToken: 'a' }
    let deep: unknown = 'a'
    for (let i = 0; i < 2_000; i++) deep = [deep]
    return Object.assign(record, { configuration: deep, metadata: deep, apis: { deep }, pause: deep, text: '{}' })
  },
  bytes: () => new Uint8Array(1_000_000),
  'a pause without an end': () => ({
    version: 1,
    state: 'active',
    epoch: 1,
    generation: 1,
    refreshToken: 'r',
    pause: { kind: 'for-now', failures: NaN, retryAt: Infinity },
  }),
}

/** Records that are poisoned together have nothing to do with each other. */
const RECORDS = [
  [RECORD],
  [CONFIGURATION],
  [`dpop ${RECORD}`],
  [METADATA, 'sign-in /bearer-worker.json x', 'routes ', 'clients /bearer-worker.json', `${RECORD} account`],
] as const

for (const records of RECORDS) {
  const isDpop = records[0].startsWith('dpop ')
  test(`whatever stands at "${records.join('", "')}", the page is covered, and a sign-in begins anew`, async ({
    browsing,
    engineName,
    site,
    id,
  }) => {
    test.setTimeout(120_000)
    site.configuration = oneSession(oidcSession(id, { dpop: isDpop }))
    await browsing.prime(site.url())
    let tab = await openApp(browsing, site)
    const tokens = await id.issueTokens()
    for (const [name, make] of Object.entries(POISONS)) {
      tab = await tabOfNextRound({ browsing, site, engineName }, tab)
      for (const record of records) await poison(tab, record, make as Change)
      await browsing.stopWorkers()
      await tab.reload()
      const access_token = `at-${name.length}`
      const view = await tab.evaluate(
        async (tokens) => {
          await bearerWorker.ready
          await bearerWorker.setTokens(tokens)
          return bearerWorker.session()
        },
        { ...tokens, access_token },
      )
      expect(view, name).toMatchObject({ state: 'active' })
      // Where the browser takes too long to write, the worker keeps it in memory, and writes it at the next use.
      const kept = async () => {
        await tab.evaluate(() => bearerWorker.session())
        return keptToken(tab)
      }
      await expect.poll(kept, name).toBe(access_token)
    }
  })
}

/** Of the session. The whole store would take long to be sent: the poisons are large. */
const keptToken = (tab: Tab) => lookAt(tab, RECORD, ({ accessToken }: { accessToken: string }) => accessToken)

test('keys that are no texts prevent no sign-in', async ({ browsing, site, id }) => {
  await browsing.prime(site.url())
  const tab = await openApp(browsing, site)
  await poison(tab, RECORD, () => null)
  await onDatabase(tab, (records) => {
    for (const key of [7, new Date(), ['sign-in'], new Uint8Array(2)]) records.put('x', key)
  })
  await browsing.stopWorkers()
  await leave(tab, () => bearerWorker.signIn(), undefined)
  await arrivedAt(tab, `${id.url}/`)
})

test('a table of another kind is made anew', async ({ browsing, site }) => {
  const stranger = await browsing.newTab(site.url('/plain.html'))
  await stranger.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('bearer-worker', 7)
        opening.onupgradeneeded = () => opening.result.createObjectStore('sessions', { keyPath: 'id' })
        opening.onsuccess = () => {
          opening.result.close()
          resolve()
        }
      }),
  )
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  await browsing.stopWorkers()
  expect((await ask(tab, '/api/rows')).status).toBe(200)
})
