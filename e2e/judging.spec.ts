/** Which answers say that a token is invalid, that a session is over, or neither: by code, by place of the code, by time. */
import type { TokenResponse } from '../src/testing/servers/issuer.ts'
import { ask, askByXhr, openApp } from './app.ts'
import { oauthSession } from './configurations.ts'
import type { Tab } from './engines/engine.ts'
import { expect, test } from './fixtures.ts'
import { page } from './servers/site.ts'

/** Signs in to a session that `capture` does not fill. */
const adopt = (tab: Tab, response: TokenResponse, session: string) =>
  tab.evaluate(([response, session]) => bearerWorker.setTokens(response, session).then(() => {}), [
    response,
    session,
  ] as const)

const coded = (...codes: readonly string[]) => ({
  data: null,
  errors: codes.map((code) => ({ message: 'No.', extensions: { code } })),
})

/** Answers of a GraphQL server with status 200, and whether they refuse the token. */
const ANSWERS: readonly (readonly [name: string, body: unknown, isRefusal: boolean])[] = [
  ['the only error', coded('UNAUTHENTICATED'), true],
  ['the second error', coded('BAD_INPUT', 'UNAUTHENTICATED'), true],
  ['another error', coded('BAD_INPUT'), false],
  ['a batch, the only answer', [coded('UNAUTHENTICATED')], true],
  ['a batch, the second answer', [{ data: { rows: [] } }, coded('UNAUTHENTICATED')], true],
  ['a batch, the second error of the second answer', [{ data: {} }, coded('BAD_INPUT', 'UNAUTHENTICATED')], true],
  ['a batch with another error', [coded('BAD_INPUT'), coded('NOT_FOUND')], false],
  ['a further path', { error: 'UNAUTHENTICATED' }, true],
  ['a further path, and another code at the first', { ...coded('BAD_INPUT'), error: 'UNAUTHENTICATED' }, true],
  ['the code as data', { data: { error: 'UNAUTHENTICATED', errors: ['UNAUTHENTICATED'] } }, false],
  ['errors that are no list', { errors: { extensions: { code: 'UNAUTHENTICATED' } } }, false],
  ['no error', { data: { rows: [1] } }, false],
]

test('the code of a GraphQL answer: in any error, in any answer of a batch, at any of the paths', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const session = {
    invalidToken: { statuses: [200], errorCodes: ['UNAUTHENTICATED'] },
    errorField: ['errors.*.extensions.code', '*.errors.*.extensions.code', 'error'],
  }
  const resources = (direct: boolean) => ({ resources: [direct ? '/graphql/direct' : '/graphql/worker'], direct })
  site.configuration = {
    sessions: {
      worker: oauthSession(api, tokens, { ...session, ...resources(false) }),
      direct: oauthSession(api, tokens, { ...session, ...resources(true) }),
    },
  }
  let body: unknown
  site.mounts.set('/graphql/', (request, response) => {
    const token = (request.headers.authorization ?? '').replace('Bearer ', '')
    const answer = tokens.issuer.accepts(token) ? { data: 'good' } : body
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  const tab = await openApp(browsing, site)
  for (const [name, answer, isRefusal] of ANSWERS) {
    for (const send of [ask, askByXhr]) {
      for (const session of ['worker', 'direct']) {
        const path = `/graphql/${session}`
        body = answer
        // Anew, since five new tokens that are refused within a minute would end the refreshing.
        await adopt(tab, tokens.issuer.signIn(), session)
        tokens.issuer.expireAccessTokens()
        const { length } = tokens.refreshes
        const { text } = await send(tab, path, { method: 'POST', body: '{"query":"{ rows }"}' })
        const got = { body: JSON.parse(text) as unknown, refreshes: tokens.refreshes.length - length }
        const expected = isRefusal ? { body: { data: 'good' }, refreshes: 1 } : { body: answer, refreshes: 0 }
        expect(got, `${name}, ${send.name} ${path}`).toEqual(expected)
      }
    }
  }
})

const GRAPHQL = 'errors.*.extensions.code'

/** Answers of a token endpoint, by which paths they are judged, and what becomes of the session. */
const REFUSALS: readonly {
  readonly name: string
  readonly by: 'oauth' | 'own path' | 'path of the session'
  readonly status: number
  readonly body: unknown
  readonly outcome: 'ended' | 'configuration' | 'for-now'
}[] = [
  { name: '403-ends', by: 'own path', status: 403, body: { error: 'invalid_grant' }, outcome: 'ended' },
  { name: '401-client', by: 'own path', status: 401, body: { error: 'invalid_client' }, outcome: 'configuration' },
  { name: '403-graphql', by: 'own path', status: 403, body: coded('invalid_grant'), outcome: 'for-now' },
  {
    name: 'graphql-ends',
    by: 'path of the session',
    status: 403,
    body: coded('NO', 'invalid_grant'),
    outcome: 'ended',
  },
  {
    name: 'graphql-client',
    by: 'path of the session',
    status: 401,
    body: coded('invalid_client'),
    outcome: 'configuration',
  },
  { name: 'no-code', by: 'path of the session', status: 403, body: { error: 'invalid_grant' }, outcome: 'for-now' },
  { name: 'oauth-ends', by: 'oauth', status: 403, body: { error: 'invalid_grant' }, outcome: 'ended' },
  { name: 'oauth-client', by: 'oauth', status: 401, body: { error: 'invalid_client' }, outcome: 'configuration' },
  { name: 'oauth-graphql', by: 'oauth', status: 403, body: coded('invalid_grant'), outcome: 'for-now' },
]

test('errorField of the API does not judge the token endpoint, where that has its own or is an OAuth server', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const sourceOf = {
    oauth: {
      refresh: undefined,
      authorizationServer: {
        issuer: tokens.origin,
        clientId: 'spa',
        redirectUri: '/signed-in',
        metadata: { authorization_endpoint: tokens.url('/authorize'), token_endpoint: tokens.url('/token') },
      },
    },
    'own path': { refresh: { url: tokens.url('/token'), errorField: 'error' } },
    'path of the session': {},
  } as const
  const session = (name: string, by: keyof typeof sourceOf) =>
    oauthSession(api, tokens, { resources: [`/api/${name}/*`], capture: [], errorField: GRAPHQL, ...sourceOf[by] })
  site.configuration = { sessions: Object.fromEntries(REFUSALS.map(({ name, by }) => [name, session(name, by)])) }
  const tab = await openApp(browsing, site)
  for (const { name, status, body, outcome } of REFUSALS) {
    await adopt(tab, tokens.issuer.signIn(), name)
    tokens.issuer.endEverySession()
    tokens.refusal = { status, body }
    expect((await ask(tab, `/api/${name}/rows`)).status, name).toBe(401)
    const seen = await tab.evaluate(async (name) => {
      const refreshes = (await bearerWorker.history()).filter(
        (each) => each.kind === 'refresh' && each.session === name,
      )
      return { outcome: refreshes.at(-1)?.outcome, state: (await bearerWorker.session(name)).state }
    }, name)
    expect(seen, name).toEqual({ outcome, state: outcome === 'ended' ? 'ended' : 'active' })
  }
})

/** Each way of a request, with a page that sends it so. */
const WAYS: Readonly<Record<string, { readonly at: string; readonly send: (tab: Tab) => Promise<number> }>> = {
  fetch: { at: '/', send: async (tab) => (await ask(tab, '/api/rows')).status },
  'an upload with progress': {
    at: '/',
    send: (tab) =>
      tab.evaluate(
        () =>
          new Promise<number>((resolve) => {
            const request = new XMLHttpRequest()
            request.open('POST', '/api/rows')
            request.upload.onprogress = () => {}
            request.onloadend = () => resolve(request.status)
            request.send('text')
          }),
      ),
  },
  "the page's own lane": { at: '/', send: async (tab) => (await ask(tab, '/api/direct/rows')).status },
  'a page without a worker': { at: '/without.html', send: async (tab) => (await ask(tab, '/api/rows')).status },
}

test('a session that cannot be refreshed ends when its token is refused after its lifetime, and not before', async ({
  browsing,
  site,
  api,
  tokens,
}) => {
  const session = { refresh: undefined, except: [] }
  site.configuration = {
    sessions: {
      direct: oauthSession(api, tokens, { ...session, resources: ['/api/direct/*'], capture: [], direct: true }),
      main: oauthSession(api, tokens, session),
    },
  }
  site.pages.set(
    '/without.html',
    page({
      script: '<script>delete Navigator.prototype.serviceWorker</script><script src="/bearer-worker.js"></script>',
    }),
  )
  const onlooker = await openApp(browsing, site)
  const viewOf = (tab: Tab, name: string) =>
    tab.evaluate(async (name) => {
      const { state, reason } = await bearerWorker.session(name)
      return { state, reason }
    }, name)
  const tab = await openApp(browsing, site)
  for (const [way, { at, send }] of Object.entries(WAYS)) {
    const name = way.includes('lane') ? 'direct' : 'main'
    await tab.goto(site.url(at))
    await tab.evaluate(() => bearerWorker.ready)
    const enter = (lifetimeSeconds: number) => {
      tokens.issuer.lifetimeSeconds = lifetimeSeconds
      return adopt(tab, tokens.issuer.signIn(), name)
    }
    await enter(600)
    tokens.issuer.expireAccessTokens()
    expect(await send(tab), way).toBe(401)
    expect(await viewOf(tab, name), `${way}, before its lifetime is over`).toEqual({ state: 'active' })

    await enter(1)
    const isPast = () => tab.evaluate(async (name) => Date.now() > (await bearerWorker.session(name)).expiresAt!, name)
    await expect.poll(isPast).toBe(true)
    const { length } = api.requests
    expect(await send(tab), way).toBe(401)
    // It was sent with its token: only the server knows for how long it takes one.
    expect(api.requests.slice(length).map(({ authorization }) => authorization)).toEqual([
      `Bearer ${tokens.issuer.latest.access_token}`,
    ])
    const over = { state: 'ended', reason: 'expired' }
    expect(await viewOf(tab, name), way).toEqual(over)
    await expect.poll(() => onlooker.evaluate((name) => bearerWorker.snapshot(name)?.reason, name)).toBe('expired')
    expect(await send(tab), way).toBe(401)
    expect(api.requests.at(-1)?.authorization, `${way}, after its end`).toBeUndefined()
    await enter(600)
    expect(await viewOf(tab, name)).toEqual({ state: 'active' })
  }
  expect(tokens.refreshes).toEqual([])
})
