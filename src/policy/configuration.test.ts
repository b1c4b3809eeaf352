import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'

const refresh = { url: '/refresh' }
const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
const session = (more: object = {}) => ({ sessions: { main: { resources: ['/api/*'], ...more } } })
const issuesOf = (input: unknown) => {
  const result = readConfiguration(input)
  return result.kind === 'bad' ? result.issues : []
}

test('the smallest configuration gets every default', () => {
  const result = readConfiguration(session({ refresh }))
  expect(result).toEqual({
    kind: 'good',
    configuration: {
      sessions: [
        {
          name: 'main',
          resources: [{ url: '/api/*' }],
          except: [],
          header: 'Authorization',
          capture: [],
          refresh: {
            url: '/refresh',
            method: 'POST',
            body: 'form',
            tokenField: 'refresh_token',
            parameters: {},
            headers: {},
            credentials: 'omit',
            timeoutSeconds: 10,
            tokenFields: rfc6749Fields,
            errorField: ['error'],
          },
          replaces: [],
          tokenFields: rfc6749Fields,
          invalidToken: { statuses: [401], errorCodes: [] },
          sessionEnded: { errorCodes: ['invalid_grant'], statuses: [400, 401] },
          errorField: ['error'],
          destinations: ['image', 'audio', 'video', 'track'],
          navigations: false,
          maxReplayBytes: 5_242_880,
          storage: 'indexeddb',
          direct: false,
          exposeAccessToken: false,
        },
      ],
    },
  })
})

test('sessions keep the order of the file', () => {
  const result = readConfiguration({
    $schema: './x.json',
    sessions: { zeta: { resources: ['/z'] }, alpha: { resources: ['/a'] } },
  })
  expect(result.kind === 'good' && result.configuration.sessions.map(({ name }) => name)).toEqual(['zeta', 'alpha'])
})

test.each([
  [
    'every key of the contract',
    session({
      except: ['/api/public/*'],
      header: 'X-Token',
      scheme: 'JWT',
      capture: ['/login'],
      refresh: {
        url: 'https://id.example.com/token',
        method: 'POST',
        body: 'json',
        tokenField: 'token',
        clientId: 'spa',
        parameters: { scope: 'rows' },
        headers: { 'X-CSRF': '1' },
        credentials: 'include',
        timeoutSeconds: 60,
      },
      tokenFields: { accessToken: 'data.token' },
      lifetimeSeconds: 600,
      invalidToken: { statuses: [401, 200], errorCodes: ['UNAUTHENTICATED'] },
      sessionEnded: { errorCodes: [] },
      errorField: 'errors.0.code',
      destinations: [],
      navigations: true,
      maxReplayBytes: 0,
      storage: 'memory',
      exposeAccessToken: true,
      revoke: '/revoke',
    }),
  ],
  [
    'the metadata of a server',
    session({
      authorizationServer: {
        ...server,
        postSignOutRedirectUri: '/',
        scope: 'openid',
        resource: ['https://api.example.com'],
        dpop: true,
      },
    }),
  ],
  ['GET with none', session({ refresh: { url: '/r', method: 'GET', body: 'none' } })],
  ['POST with none', session({ refresh: { url: '/r', body: 'none' } })],
])('good: %s', (_, input) => {
  expect(issuesOf(input)).toEqual([])
})

test.each<readonly [string, unknown, string]>([
  ['no object', null, ''],
  ['nothing', undefined, ''],
  ['a number JSON does not have', { sessions: 1n }, ''],
  ['no sessions', {}, 'sessions'],
  ['an empty list of sessions', { sessions: {} }, 'sessions'],
  ['sessions as an array', { sessions: [session().sessions.main] }, 'sessions'],
  ['an array where an object belongs', session({ tokenFields: [] }), 'sessions.main.tokenFields'],
  ['null where an object belongs', session({ refresh: null }), 'sessions.main.refresh'],
  ['a session without resources', { sessions: { main: {} } }, 'sessions.main.resources'],
  ['empty resources', session({ resources: [] }), 'sessions.main.resources'],
  ['a resource of every host', session({ resources: ['/a', '*'] }), 'sessions.main.resources[1]'],
  ['an exception that is no pattern', session({ except: ['x'] }), 'sessions.main.except[0]'],
  ['a captured URL that is no pattern', session({ capture: ['http://a.example/x'] }), 'sessions.main.capture[0]'],
  ['a session name with a space', { sessions: { 'my main': { resources: ['/a'] } } }, 'sessions["my main"]'],
  [
    'a session called constructor',
    JSON.parse('{"sessions":{"a":{"resources":["/a"]},"constructor":{"resources":["/a"]}}}'),
    'sessions.constructor',
  ],
  [
    'a session called __proto__',
    JSON.parse('{"sessions":{"a":{"resources":["/a"]},"__proto__":{"resources":["/a"]}}}'),
    'sessions.__proto__',
  ],
  ['a key called __proto__', JSON.parse('{"__proto__":{"x":1},"sessions":{"a":{"resources":["/a"]}}}'), '__proto__'],
  ['an unknown key', { ...session(), session: {} }, 'session'],
  ['an unknown key of a session', session({ resource: [] }), 'sessions.main.resource'],
  ['an inherited name as key', session({ toString: 1 }), 'sessions.main.toString'],
  ['$schema inside', session({ $schema: 'x' }), 'sessions.main.$schema'],
  ['an unknown key of refresh', session({ refresh: { ...refresh, uri: '' } }), 'sessions.main.refresh.uri'],
  ['a header that is no token', session({ header: 'X Token' }), 'sessions.main.header'],
  ['a header the browser keeps', session({ header: 'Cookie' }), 'sessions.main.header'],
  ['a scheme that is no token', session({ scheme: 'Bearer ' }), 'sessions.main.scheme'],
  ['refresh and metadata', session({ refresh, authorizationServer: server }), 'sessions.main.authorizationServer'],
  ['refresh without a URL', session({ refresh: {} }), 'sessions.main.refresh.url'],
  ['GET with a form', session({ refresh: { ...refresh, method: 'GET' } }), 'sessions.main.refresh.body'],
  ['GET with JSON', session({ refresh: { ...refresh, method: 'GET', body: 'json' } }), 'sessions.main.refresh.body'],
  ['another method', session({ refresh: { ...refresh, method: 'DELETE' } }), 'sessions.main.refresh.method'],
  ['no time limit', session({ refresh: { ...refresh, timeoutSeconds: 0 } }), 'sessions.main.refresh.timeoutSeconds'],
  [
    'a time limit over a minute',
    session({ refresh: { ...refresh, timeoutSeconds: 61 } }),
    'sessions.main.refresh.timeoutSeconds',
  ],
  [
    'a parameter that is no string',
    session({ refresh: { ...refresh, parameters: { a: 1 } } }),
    'sessions.main.refresh.parameters.a',
  ],
  ...['Cookie', 'Host', 'Content-Length', 'Sec-Fetch-Mode', 'Proxy-Authorization'].map(
    (name) =>
      [
        `the header ${name}`,
        session({ refresh: { ...refresh, headers: { [name]: 'x' } } }),
        `sessions.main.refresh.headers${name.includes('-') ? `["${name}"]` : `.${name}`}`,
      ] as const,
  ),
  [
    'a line break in a header',
    session({ refresh: { ...refresh, headers: { A: 'x\ny' } } }),
    'sessions.main.refresh.headers.A',
  ],
  [
    'an issuer without an origin',
    session({ authorizationServer: { ...server, issuer: '/id' } }),
    'sessions.main.authorizationServer.issuer',
  ],
  [
    'metadata without a client',
    session({ authorizationServer: { issuer: server.issuer, redirectUri: '/' } }),
    'sessions.main.authorizationServer.clientId',
  ],
  ['a lifetime of zero', session({ lifetimeSeconds: 0 }), 'sessions.main.lifetimeSeconds'],
  ['a status that is none', session({ invalidToken: { statuses: [199] } }), 'sessions.main.invalidToken.statuses[0]'],
  ['200 without codes', session({ invalidToken: { statuses: [200] } }), 'sessions.main.invalidToken.errorCodes'],
  [
    '200 with an empty list of codes',
    session({ invalidToken: { statuses: [401, 200], errorCodes: [] } }),
    'sessions.main.invalidToken.errorCodes',
  ],
  [
    'a path with an empty name',
    session({ tokenFields: { accessToken: 'a..b' } }),
    'sessions.main.tokenFields.accessToken',
  ],
  ['another destination', session({ destinations: ['image', 'document'] }), 'sessions.main.destinations[1]'],
  ['a negative size', session({ maxReplayBytes: -1 }), 'sessions.main.maxReplayBytes'],
  ['half a byte', session({ maxReplayBytes: 0.5 }), 'sessions.main.maxReplayBytes'],
  ['another storage', session({ storage: 'local' }), 'sessions.main.storage'],
  [
    'a revocation endpoint over plain http',
    session({ revoke: 'http://id.example.com/revoke' }),
    'sessions.main.revoke',
  ],
])('bad: %s', (_, input, path) => {
  const issues = issuesOf(input)
  expect(issues.map((issue) => issue.path)).toContain(path)
  expect(new Set(issues.map((issue) => issue.path)).size).toBe(issues.length)
  for (const { message } of issues) expect(message.length).toBeGreaterThan(10)
})

test('all mistakes are told at once, also contradictions beside wrong types', () => {
  const input = {
    extra: 1,
    more: 2,
    sessions: {
      a: { resources: [1], header: 5, x: 1, y: 2, refresh: { ...refresh, method: 'GET' }, authorizationServer: server },
      b: {},
    },
  }
  expect(
    issuesOf(input)
      .map(({ path }) => path)
      .sort(),
  ).toEqual([
    'extra',
    'more',
    'sessions.a.authorizationServer',
    'sessions.a.header',
    'sessions.a.refresh.body',
    'sessions.a.resources[0]',
    'sessions.a.x',
    'sessions.a.y',
    'sessions.b.resources',
  ])
})

test('the input is left as it is', () => {
  const input = { ...session(), extra: 1 }
  readConfiguration(input)
  expect(input).toHaveProperty('extra')
})

test.each([
  ['what there is to choose from', { storage: 'local' }, 'Write one of ["indexeddb","memory"].'],
  ['the bounds of a number', { maxReplayBytes: 0.5 }, 'Write a value of type integer from 0 to 9007199254740991.'],
  ['the type', { navigations: 'yes' }, 'Write a value of type boolean.'],
  ['the form of a text', { errorField: '.' }, 'Write names joined by dots, as in "data.access_token".'],
  ['what a URL is made of', { revoke: '/a b' }, 'Take out backslashes, spaces and line breaks.'],
])('a message names %s', (_, more, message) => {
  expect(issuesOf(session(more))).toEqual([{ path: `sessions.main.${Object.keys(more)[0]}`, message }])
})
