import { describe, expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'

const issuesOf = (sessions: object) => {
  const result = readConfiguration({ sessions })
  return result.kind === 'bad' ? result.issues : []
}
const ofSession = (more: object) => issuesOf({ main: { resources: ['/api/*'], ...more } })
const url = '/refresh'
const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
const metadata = { authorization_endpoint: 'https://id.example.com/a', token_endpoint: 'https://id.example.com/t' }
const refresh = (more: object) => ({ refresh: { url, ...more } })
const signOut = (more: object) => ({ signOut: { url: '/logout', ...more } })

test.each<readonly [string, object]>([
  [
    'placeholders in headers and JSON',
    refresh({
      body: 'json',
      headers: { Authorization: 'Bearer {refreshToken}', 'X-CSRF-TOKEN': '{cookie:csrf}' },
      parameters: { auth: { refresh: '{refreshToken}', access: '{accessToken}' }, remember: true },
    }),
  ],
  ['placeholders in a form', refresh({ parameters: { token: '{accessToken}' } })],
  ['PUT', refresh({ method: 'PUT' })],
  ['PATCH', refresh({ method: 'PATCH', body: 'json' })],
  [
    'DELETE at sign-out',
    signOut({ method: 'DELETE', body: 'none', headers: { Authorization: 'Bearer {accessToken}' } }),
  ],
  ['GET at sign-out', signOut({ method: 'GET', body: 'none' })],
  ['a header of any case', refresh({ headers: { 'CONTENT-TYPE': 'application/x-amz-json-1.1' } })],
  ['tokens by the page', { refresh: { by: 'page', timeoutSeconds: 30, tokenFields: { accessToken: 'accessToken' } } }],
  ['the bare token', { scheme: '' }],
  ['values that are replaced', { replaces: ['Bearer public-anon-key'] }],
  ['codes only', { sessionEnded: { statuses: [] } }],
  ['a 403 that ends', { sessionEnded: { statuses: [400, 401, 403] } }],
  [
    'a GraphQL document',
    refresh({
      body: 'json',
      parameters: { query: 'mutation { refresh { token } }', compact: 'mutation{refresh{token}}' },
    }),
  ],
  [
    'every destination',
    { destinations: ['image', 'audio', 'video', 'track', 'script', 'style', 'font', 'manifest', 'worker'] },
  ],
  [
    'written metadata, the issuer in them',
    { authorizationServer: { ...server, metadata: { ...metadata, issuer: server.issuer } } },
  ],
  [
    'an issuer on this machine, its endpoints without https',
    {
      authorizationServer: {
        ...server,
        issuer: 'http://localhost:8080',
        metadata: { authorization_endpoint: 'http://localhost:8080/a', token_endpoint: 'http://127.0.0.1:8080/t' },
      },
    },
  ],
  [
    'parameters of the authorization request',
    {
      authorizationServer: {
        ...server,
        parameters: { audience: 'https://api.example.com' },
        signOutParameters: { client_id: 'spa', logout_uri: 'https://app.example.com/' },
      },
    },
  ],
  ["the page's own lane", { direct: true, header: 'authorization', storage: 'indexeddb' }],
  ['no lane, with another header', { direct: false, header: 'X-Token', storage: 'memory' }],
  ['a named group that is called like a placeholder elsewhere', { resources: ['/v1/{books}?/x'] }],
])('good: %s', (_, more) => {
  expect(ofSession(more)).toEqual([])
})

const by = (more: object) => ({ refresh: { by: 'page', ...more } })
describe('every mistake is told at its path, with its cure', () => {
  test.each<readonly [string, object, string, RegExp]>([
    [
      'refresh and authorizationServer',
      { ...refresh({}), authorizationServer: server },
      'authorizationServer',
      /exclude each other/,
    ],
    ['direct and memory', { direct: true, storage: 'memory' }, 'direct', /"storage": "memory".*comes to no page/],
    ['direct and another header', { direct: true, header: 'X-Token' }, 'direct', /Take "direct" out, or "header"/],
    ['revoke and signOut', { revoke: '/revoke', ...signOut({}) }, 'signOut', /Keep either "revoke" or "signOut"/],
    ['neither url nor by', { refresh: {} }, 'refresh.url', /"url": "\/api\/token\/refresh", or write "by": "page"/],
    ['url and by', by({ url }), 'refresh.url', /"by": "page"/],
    ['headers and by', by({ headers: { A: '1' } }), 'refresh.headers', /no request is sent/],
    ['another by', { refresh: { by: 'worker' } }, 'refresh.by', /\["page"\]/],
    [
      'parameters that nobody sends',
      refresh({ body: 'none', parameters: { a: '1' } }),
      'refresh.parameters',
      /"body": "json"/,
    ],
    ['a client id that nobody sends', refresh({ body: 'none', clientId: 'a' }), 'refresh.clientId', /"body": "json"/],
    [
      'a token field that nobody sends',
      refresh({ body: 'none', tokenField: 'a' }),
      'refresh.tokenField',
      /"body": "json"/,
    ],
    [
      'parameters of a sign-out that nobody sends',
      signOut({ body: 'none', parameters: { a: '1' } }),
      'signOut.parameters',
      /"body": "json"/,
    ],
    ['GET with a body', signOut({ method: 'GET' }), 'signOut.body', /"none"/],
    [
      'a number in a form',
      refresh({ parameters: { a: 1 } }),
      'refresh.parameters.a',
      /Write a string, as in "true" or "1", or write "body": "json"/,
    ],
    [
      'an object in a form',
      signOut({ body: 'form', parameters: { a: {} } }),
      'signOut.parameters.a',
      /a form has strings only/,
    ],
    [
      'one header twice',
      refresh({ headers: { 'Content-Type': 'a/b', 'content-type': 'c/d' } }),
      'refresh.headers["content-type"]',
      /Keep one/,
    ],
    ['a status of load', { sessionEnded: { statuses: [400, 429] } }, 'sessionEnded.statuses[1]', /"errorCodes"/],
    [
      'a status of a server that is down',
      { sessionEnded: { statuses: [500] } },
      'sessionEnded.statuses[0]',
      /"errorCodes"/,
    ],
    [
      'metadata of another issuer',
      { authorizationServer: { ...server, metadata: { ...metadata, issuer: 'https://evil.example' } } },
      'authorizationServer.metadata.issuer',
      /RFC 8414/,
    ],
    [
      'an endpoint of plain http, and an issuer of https',
      { authorizationServer: { ...server, metadata: { ...metadata, token_endpoint: 'http://localhost:8080/token' } } },
      'authorizationServer.metadata.token_endpoint',
      /"issuer": "http:\/\/localhost:8080"/,
    ],
    [
      'metadata without a token endpoint',
      { authorizationServer: { ...server, metadata: { authorization_endpoint: 'https://id.example.com/a' } } },
      'authorizationServer.metadata.token_endpoint',
      /Missing/,
    ],
    [
      'a relative endpoint',
      { authorizationServer: { ...server, metadata: { ...metadata, token_endpoint: '/t' } } },
      'authorizationServer.metadata.token_endpoint',
      /https:\/\/id\.example\.com/,
    ],
    [
      'a misspelt endpoint',
      { authorizationServer: { ...server, metadata: { ...metadata, end_session: 'https://id.example.com/x' } } },
      'authorizationServer.metadata.end_session',
      /Known: .*end_session_endpoint/,
    ],
    [
      'a parameter that the worker sets',
      { authorizationServer: { ...server, parameters: { state: 'x' } } },
      'authorizationServer.parameters.state',
      /"audience"/,
    ],
    ['a scheme with a space', { scheme: 'Bearer ' }, 'scheme', /"" for the bare token/],
    ['a captured object without url', { capture: [{ tokenFields: {} }] }, 'capture[0].url', /Missing/],
    ['a captured number', { capture: [5] }, 'capture[0]', /\{ "url": "\/graphql"/],
    [
      'an unknown unit',
      { tokenFields: { expiresIn: { at: 'a', in: 'minutes' } } },
      'tokenFields.expiresIn.in',
      /\["s","ms"\]/,
    ],
    [
      'a lifetime as a date',
      { tokenFields: { expiresIn: { at: 'a', in: 'iso' } } },
      'tokenFields.expiresIn.in',
      /\["s","ms"\]/,
    ],
    ['a unit without a place', { tokenFields: { expiresAt: { in: 'ms' } } }, 'tokenFields.expiresAt.at', /Missing/],
    ['a path that is a number', { tokenFields: { accessToken: 1 } }, 'tokenFields.accessToken', /"header:NAME"/],
    [
      'a path with an empty name, in a list',
      { tokenFields: { accessToken: ['a', 'b.'] } },
      'tokenFields.accessToken[1]',
      /"data.access_token"/,
    ],
    [
      'a header without a name',
      { tokenFields: { accessToken: 'header:' } },
      'tokenFields.accessToken',
      /"header:authorization"/,
    ],
    [
      'a header that no script can read',
      { tokenFields: { accessToken: 'header:Set-Cookie' } },
      'tokenFields.accessToken',
      /"header:authorization"/,
    ],
    ['a code in a header', { errorField: ['header:x-error'] }, 'errorField[0]', /"errors\.\*\.code"/],
    ['a path that is none', { errorField: {} }, 'errorField', /\["error", "errors\.\*\.extensions\.code"\]/],
  ])('%s', (_, more, path, cure) => {
    const issue = ofSession(more).find((each) => each.path === `sessions.main.${path}`)
    expect(issue?.message, JSON.stringify(ofSession(more))).toMatch(cure)
  })
})

describe('placeholders', () => {
  test.each<readonly [string, object, string, RegExp]>([
    [
      'in a URL',
      refresh({ url: '/refresh?token={refreshToken}' }),
      'refresh.url',
      /"headers" and "parameters" of "refresh" and "signOut" only/,
    ],
    ['in a resource', { resources: ['/api/{accessToken}'] }, 'resources[0]', /only/],
    ['in revoke', { revoke: '/revoke/{refreshToken}' }, 'revoke', /only/],
    [
      'in an authorization request',
      { authorizationServer: { ...server, parameters: { a: '{cookie:x}' } } },
      'authorizationServer.parameters.a',
      /only/,
    ],
    ['in tokenField', refresh({ tokenField: '{refreshToken}' }), 'refresh.tokenField', /only/],
    ['in clientId', refresh({ clientId: '{accessToken}' }), 'refresh.clientId', /only/],
    ['in replaces', { replaces: ['Bearer {accessToken}'] }, 'replaces[0]', /only/],
    [
      'in the name of a header',
      refresh({ headers: { '{accessToken}': 'a' } }),
      'refresh.headers["{accessToken}"]',
      /header/,
    ],
    [
      'in the name of a parameter',
      refresh({ parameters: { '{accessToken}': 'a' } }),
      'refresh.parameters["{accessToken}"]',
      /Move the placeholder into a value/,
    ],
    [
      'that there is not',
      refresh({ headers: { A: '{idToken}' } }),
      'refresh.headers.A',
      /no placeholder \{idToken\}.*\{refreshToken\}/,
    ],
    [
      'of another spelling',
      refresh({ parameters: { a: '{refresh_token}' } }),
      'refresh.parameters.a',
      /\{refreshToken\}/,
    ],
    [
      'with an encoding',
      refresh({ headers: { A: '{accessToken:base64url}' } }),
      'refresh.headers.A',
      /\{accessToken\}/,
    ],
    ['of a cookie without a name', refresh({ headers: { A: '{cookie:}' } }), 'refresh.headers.A', /\{cookie:NAME\}/],
    ['of a cookie with a space', refresh({ headers: { A: '{cookie:a b}' } }), 'refresh.headers.A', /\{cookie:NAME\}/],
    [
      'deep inside',
      signOut({ body: 'json', parameters: { a: [{ b: '{token}' }] } }),
      'signOut.parameters.a[0].b',
      /Example/,
    ],
  ])('%s', (_, more, path, cure) => {
    const issue = ofSession(more).find((each) => each.path === `sessions.main.${path}`)
    expect(issue?.message, JSON.stringify(ofSession(more))).toMatch(cure)
  })
})

describe('a redirectUri of two sessions', () => {
  const says = { metadata: { ...metadata, authorization_response_iss_parameter_supported: true } }
  const two = (a: object, b: object) =>
    issuesOf({
      a: { resources: ['/a/*'], authorizationServer: { ...server, ...a } },
      b: { resources: ['/b/*'], authorizationServer: { ...server, ...b } },
    })
  const other = { issuer: 'https://other.example' }

  test.each<readonly [string, object, object]>([
    ['of one issuer', {}, {}],
    ['each has its own', {}, { ...other, redirectUri: '/signed-in/b' }],
    ['both servers say who they are', says, { ...other, ...says }],
  ])('good: %s', (_, a, b) => {
    expect(two(a, b)).toEqual([])
  })

  test.each<readonly [string, object, object]>([
    ['two issuers', {}, other],
    ['only the first server says who it is', says, other],
    ['only the second server says who it is', {}, { ...other, ...says }],
    ['one is relative', {}, { ...other, redirectUri: 'https://app.example.com/signed-in' }],
    ['another query', {}, { ...other, redirectUri: '/signed-in?b' }],
    ['another spelling of the path', {}, { ...other, redirectUri: '/x/../signed%2Din' }],
  ])('bad: %s (RFC 9207)', (_, a, b) => {
    expect(two(a, b)).toEqual([
      {
        path: 'sessions.b.authorizationServer.redirectUri',
        message: expect.stringMatching(/"\/signed-in\/b".*RFC 9207/),
      },
    ])
  })
})
