import { describe, expect, test } from 'vitest'
import { isServed } from './vault-apps.ts'
import { readVaultConfiguration } from './vault-configuration.ts'
import { provoke } from './vault-limit.ts'
import { readVaultRequest, vaultPageUrl } from './vault-page.ts'
import { asQuestion, idOf } from './vault-question.ts'

describe('the configuration of a vault', () => {
  const authorizationServer = {
    issuer: 'https://id.example.com',
    clientId: 'spa',
    redirectUri: '/bearer-worker.vault.html',
  }
  const good = { apps: ['https://app.example.com'], sessions: { main: { authorizationServer } } }

  test('has the origins of its apps, and sessions without resources', () => {
    const read = readVaultConfiguration(good)
    expect(read).toMatchObject({
      kind: 'good',
      configuration: { apps: good.apps, sessions: [{ name: 'main', authorizationServer }] },
    })
  })

  test.each([
    'https://app.example.com:8443',
    'http://localhost:5173',
    'http://app.site.localhost:8080',
    'http://[::1]:3000',
  ])('serves %s', (app) => {
    expect(readVaultConfiguration({ ...good, apps: [app] })).toMatchObject({ kind: 'good' })
  })

  test.each([
    ['https://app.example.com/', 'without "/"'],
    ['https://app.example.com/app', 'without a path'],
    ['https://*.example.com', 'Write an origin'],
    ['https://App.example.com', 'lower case'],
    ['https://äpp.example.com', 'xn--'],
    ['https://app.example.com:443', 'port'],
    ['http://localhost:80', 'port'],
    ['http://app.example.com', 'Use https'],
    ['https://user@app.example.com', 'Write an origin'],
    ['//app.example.com', 'Write an origin'],
    ['null', 'Write an origin'],
    ['*', 'Write an origin'],
    ['file://', 'Write an origin'],
    [7, 'Write an origin'],
    [null, 'Write an origin'],
  ])('refuses the app %j', (app, cure) => {
    const issues = mistakesOf({ ...good, apps: [app] })
    expect(issues).toEqual([{ path: 'apps[0]', message: expect.stringContaining(cure) }])
  })

  test.each([
    [{ ...good, apps: [] }, 'apps'],
    [{ sessions: good.sessions }, 'apps'],
    [{ ...good, apps: 'https://app.example.com' }, 'apps'],
    [{ ...good, sessions: {} }, 'sessions'],
    [{ apps: good.apps }, 'sessions'],
    [{ ...good, sessions: { main: {} } }, 'sessions.main.authorizationServer'],
    [{ ...good, sessions: { main: { authorizationServer, resources: ['/api/*'] } } }, 'sessions.main.resources'],
    [{ ...good, sessions: { main: { authorizationServer, vault: 'https://a.example/v' } } }, 'sessions.main.vault'],
    [{ ...good, sessions: { main: { authorizationServer, capture: ['/login'] } } }, 'sessions.main.capture'],
    [{ ...good, sessions: { main: { refresh: { by: 'page' } } } }, 'sessions.main.refresh.by'],
    [
      { ...good, sessions: { main: { authorizationServer, refresh: { url: '/t' } } } },
      'sessions.main.authorizationServer',
    ],
    [
      { ...good, sessions: { main: { authorizationServer: { ...authorizationServer, clientId: 7 } } } },
      'sessions.main.authorizationServer.clientId',
    ],
    [{ ...good, other: 1 }, 'other'],
    [7, 'apps'],
    [null, 'apps'],
  ])('names the mistake of %j', (file, path) => {
    expect(mistakesOf(file).map((each) => each.path)).toContain(path)
  })

  function mistakesOf(file: unknown) {
    const read = readVaultConfiguration(file)
    return read.kind === 'bad' ? read.issues : []
  }
})

describe('a page that asks a vault', () => {
  const [app, admin, evil] = ['https://app.example.com', 'https://admin.example.com', 'https://evil.example']
  const apps = [app, admin]

  test.each([
    [app, [app]],
    [app, undefined],
    [admin, [admin, app]],
  ])('%s in %j is served', (origin, ancestors) => expect(isServed(apps, origin, ancestors)).toBe(true))

  // Without ancestors: as in Firefox.
  test.each([
    [evil, undefined],
    [evil, []],
    [evil, [evil]],
    [evil, [app]],
    [app, [app, evil]],
    [app, [evil]],
    ['null', undefined],
    ['', undefined],
    [`${app}.evil.example`, undefined],
    [`${app}:8443`, undefined],
    ['http://app.example.com', undefined],
    ['https://example.com', undefined],
    ['https://APP.example.com', undefined],
  ])('%s in %j is not', (origin, ancestors) => expect(isServed(apps, origin, ancestors)).toBe(false))

  test('without apps there is none', () => expect(isServed([], app)).toBe(false))
})

describe('refreshes that an app causes', () => {
  test('ten within a minute, then none until the first is a minute old', () => {
    let times: readonly number[] = []
    for (let n = 0; n < 10; n++) {
      const provoked = provoke(times, 1_000 + n)
      expect(provoked.kind).toBe('allowed')
      if (provoked.kind === 'allowed') times = provoked.times
    }
    expect(provoke(times, 2_000)).toEqual({ kind: 'refused', retryAfterMs: 59_000 })
    expect(provoke(times, 61_000)).toMatchObject({ kind: 'allowed' })
  })

  test.each([undefined, null, 7, 'text', [null, 'x', Number.NaN], { length: 3 }, [Number.MAX_SAFE_INTEGER]])(
    'what is stored as %j counts as none',
    (stored) => expect(provoke(stored, 1_000)).toEqual({ kind: 'allowed', times: [1_000] }),
  )
})

describe('a request to the page of a vault', () => {
  const page = 'https://auth.example.com/bearer-worker.vault.html'
  const signIn = {
    does: 'sign-in',
    session: 'main',
    returnTo: 'https://app.example.com/?a=1#b',
    parameters: { prompt: 'none' },
  } as const

  test.each([
    signIn,
    { does: 'sign-out', session: 'main' } as const,
    { does: 'go-on', returnTo: 'https://a.example/' } as const,
  ])('is read as it was written: %j', (request) => {
    const url = vaultPageUrl(`${page}#old`, request)
    expect(url.startsWith(`${page}#bearer-worker=`)).toBe(true)
    expect(readVaultRequest(url.slice(page.length))).toEqual(request)
  })

  test.each([
    '',
    '#',
    '#bearer-worker=',
    '#bearer-worker=%',
    '#bearer-worker={',
    '#bearer-worker=null',
    ...[
      [],
      { does: 'sign-in' },
      { ...signIn, does: 'adopt' },
      { ...signIn, session: 7 },
      { ...signIn, returnTo: undefined },
      { ...signIn, parameters: [] },
      { ...signIn, parameters: { prompt: 7 } },
      { ...signIn, parameters: { redirect_uri: 'https://evil.example' } },
      { ...signIn, parameters: { state: 'x' } },
      { does: 'sign-out' },
    ].map((request) => `#bearer-worker=${encodeURIComponent(JSON.stringify(request))}`),
  ])('%s is none', (fragment) => expect(readVaultRequest(fragment)).toBeUndefined())
})

describe('a question to a vault', () => {
  const adopt = { session: 'main', tokens: { accessToken: 'a', refreshToken: 'r' }, ageMs: 5 }

  test('is copied, without what it has besides', () => {
    const asked = {
      id: 1,
      name: 'token',
      with: { session: 'main', have: 'abc', reason: 'expired', more: 1 },
      origin: 'x',
    }
    expect(asQuestion(asked)).toEqual({ name: 'token', call: { session: 'main', have: 'abc', reason: 'expired' } })
    expect(asQuestion({ name: 'adopt', with: { ...adopt, tokens: { ...adopt.tokens, vault: { epoch: 1 } } } })).toEqual(
      {
        name: 'adopt',
        call: adopt,
      },
    )
    expect(asQuestion({ name: 'ping' })).toEqual({ name: 'ping' })
  })

  test.each([
    undefined,
    null,
    'token',
    {},
    { name: 'token' },
    { name: 'token', with: { session: 'main' } },
    { name: 'token', with: { session: ['main'], reason: 'asked' } },
    { name: 'token', with: { session: 'main', reason: 'because' } },
    { name: 'token', with: { session: 'main', reason: 'asked', have: 'a b' } },
    { name: 'signOut', with: { session: 'main' } },
    { name: 'constructor', with: { session: 'main' } },
    { name: 'adopt', with: { ...adopt, ageMs: -1 } },
    { name: 'adopt', with: { ...adopt, ageMs: 1e9 } },
    { name: 'adopt', with: { ...adopt, tokens: { refreshToken: 'r' } } },
    { name: 'adopt', with: { ...adopt, tokens: { accessToken: 'a', refreshToken: 'r\n' } } },
    { name: 'adopt', with: { ...adopt, tokens: { accessToken: 'a', tokenType: 'a b' } } },
    { name: 'adopt', with: { ...adopt, tokens: { accessToken: 'a', expiresIn: '5' } } },
  ])('%j is none', (data) => expect(asQuestion(data)).toBeUndefined())

  test.each([undefined, null, {}, { id: '1' }, { id: 1.5 }, { id: Number.NaN }])('%j has no id', (data) =>
    expect(idOf(data)).toBeUndefined(),
  )
})
