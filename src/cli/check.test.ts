import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { good, main, told } from './check-told.ts'

test('a right configuration', () => {
  expect(check(JSON.stringify(good), 'bearer-worker.json')).toMatchObject({
    kind: 'good',
    configuration: { sessions: [{ name: 'main' }] },
  })
})

test('every mistake, with its path', () => {
  const text = JSON.stringify({
    sessions: {
      main: { resource: ['/api/*'], resources: ['http://api.example.com/*'], refresh: { url: '/r', method: 'GET' } },
    },
  })
  const checked = check(text, 'bearer-worker.json')
  expect(checked.kind === 'bad' && checked.issues.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['sessions.main.resource', 'sessions.main.resources[0]', 'sessions.main.refresh.body']),
  )
})

test('what only URLPattern knows to be wrong', () => {
  const checked = check(JSON.stringify({ sessions: { main: { resources: ['/api/('] } } }), 'bearer-worker.json')
  expect(checked).toMatchObject({ kind: 'bad', issues: [{ path: 'sessions.main.resources[0]' }] })
})

test('a file that is no JSON', () => {
  expect(check('{ "sessions": ', 'bearer-worker.json')).toMatchObject({ kind: 'bad', issues: [{ path: '' }] })
})

test('a whole redirectUri tells which site it is for', () => {
  const session = {
    resources: ['/api/*'],
    authorizationServer: {
      issuer: 'https://id.example.com',
      clientId: 'spa',
      redirectUri: 'https://app.example.com/signed-in',
    },
  }
  expect(check(JSON.stringify({ sessions: { main: session } }), 'bearer-worker.json').kind).toBe('good')
})

test('a mistake has its line and column, and is told once', () => {
  const text = `{
  "sessions": {
    "main": {
      "resourses": ["/api/*"],
      "refresh": { "url": "/r" }
    }
  }
}`
  expect(told(text)).toEqual(['4:7 sessions.main.resourses: Unknown key "resourses": did you mean "resources"?'])
})

describe('what is no JSON is named', () => {
  test.each<readonly [string, string | Uint8Array, RegExp]>([
    ['a byte order mark', `\uFEFF${JSON.stringify(good)}`, /byte order mark/],
    ['a byte order mark, as bytes', Buffer.from(`\uFEFF${JSON.stringify(good)}`), /byte order mark/],
    ['UTF-16', Buffer.from(`\uFEFF${JSON.stringify(good)}`, 'utf16le'), /UTF-16/],
    ['UTF-16 without a mark', Buffer.from(JSON.stringify(good), 'utf16le'), /UTF-16/],
    ['Latin-1', Buffer.from(JSON.stringify(main({ errorField: 'größe' })), 'latin1'), /not UTF-8/],
    ['a line comment', `// mine\n${JSON.stringify(good)}`, /Take out this comment/],
    ['a block comment', `${JSON.stringify(good)} /* mine */`, /Take out this comment/],
    ['many comments', `// 1\n// 2\n${JSON.stringify(good)}`, /the comments of the lines 1 and 2/],
    ['a comment of a shell', `# mine\n{}`, /Take out this comment/],
    ['a trailing comma in an object', JSON.stringify(good).replace(/\}$/, ',}'), /trailing comma.*"\}"/],
    ['a trailing comma in a list', JSON.stringify(good).replace(']', ' , ]'), /trailing comma.*"\]"/],
    ['nothing', '', /The file is empty/],
    ['blanks', ' \n', /The file is empty/],
    ['HTML', '<!doctype html>', /HTML/],
    ['single quotes', `{'sessions': {}}`, /double quotes/],
    [
      'single quotes around patterns',
      `{'sessions': {'main': {'resources': ['/api/*',]}}} // mine`,
      /double quotes, as in "sessions"/,
    ],
    ['typographic quotes', '{“sessions”: {}}', /typographic/],
    ['a bare key', '{sessions: {}}', /Write the key in double quotes: "sessions"/],
    ['a bare word', '{"sessions": main}', /Write main in double quotes/],
    ['undefined', '{"sessions": undefined}', /leave the key out/],
    ['True', '{"sessions": True}', /Write true/],
    ['a missing comma', '{"a": 1 "b": 2}', /A comma is missing before "b"/],
    ['a missing colon', '{"a" 1}', /A colon is missing before 1/],
    ['a missing value', '{"a": }', /A value is missing/],
    ['an early end', '{"sessions": {', /ends too early/],
    ['two values', '{}{}', /ends before \{/],
    ['a line break in a text', '{"a": "x\ny"}', /no closing quote on its line/],
    ['a tab in a text', '{"a": "x\ty"}', /control character/],
    ['a backslash', '{"a": "\\api"}', /A backslash/],
    ['a no-break space', '{"a":\u00a01}', /invisible character/],
    ['a leading zero', '{"a": 01}', /leading zero/],
    ['depth', '['.repeat(100_000), /nested/],
    ['length', ' '.repeat(200_000), /longer than/],
  ])('%s', (_, input, message) => {
    const messages = told(input)
    expect(messages).toHaveLength(1)
    expect(messages[0]).toMatch(message)
  })

  test('what follows is told as well', () => {
    expect(told(`{ // mine\n"sessions": { "main": { "resources": ["api/*",] } } }`)).toEqual([
      '1:3 : Take out this comment: JSON has none.',
      '2:39 sessions.main.resources[0]: "api/*" has no leading slash: write "/api/*".',
      '2:46 : Take out this trailing comma: JSON has none before "]".',
    ])
  })

  test('the worker takes a byte order mark, and the report says so', () => {
    expect(check(`\uFEFF${JSON.stringify(good)}`, 'x.json')).toMatchObject({ kind: 'bad', accepted: true })
    expect(check('{', 'x.json')).toMatchObject({ kind: 'bad', accepted: false })
  })
})

describe('one message for each mistake', () => {
  const session = good.sessions.main
  test.each<readonly [string, unknown, string, RegExp]>([
    ['sessions as a list', { sessions: [] }, 'sessions', /no list, but an object of sessions by name/],
    ['sessions in a list', { sessions: [session] }, 'sessions', /"sessions": \{ "main"/],
    ['a session without a name', { sessions: session }, 'sessions', /Give the session a name/],
    ['a flat file', session, 'resources', /put them into a session with a name/],
    ['sessions without "sessions"', { main: session }, 'main', /Put "main" into "sessions"/],
    ['another word for sessions', { session: { main: session } }, 'session', /did you mean "sessions"/],
    ['sessions: null', { sessions: null }, 'sessions', /null/],
    ['a session: null', { sessions: { main: null } }, 'sessions.main', /null/],
    ['a list', [], '', /not a list/],
    ['a text', '"x"', '', /Write an object/],
    ['a text for a list', main({ resources: '/api/*' }), 'sessions.main.resources', /Write a list: \["\/api\/\*"\]/],
    ['a text of several', main({ capture: '/a, /b' }), 'sessions.main.capture', /Write a list: \["\/a","\/b"\]/],
    ['a URL for an object', main({ refresh: '/r' }), 'sessions.main.refresh', /\{ "url": "\/r" \}/],
    ['codes for an object', main({ sessionEnded: ['x'] }), 'sessions.main.sessionEnded', /\{ "errorCodes": \["x"\] \}/],
    ['a flag in quotes', main({ navigations: 'true' }), 'sessions.main.navigations', /Write true, without quotes/],
    [
      'a number in quotes',
      main({ lifetimeSeconds: '600' }),
      'sessions.main.lifetimeSeconds',
      /Write 600, without quotes/,
    ],
    ['a number with a unit', main({ lifetimeSeconds: '10m' }), 'sessions.main.lifetimeSeconds', /without a unit/],
    [
      'another case',
      main({ refresh: { url: '/r', method: 'post' } }),
      'sessions.main.refresh.method',
      /did you mean "POST"/,
    ],
    [
      'a choice that is none',
      main({ storage: 'local' }),
      'sessions.main.storage',
      /Write "indexeddb" or "memory", not "local"/,
    ],
    ['false for an object', main({ refresh: false }), 'sessions.main.refresh', /Leave the key out/],
    ['a space at the end', main({ scheme: 'JWT ' }), 'sessions.main.scheme', /write "JWT"/],
    [
      'tokenFields.access_token',
      main({ tokenFields: { access_token: 'data.token' } }),
      'sessions.main.tokenFields.access_token',
      /Write "accessToken": "data\.token"/,
    ],
    [
      'the sides of tokenFields',
      main({ tokenFields: { token: 'accessToken' } }),
      'sessions.main.tokenFields.token',
      /"accessToken": "token", the other way round/,
    ],
    ['a slip', main({ captur: [] }), 'sessions.main.captur', /did you mean "capture"/],
    ["another library's word", main({ exclude: ['/api/x'] }), 'sessions.main.exclude', /did you mean "except"/],
    [
      'snake case',
      main({ expose_access_token: true }),
      'sessions.main.expose_access_token',
      /did you mean "exposeAccessToken"/,
    ],
    ['a key of another object', main({ tokenField: 'x' }), 'sessions.main.tokenField', /is a key of "refresh"/],
    ['a key that is none', main({ xyzzyx: 1 }), 'sessions.main.xyzzyx', /take it out/],
    ['a comment as a key', main({ '//': 'mine' }), 'sessions.main["//"]', /no comments/],
    [
      'a key that is missing elsewhere',
      {
        sessions: {
          main: {
            resources: ['/a'],
            clientId: 'x',
            authorizationServer: { issuer: 'https://id.example.com', redirectUri: '/' },
          },
        },
      },
      'sessions.main.clientId',
      /does not belong here/,
    ],
  ])('%s', (_, input, path, message) => {
    const checked = check(typeof input === 'string' ? input : JSON.stringify(input), 'x.json')
    expect(checked.kind === 'bad' && checked.issues.map((issue) => issue.path)).toEqual([path])
    expect(told(input)[0]).toMatch(message)
  })
})

describe('keys for every server: each message has an example to copy', () => {
  const authorizationServer = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
  test.each<[session: object, path: string, message: RegExp]>([
    [{ signOut: {} }, 'signOut.url', /as in "url": "\/auth\/logout"/],
    [{ capture: [{}] }, 'capture[0].url', /as in "url": "\/api\/login"/],
    [{ tokenFields: { expiresIn: { in: 'ms' } } }, 'tokenFields.expiresIn.at', /as in "at": "data.expires"/],
    [{ tokenFields: { accessToken: [] } }, 'tokenFields.accessToken', /such as \["data.token"\]/],
    [{ errorField: [] }, 'errorField', /such as \["error"\]/],
    [{ replaces: [''] }, 'replaces[0]', /such as "Bearer public-anon-key"/],
    [
      { authorizationServer: { ...authorizationServer, metadata: { token_endpoint: 'https://id.example.com/token' } } },
      'authorizationServer.metadata.authorization_endpoint',
      /as in "authorization_endpoint": "https:/,
    ],
  ])('%j', (session, path, message) => {
    const input = JSON.stringify({ sessions: { main: { resources: ['/api/*'], ...session } } })
    const checked = check(input, 'x.json')
    expect(checked.kind === 'bad' && checked.issues.map((issue) => issue.path)).toEqual([`sessions.main.${path}`])
    expect(told(input)[0]).toMatch(message)
  })
})
