import { ask, askByXhr, openApp } from './app.ts'
import { shows } from './capabilities.ts'
import { oneSession } from './configurations.ts'
import type { AuthorizationServer } from '../scripts/demo/authorization-server.ts'
import type { Tab } from './engines/engine.ts'
import { page, type Site } from './servers/site.ts'
import { arrivedAt, expect, leaveForSignIn, oidcSession, openSignedInAt, press, readStore, test } from './oauth.ts'

/** Asks for a nonce in every proof, at the token endpoint and at the API. */
test.use({ dpopNonces: true })

const RECORD = '/bearer-worker.json main'
const KEY = 'dpop /bearer-worker.json main'

function bindTokens(site: Site, id: AuthorizationServer, changes = {}): void {
  site.configuration = oneSession(oidcSession(id, { dpop: true }, changes))
}

/** The status of an upload whose page looks at its progress. */
function upload(tab: Tab, url: string): Promise<number> {
  return tab.evaluate(
    (url) =>
      new Promise<number>((resolve) => {
        const request = new XMLHttpRequest()
        request.open('POST', url)
        request.upload.onprogress = () => {}
        request.onloadend = () => resolve(request.status)
        request.send('a body')
      }),
    url,
  )
}

test(
  'each request has a proof of its own, and what the server wants in it costs no refresh',
  shows('DPoP, with a key that cannot be exported'),
  async ({ browsing, site, id }) => {
    bindTokens(site, id)
    const tab = await openSignedInAt(browsing, id, site)
    expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({ state: 'active', tokenType: 'DPoP' })
    const statuses = await tab.evaluate(
      (url) => Promise.all(Array.from({ length: 5 }, async () => (await fetch(url)).status)),
      `${id.url}/rows`,
    )
    expect(statuses).toEqual([200, 200, 200, 200, 200])
    expect(new Set(id.guard.proofs).size).toBe(id.guard.proofs.length)
    expect(id.counts).toMatchObject({ rows: 5, refreshes: 0 })

    const refusedBefore = id.counts.refused
    expect((await ask(tab, `${id.url}/rows?page=2`)).status).toBe(200)
    expect(id.counts.refused).toBe(refusedBefore) // the nonce is known by now
  },
)

test('a refused token is refreshed with a proof, and the replay has another', { tag: '@once' }, async ({
  browsing,
  site,
  id,
}) => {
  bindTokens(site, id)
  const tab = await openSignedInAt(browsing, id, site)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  for (let round = 1; round <= 2; round++) {
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`, { method: 'POST', body: 'a body' })).status).toBe(200)
    expect(id.counts.refreshes).toBe(round)
  }
  expect(new Set(id.guard.proofs).size).toBe(id.guard.proofs.length)
})

test('the key outlives a stopped worker', async ({ browsing, site, id }) => {
  bindTokens(site, id)
  await browsing.prime(site.url())
  const tab = await openSignedInAt(browsing, id, site)
  await browsing.stopWorkers()
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
})

test('also one that stops while the user is away', { tag: '@once' }, async ({ browsing, site, id }) => {
  bindTokens(site, id)
  await browsing.prime(site.url())
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id)
  await browsing.stopWorkers()
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.origin)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
})

test('with storage "memory" the key is in memory too', { tag: '@once' }, async ({ browsing, site, id }) => {
  bindTokens(site, id, { storage: 'memory' })
  const tab = await openSignedInAt(browsing, id, site)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  expect(Object.keys(await readStore(tab))).not.toContain(KEY)
})

test('an upload whose page looks at its progress has a proof as well', async ({ browsing, site, id }) => {
  bindTokens(site, id)
  const tab = await openSignedInAt(browsing, id, site)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  expect(await upload(tab, `${id.url}/rows`)).toBe(200)
  expect((await askByXhr(tab, `${id.url}/rows`)).status).toBe(200)
})

test('the time in a proof is the server’s, where it shows its clock', { tag: '@once' }, async ({
  browsing,
  site,
  id,
}) => {
  bindTokens(site, id)
  const tab = await openSignedInAt(browsing, id, site)
  id.guard.clockAheadMs = -3 * 3_600_000
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  expect(id.counts.refreshes).toBe(0)
})

test('a proof follows no redirect', async ({ browsing, site, stranger, id }) => {
  site.mounts.set(
    '/moved',
    (_, response) => void response.writeHead(302, { location: stranger.url('/public/taken') }).end(),
  )
  bindTokens(site, id, { resources: ['/moved', `${id.url}/rows`] })
  const tab = await openSignedInAt(browsing, id, site)
  await expect(ask(tab, '/moved')).rejects.toThrow()
  expect(site.hits.get('/moved')).toBe(1)
  expect(stranger.requests).toEqual([])
})

for (const status of [302, 307, 308]) {
  test(`nor does one of an upload with progress (${status})`, { tag: '@once' }, async ({
    browsing,
    site,
    stranger,
    id,
  }) => {
    const moved = { location: stranger.url('/public/taken') }
    site.mounts.set('/moved', (_, response) => void response.writeHead(status, moved).end())
    bindTokens(site, id, { resources: ['/moved', `${id.url}/rows`] })
    const tab = await openSignedInAt(browsing, id, site)
    expect(await upload(tab, '/moved')).toBe(0)
    expect(site.hits.get('/moved')).toBe(1)
    expect(stranger.requests).toEqual([])
  })
}

test('in a page without a worker an XMLHttpRequest is redirected: its proof goes along, and its token does not', async ({
  browsing,
  site,
  stranger,
  id,
}) => {
  const moved = { location: stranger.url('/public/taken') }
  site.mounts.set('/moved', (_, response) => void response.writeHead(307, moved).end())
  const script = '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'
  for (const path of ['/', '/signed-in']) site.pages.set(path, page({ script }))
  bindTokens(site, id, { resources: ['/moved', `${id.url}/rows`] })
  const tab = await openApp(browsing, site)
  await leaveForSignIn(tab, id, { returnTo: '/?back' })
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.url('/?back'))
  expect(await upload(tab, '/moved')).toBe(200)
  expect(stranger.requests.map(({ headers }) => [headers.authorization, typeof headers['dpop']])).toEqual([
    [undefined, 'string'],
  ])
})

test('a token that is taken out and sent from elsewhere is refused, whatever comes with it', async ({
  browsing,
  site,
  id,
}) => {
  bindTokens(site, id)
  const tab = await openSignedInAt(browsing, id, site)
  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
  const { accessToken, refreshToken } = (await readStore(tab))[RECORD] as { accessToken: string; refreshToken: string }
  expect(await id.isActive(accessToken)).toBe(true)
  const rows = (headers: Readonly<Record<string, string>>) =>
    fetch(`${id.url}/rows`, { headers }).then(({ status }) => status)

  expect(await rows({ authorization: `Bearer ${accessToken}` })).toBe(401)
  expect(await rows({ authorization: `DPoP ${accessToken}` })).toBe(401)
  expect(await rows({ authorization: `DPoP ${accessToken}`, dpop: id.guard.proofs.at(-1)! })).toBe(401)
  const body = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken, client_id: id.clientId })
  expect((await fetch(`${id.url}/token`, { method: 'POST', body })).status).toBe(400)

  expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
})

test(
  'the private key cannot be exported',
  shows('DPoP, with a key that cannot be exported'),
  async ({ browsing, site, id }) => {
    bindTokens(site, id)
    const tab = await openSignedInAt(browsing, id, site)
    const failure = await tab.evaluate(async (key) => {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const opening = indexedDB.open('bearer-worker')
        opening.onsuccess = () => resolve(opening.result)
      })
      const reading = database.transaction('sessions').objectStore('sessions').get(key)
      const { privateKey } = await new Promise<CryptoKeyPair>(
        (resolve) => (reading.onsuccess = () => resolve(reading.result)),
      )
      const formats = ['jwk', 'pkcs8', 'raw'] as const
      return Promise.all(
        formats.map((format) =>
          crypto.subtle.exportKey(format as 'jwk', privateKey).then(
            () => 'exported',
            ({ name }: Error) => name,
          ),
        ),
      )
    }, KEY)
    expect(failure).not.toContain('exported')
    expect(failure.slice(0, 2)).toEqual(['InvalidAccessError', 'InvalidAccessError'])
  },
)

test('a server that binds no tokens is not believed', { tag: '@once' }, async ({ browsing, site, id }) => {
  const tab = await openApp(browsing, site)
  bindTokens(site, id)
  id.bindsTokens = false
  id.onTheWayThere = (url) => url.searchParams.delete('dpop_jkt')
  await tab.reload()
  await tab.evaluate(() => bearerWorker.ready)
  await leaveForSignIn(tab, id)
  await press(tab, 'Sign in as Ada')
  await arrivedAt(tab, site.origin)
  expect(await tab.evaluate(() => bearerWorker.session())).toMatchObject({
    state: 'signed-out',
    reason: 'token-type-Bearer',
  })
})
