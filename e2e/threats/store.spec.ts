/**
 * The store is not believed: what a script of the page wrote there once does not say where refresh tokens, codes and
 * credentials go, and a record that is no record is as good as none. Each record × each poison.
 */
import { ask, openApp, openSignedIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, expect, leave, oidcSession, openSignedInAt, readStore, test } from '../oauth.ts'
import { page } from '../servers/site.ts'
import { holdFile, poison } from './poison.ts'

const RECORD = '/bearer-worker.json main'
const CONFIGURATION = 'configuration /bearer-worker.json'

interface Stored {
  readonly text: string
  readonly configuration: { readonly sessions: Record<string, unknown>[] }
}

/** What a stored configuration can say to bring secrets to the attacker, whose URL is the argument. */
const CONFIGURATIONS: Readonly<Record<string, (stored: Stored, evil: string) => unknown>> = {
  'the token endpoint': (stored, evil) => {
    Object.assign(stored.configuration.sessions[0]!['refresh'] as object, { url: `${evil}/token` })
    return stored
  },
  'the token endpoint, in the text as well': (stored, evil) => {
    Object.assign(stored.configuration.sessions[0]!['refresh'] as object, { url: `${evil}/token` })
    return { ...stored, text: JSON.stringify({ sessions: { main: stored.configuration.sessions[0] } }) }
  },
  'the token endpoint, as another build has stored it': (stored, evil) => {
    const text = stored.text.replace(/"url":"[^"]*\/token"/, `"url":"${evil}/token"`)
    return { ...stored, build: 'another', text }
  },
  'the revocation endpoint': (stored, evil) => {
    stored.configuration.sessions[0]!['revoke'] = `${evil}/revoke`
    return stored
  },
  'a session before it, with the same resources': (stored, evil) => {
    const [main] = stored.configuration.sessions
    stored.configuration.sessions.unshift({
      ...main,
      name: 'first',
      refresh: { ...(main!['refresh'] as object), url: `${evil}/token` },
    })
    return stored
  },
}

const ACTS: Readonly<Record<string, (tab: Tab) => Promise<unknown>>> = {
  'a request that is refused': (tab) => ask(tab, '/api/rows'),
  'refresh()': (tab) => tab.evaluate(() => bearerWorker.refresh().catch(() => {})),
  'signOut()': (tab) => tab.evaluate(() => bearerWorker.signOut()),
}

for (const [what, change] of Object.entries(CONFIGURATIONS)) {
  for (const [act, run] of Object.entries(ACTS)) {
    test(`a stored configuration names ${what}: ${act} sends nothing there`, async ({
      browsing,
      site,
      api,
      tokens,
      stranger,
    }) => {
      site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
      await browsing.prime(site.url())
      const tab = await openSignedIn(browsing, site)
      await poison(tab, CONFIGURATION, change as (record: never, evil: never) => unknown, stranger.origin)
      await browsing.stopWorkers()
      tokens.issuer.expireAccessTokens()
      await run(tab)
      expect(stranger.requests).toEqual([])
      // Of a session that the file does not have, nothing is sent at all.
      expect(tokens.refreshes.length + tokens.revocations.length).toBe(what.startsWith('a session') ? 0 : 1)
      // The poison does not outlive the first look at the file.
      await expect
        .poll(async () => JSON.stringify((await readStore(tab))[CONFIGURATION]))
        .not.toContain(stranger.origin)
    })
  }
}

test('a journal that a script wrote makes no start of the worker send the refresh token elsewhere', async ({
  browsing,
  site,
  tokens,
  stranger,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  const change = CONFIGURATIONS['the token endpoint'] as (record: never, evil: never) => unknown
  await poison(tab, CONFIGURATION, change, stranger.origin)
  await poison(tab, RECORD, (record: { refreshToken: string }) => ({
    ...record,
    journal: { credential: { kind: 'refresh-token', token: record.refreshToken }, since: Date.now() },
  }))
  await browsing.stopWorkers()
  await tab.evaluate(() => bearerWorker.session())
  await expect.poll(() => tokens.refreshes.length).toBe(1)
  expect(stranger.requests).toEqual([])
})

test('what is poisoned while the worker runs is gone once another page is opened', async ({
  browsing,
  site,
  stranger,
}) => {
  const tab = await openSignedIn(browsing, site)
  const change = CONFIGURATIONS['the token endpoint'] as (record: never, evil: never) => unknown
  await poison(tab, CONFIGURATION, change, stranger.origin)
  const next = await openApp(browsing, site)
  await expect.poll(async () => JSON.stringify((await readStore(next))[CONFIGURATION])).not.toContain(stranger.origin)
})

test.describe('until the file is read', () => {
  test('a request with a good access token does not wait', async ({ browsing, site, api }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    await browsing.stopWorkers()
    const file = holdFile(site)
    for (const url of ['/api/rows', api.url('/rows')]) expect((await ask(tab, url)).status).toBe(200)
    await expect.poll(file.asked).toBe(1)
    file.release()
  })

  test('a pattern that a script has stored gets the access token where there are no static routes, until then', async ({
    browsing,
    engineName,
    site,
    stranger,
    tokens,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    const widen = (stored: Stored, evil: string) => {
      ;(stored.configuration.sessions[0]!['resources'] as string[]).push(`${evil}/*`)
      return stored
    }
    await poison(tab, CONFIGURATION, widen as (record: never, evil: never) => unknown, stranger.origin)
    await browsing.stopWorkers()
    const file = holdFile(site)
    await ask(tab, stranger.url('/public/first'))
    file.release()
    await expect
      .poll(() => tab.evaluate(async (url) => (await bearerWorker.explain(url)).code, stranger.url('/public/then')))
      .toBe('other-origin')
    await ask(tab, stranger.url('/public/then'))
    // Static routes are those of the file as the worker was installed: what they do not list passes by the worker.
    const bearer = engineName === 'firefox' ? `Bearer ${tokens.issuer.latest.access_token}` : undefined
    expect(stranger.requests.map(({ authorization }) => authorization)).toEqual([bearer, undefined])
  })

  test('no refresh token leaves; a request that needs one waits', async ({ browsing, site, api, tokens }) => {
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    await browsing.stopWorkers()
    const file = holdFile(site)
    tokens.issuer.expireAccessTokens()
    const answered = ask(tab, '/api/rows')
    await expect.poll(() => api.to('/api/rows').length).toBe(1)
    await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).refreshing)).toBe(true)
    expect(tokens.refreshes).toEqual([])
    file.release()
    expect((await answered).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
  })

  test('nothing is revoked, and signOut() forgets at once all the same', async ({ browsing, site, api, tokens }) => {
    site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
    await browsing.prime(site.url())
    const tab = await openSignedIn(browsing, site)
    await browsing.stopWorkers()
    const file = holdFile(site)
    const out = tab.evaluate(() => bearerWorker.signOut())
    await expect.poll(() => tab.evaluate(async () => (await bearerWorker.session()).state)).toBe('signed-out')
    expect(tokens.revocations).toEqual([])
    file.release()
    await out
    expect(tokens.revocations).toHaveLength(1)
  })

  test('a file that is refused keeps the access token in use, and no secret leaves until it is right', async ({
    browsing,
    site,
    tokens,
  }) => {
    await browsing.prime(site.url())
    const good = site.configuration
    const tab = await openSignedIn(browsing, site)
    await browsing.stopWorkers()
    site.configuration = { sessions: {} }
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    tokens.issuer.expireAccessTokens()
    expect((await ask(tab, '/api/rows')).status).toBe(401)
    expect(tokens.refreshes).toEqual([])
    const reason = await tab.evaluate(() => bearerWorker.refresh().catch(({ reason }: { reason: string }) => reason))
    expect(reason).toBe('configuration-invalid')
    site.configuration = good
    await tab.evaluate(() => bearerWorker.refresh())
    expect((await ask(tab, '/api/rows')).status).toBe(200)
  })
})

const METADATA = 'metadata '

interface Known {
  readonly metadata: Record<string, string>
  readonly at: number
}

for (const at of ['just now', 'a day ago'] as const) {
  test(`metadata that a script has stored (${at}) bring the refresh token nowhere else`, async ({
    browsing,
    site,
    id,
    stranger,
  }) => {
    await browsing.prime(site.url())
    const tab = await openSignedInAt(browsing, id, site)
    await poison(
      tab,
      METADATA,
      (known: Known, { evil, age }: { evil: string; age: number }) => ({
        metadata: Object.fromEntries(
          Object.keys(known.metadata).map((name) => [
            name,
            name === 'issuer' ? known.metadata['issuer'] : `${evil}/${name}`,
          ]),
        ),
        at: Date.now() - age,
      }),
      { evil: stranger.origin, age: at === 'just now' ? 0 : 86_400_000 },
    )
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await tab.evaluate(() => bearerWorker.signOut())
    expect(id.counts).toMatchObject({ refreshes: 1, revocations: 1 })
    expect(stranger.requests).toEqual([])
  })
}

test('a javascript: authorization endpoint that a script has stored is never navigated to', async ({
  browsing,
  site,
  id,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedInAt(browsing, id, site)
  await poison(tab, METADATA, (known: Known) => ({
    metadata: { ...known.metadata, authorization_endpoint: 'javascript:void (document.title = "poisoned")//' },
    at: Date.now(),
  }))
  await browsing.stopWorkers()
  await leave(tab, (parameters) => bearerWorker.signIn({ parameters }), { prompt: 'login' })
  await arrivedAt(tab, `${id.url}/`)
})

test('with storage "memory" and a slow file, a stored issuer is not signed in to', async ({
  browsing,
  site,
  id,
  stranger,
}) => {
  site.configuration = oneSession(oidcSession(id, {}, { storage: 'memory' }))
  await browsing.prime(site.url())
  const tab = await openApp(browsing, site)
  await poison(
    tab,
    CONFIGURATION,
    (stored: Stored, evil: string) => {
      Object.assign(stored.configuration.sessions[0]!['authorizationServer'] as object, { issuer: evil })
      return stored
    },
    stranger.origin,
  )
  await browsing.stopWorkers()
  const file = holdFile(site)
  const left = leave(tab, () => bearerWorker.signIn(), undefined)
  await expect.poll(file.asked).toBeGreaterThan(0)
  file.release()
  await left
  await arrivedAt(tab, `${id.url}/`)
  expect(stranger.requests.filter(({ path }) => !path.startsWith('/.well-known/'))).toEqual([])
})

test('a sign-in whose stored record was changed brings no code anywhere', async ({ browsing, site, id, stranger }) => {
  const tab = await openApp(browsing, site)
  const begin = () =>
    tab.evaluate(async () => {
      const { active } = await navigator.serviceWorker.ready
      const { port1, port2 } = new MessageChannel()
      const replied = new Promise<MessageEvent>((resolve) => (port1.onmessage = resolve))
      active!.postMessage({ bearerWorker: 1, name: 'signIn', with: { page: location.href } }, [port2])
      return new URL(((await replied).data as { value: string }).value).searchParams.get('state')!
    })
  const changes: readonly ((signIn: object, evil: string) => unknown)[] = [
    (signIn, evil) => ({ ...signIn, issuer: evil }),
    (signIn, evil) => ({ ...signIn, redirectUri: `${evil}/signed-in` }),
    (signIn) => ({ ...signIn, session: 'another' }),
    (signIn) => ({ ...signIn, verifier: 7 }),
    (signIn, evil) => ({ ...signIn, returnTo: `${evil}/`, at: 0 }),
    () => null,
  ]
  for (const change of changes) {
    const state = await begin()
    await poison(
      tab,
      `sign-in /bearer-worker.json ${state}`,
      change as (record: never, evil: never) => unknown,
      stranger.origin,
    )
    await tab.goto(site.url(`/signed-in?code=stolen&state=${state}&iss=${encodeURIComponent(id.issuer)}`))
    expect(await tab.evaluate(() => location.origin)).toBe(site.origin)
    await tab.goto(site.url('/'))
  }
  expect(id.counts.codes).toBe(0)
  expect(stranger.requests).toEqual([])
})

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

const RECORDS = [RECORD, CONFIGURATION, METADATA, `dpop ${RECORD}`, 'sign-in /bearer-worker.json x', 'routes '] as const

for (const record of RECORDS) {
  test(`whatever stands at "${record}", the page is covered, and a sign-in begins anew`, async ({
    browsing,
    site,
    id,
  }) => {
    test.setTimeout(180_000)
    site.configuration = oneSession(oidcSession(id, { dpop: record.startsWith('dpop ') }))
    await browsing.prime(site.url())
    let tab = await openApp(browsing, site)
    const tokens = await id.issueTokens()
    for (const [name, make] of Object.entries(POISONS)) {
      await poison(tab, record, make as (record: never) => unknown)
      await browsing.stopWorkers()
      await tab.close()
      tab = await openApp(browsing, site)
      await tab.evaluate((tokens) => bearerWorker.setTokens(tokens), { ...tokens, access_token: `at-${name.length}` })
      const view = await tab.evaluate(() => bearerWorker.session())
      expect(view, name).toMatchObject({ state: 'active' })
      const kept = (await readStore(tab))[RECORD] as { accessToken: string }
      expect(kept.accessToken, name).toBe(`at-${name.length}`)
    }
  })
}

test('keys that are no texts prevent no sign-in', async ({ browsing, site, id }) => {
  await browsing.prime(site.url())
  const tab = await openApp(browsing, site)
  await poison(tab, RECORD, () => null)
  await tab.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open('bearer-worker')
      opening.onsuccess = () => resolve(opening.result)
    })
    const records = database.transaction('sessions', 'readwrite').objectStore('sessions')
    for (const key of [7, new Date(), ['sign-in'], new Uint8Array(2)]) records.put('x', key)
    await new Promise((resolve) => (records.transaction.oncomplete = resolve))
    database.close()
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

test.describe('a page without a worker', () => {
  test('does not believe the store either', async ({ browsing, site, api, tokens, stranger }) => {
    const script = '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>'
    site.pages.set('/', page({ script }))
    site.configuration = oneSession(oauthSession(api, tokens))
    const tab = await openSignedIn(browsing, site)
    const change = CONFIGURATIONS['the token endpoint'] as (record: never, evil: never) => unknown
    await poison(tab, CONFIGURATION, change, stranger.origin)
    await tab.reload()
    tokens.issuer.expireAccessTokens()
    await tab.evaluate(() => bearerWorker.ready)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
    expect(stranger.requests).toEqual([])
  })
})
