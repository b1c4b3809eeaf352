/**
 * The store is not believed: what a script of the page wrote there once does not say where refresh tokens, codes and
 * credentials go. `before-the-file.spec.ts` has what a starting worker does meanwhile, `stored-records.spec.ts` records that are none.
 */
import { ask, leave, openApp, openSignedIn, signIn } from '../app.ts'
import { oauthSession, oneSession } from '../configurations.ts'
import type { Tab } from '../engines/engine.ts'
import { arrivedAt, expect, leaveForSignIn, oidcSession, openSignedInAt, press, readStore, test } from '../oauth.ts'
import { beginSignIn } from './call-worker.ts'
import { COVERED_BY_ITSELF } from './settings.ts'
import { type Change, CONFIGURATION, holdFile, METADATA, poison, RECORD, tabOfNextRound } from './poison.ts'

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

test('a stored configuration that names other endpoints, or another session: no secret goes there', async ({
  browsing,
  engineName,
  site,
  api,
  tokens,
  stranger,
}) => {
  test.setTimeout(120_000)
  site.configuration = oneSession(oauthSession(api, tokens, { revoke: tokens.url('/revoke') }))
  await browsing.prime(site.url())
  let tab = await openApp(browsing, site)
  const sent = () => tokens.refreshes.length + tokens.revocations.length
  for (const [what, change] of Object.entries(CONFIGURATIONS)) {
    for (const [act, run] of Object.entries(ACTS)) {
      const round = `${what}: ${act}`
      tab = await tabOfNextRound({ browsing, site, engineName }, tab)
      await signIn(tab)
      const before = sent()
      await poison(tab, CONFIGURATION, change as Change, stranger.origin)
      await browsing.stopWorkers()
      tokens.issuer.expireAccessTokens()
      await run(tab)
      expect(stranger.requests, round).toEqual([])
      // Of a session that the file does not have, nothing is sent at all.
      expect(sent() - before, round).toBe(what.startsWith('a session') ? 0 : 1)
      // The poison does not outlive the first look at the file.
      await expect
        .poll(async () => JSON.stringify((await readStore(tab))[CONFIGURATION]), round)
        .not.toContain(stranger.origin)
    }
  }
})

test('a journal that a script wrote makes no start of the worker send the refresh token elsewhere', async ({
  browsing,
  site,
  tokens,
  stranger,
}) => {
  await browsing.prime(site.url())
  const tab = await openSignedIn(browsing, site)
  const change = CONFIGURATIONS['the token endpoint'] as Change
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
  const change = CONFIGURATIONS['the token endpoint'] as Change
  await poison(tab, CONFIGURATION, change, stranger.origin)
  const next = await openApp(browsing, site)
  await expect.poll(async () => JSON.stringify((await readStore(next))[CONFIGURATION])).not.toContain(stranger.origin)
})
interface Known {
  readonly metadata: Record<string, string>
  readonly at: number
}

test('metadata that a script has stored, just now or a day ago, bring the refresh token nowhere else', async ({
  browsing,
  engineName,
  site,
  id,
  stranger,
}) => {
  await browsing.prime(site.url())
  let tab = await openApp(browsing, site)
  const change = (known: Known, { evil, age }: { evil: string; age: number }) => ({
    metadata: Object.fromEntries(
      Object.keys(known.metadata).map((name) => [
        name,
        name === 'issuer' ? known.metadata['issuer'] : `${evil}/${name}`,
      ]),
    ),
    at: Date.now() - age,
  })
  for (const [round, age] of [0, 86_400_000].entries()) {
    tab = await tabOfNextRound({ browsing, site, engineName }, tab)
    await leaveForSignIn(tab, id, { parameters: { prompt: 'login' } })
    await press(tab, 'Sign in as Ada')
    await arrivedAt(tab, site.origin)
    await poison(tab, METADATA, change, { evil: stranger.origin, age })
    await browsing.stopWorkers()
    id.revokeAccessTokens()
    expect((await ask(tab, `${id.url}/rows`)).status).toBe(200)
    await tab.evaluate(() => bearerWorker.signOut())
    expect(id.counts).toMatchObject({ refreshes: round + 1, revocations: round + 1 })
    expect(stranger.requests).toEqual([])
  }
})

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
  const changes: readonly ((signIn: object, evil: string) => unknown)[] = [
    (signIn, evil) => ({ ...signIn, issuer: evil }),
    (signIn, evil) => ({ ...signIn, redirectUri: `${evil}/signed-in` }),
    (signIn) => ({ ...signIn, session: 'another' }),
    (signIn) => ({ ...signIn, verifier: 7 }),
    (signIn, evil) => ({ ...signIn, returnTo: `${evil}/`, at: 0 }),
    () => null,
  ]
  for (const change of changes) {
    const state = (await beginSignIn(tab)).searchParams.get('state')!
    await poison(tab, `sign-in /bearer-worker.json ${state}`, change as Change, stranger.origin)
    await tab.goto(site.url(`/signed-in?code=stolen&state=${state}&iss=${encodeURIComponent(id.issuer)}`))
    expect(await tab.evaluate(() => location.origin)).toBe(site.origin)
    await tab.goto(site.url('/'))
  }
  expect(id.counts.codes).toBe(0)
  expect(stranger.requests).toEqual([])
})
test.describe('a page without a worker', () => {
  test('does not believe the store either', async ({ browsing, site, api, tokens, stranger }) => {
    site.pages.set('/', COVERED_BY_ITSELF)
    site.configuration = oneSession(oauthSession(api, tokens))
    const tab = await openSignedIn(browsing, site)
    const change = CONFIGURATIONS['the token endpoint'] as Change
    await poison(tab, CONFIGURATION, change, stranger.origin)
    await tab.reload()
    tokens.issuer.expireAccessTokens()
    await tab.evaluate(() => bearerWorker.ready)
    expect((await ask(tab, '/api/rows')).status).toBe(200)
    expect(tokens.refreshes).toHaveLength(1)
    expect(stranger.requests).toEqual([])
  })
})
