/** Generations and epochs: late answers, other contexts, other people. */
import { ask, openApp, openSignedIn, signIn } from './app.ts'
import { onDatabase } from './database.ts'
import { oauthSession, oneSession } from './configurations.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

test('somebody else signs in during a refresh: the late answer changes nothing', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
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

test('a request that waited is never sent in the name of who came meanwhile', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
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

test('the server ends a session that another context has brought on meanwhile: the newer tokens stay', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const answer = ask(tab, '/api/rows')
  await gate.arrived()
  const newer = tokens.issuer.signIn()
  await onDatabase(tab, writeNewer, {
    accessToken: newer.access_token,
    refreshToken: newer.refresh_token,
    generations: 1,
    epochs: 0,
  })
  tokens.fail('code-invalid-grant')
  gate.release()
  expect((await answer).status).toBe(200)
  expect(api.requests.at(-1)?.authorization).toBe(`Bearer ${newer.access_token}`)
  expect(await tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('active')
})

test('tokens that come when the user has left in another context are nobody’s: they are revoked', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  const tab = await openSignedIn(browsing, site)
  const gate = tokens.hold()
  tokens.issuer.expireAccessTokens()
  const answer = ask(tab, '/api/rows')
  await gate.arrived()
  await onDatabase(tab, writeNewer, { state: 'signed-out', generations: 1, epochs: 1 })
  gate.release()
  expect((await answer).status).toBe(401)
  await expect
    .poll(() => tokens.revocations.map(({ body }) => new URLSearchParams(body).get('token')))
    .toContain(tokens.issuer.latest.refresh_token)
  expect((await ask(tab, '/api/rows')).status).toBe(401)
})

test('two workers of two scopes that share the configuration: one refresh, also when the server takes longer than the lock is waited for', async ({
  browsing,
  site,
  tokens,
}) => {
  site.headers.set('/bearer-worker.json', { 'bearer-worker-configuration': '1' })
  for (const folder of ['one', 'other']) {
    site.pages.set(`/${folder}/sw.js`, "importScripts('/bearer-worker.sw.js')")
    site.pages.set(
      `/${folder}/`,
      page({
        script: `<script src="/bearer-worker.js" data-worker="/${folder}/sw.js" data-config="/bearer-worker.json"></script>`,
      }),
    )
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

for (const [what, without] of [
  ['', ['serviceWorker']],
  [' and without locks, as on plain http', ['serviceWorker', 'locks']],
] as const) {
  test(`two tabs without a worker${what}: one refresh, the newest token`, async ({ browsing, site, tokens }) => {
    const script = without
      .map((name) => `Object.defineProperty(Navigator.prototype, '${name}', { value: undefined })`)
      .join(';')
    site.pages.set(
      '/bare.html',
      page({ script: `<script>${script}</script><script src="/bearer-worker.js"></script>` }),
    )
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

/** Writes as another context does that was first. */
function writeNewer(
  records: IDBObjectStore,
  {
    generations,
    epochs,
    ...changes
  }: { readonly generations: number; readonly epochs: number } & Readonly<Record<string, unknown>>,
): void {
  const key = '/bearer-worker.json main'
  records.get(key).onsuccess = ({ target }) => {
    const { journal: _, ...old } = (target as IDBRequest<{ epoch: number; generation: number; journal?: unknown }>)
      .result
    const base = changes['state'] === 'signed-out' ? { version: 1 } : old
    records.put({ ...base, ...changes, epoch: old.epoch + epochs, generation: old.generation + generations }, key)
  }
}
