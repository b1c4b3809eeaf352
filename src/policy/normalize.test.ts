import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'

const read = (session: object) => {
  const result = readConfiguration({ sessions: { main: { resources: ['/api/*'], ...session } } })
  if (result.kind === 'bad') throw new Error(JSON.stringify(result.issues))
  return result.configuration.sessions[0]!
}

test.each<readonly [string, object, object]>([
  ['a path', { accessToken: 'data.token' }, { accessToken: ['data.token'] }],
  [
    'a list, a header in it',
    { accessToken: ['a', 'header:authorization'] },
    { accessToken: ['a', 'header:authorization'] },
  ],
  ['a lifetime without a unit', { expiresIn: ['a', 'b'] }, { expiresIn: { at: ['a', 'b'], in: 's' } }],
  ['a lifetime with its unit', { expiresIn: { at: 'a', in: 'ms' } }, { expiresIn: { at: ['a'], in: 'ms' } }],
  ['a lifetime with the default unit', { expiresIn: { at: ['a'] } }, { expiresIn: { at: ['a'], in: 's' } }],
  ['a point in time', { expiresAt: { at: 'a', in: 'iso' } }, { expiresAt: { at: ['a'], in: 'iso' } }],
  ['a point in time in seconds', { expiresAt: 'a' }, { expiresAt: { at: ['a'], in: 's' } }],
])('tokenFields: %s', (_, tokenFields, expected) => {
  expect(read({ tokenFields }).tokenFields).toEqual({ ...rfc6749Fields, ...expected })
})

test('fields of one captured answer, and of the refresh: what is left out is as in the session', () => {
  const { capture, refresh, tokenFields } = read({
    tokenFields: { accessToken: 'jwt', refreshToken: 'refresh' },
    capture: ['/login', { url: '/graphql', tokenFields: { accessToken: 'data.login.token' } }, { url: '/other' }],
    refresh: { url: '/refresh', tokenFields: { accessToken: ['id_token', 'token'] } },
  })
  expect(capture).toEqual([
    { url: '/login', tokenFields },
    { url: '/graphql', tokenFields: { ...tokenFields, accessToken: ['data.login.token'] } },
    { url: '/other', tokenFields },
  ])
  expect(refresh!.tokenFields).toEqual({ ...tokenFields, accessToken: ['id_token', 'token'] })
})

test('several captures of one URL read the fields of all, each in their order', () => {
  const { capture } = read({
    capture: [
      {
        url: '/graphql',
        tokenFields: { accessToken: 'data.login.token', expiresAt: { at: 'data.login.at', in: 'ms' } },
      },
      '/login',
      { url: '/graphql', tokenFields: { accessToken: ['data.register.token', 'data.login.token'], expiresAt: 'at' } },
    ],
  })
  const both = {
    ...rfc6749Fields,
    accessToken: ['data.login.token', 'data.register.token'],
    expiresAt: { at: ['data.login.at'], in: 'ms' },
  }
  expect(capture).toEqual([
    { url: '/graphql', tokenFields: both },
    { url: '/login', tokenFields: rfc6749Fields },
    { url: '/graphql', tokenFields: both },
  ])
})

test.each([
  ['the default', {}, {}, ['error'], ['error']],
  ['a path', { errorField: 'code' }, {}, ['code'], ['code']],
  ['a list', { errorField: ['error', 'errors.*.code'] }, {}, ['error', 'errors.*.code'], ['error', 'errors.*.code']],
  ['one of the refresh', { errorField: 'code' }, { errorField: 'error.message' }, ['code'], ['error.message']],
])('errorField: %s', (_, session, ofRefresh, expected, expectedOfRefresh) => {
  const { errorField, refresh } = read({ ...session, refresh: { url: '/refresh', ...ofRefresh } })
  expect(errorField).toEqual(expected)
  expect(refresh!.errorField).toEqual(expectedOfRefresh)
})

test('a refresh by the page has nothing of a request', () => {
  expect(read({ refresh: { by: 'page', tokenFields: { accessToken: 'accessToken' } } }).refresh).toEqual({
    by: 'page',
    timeoutSeconds: 10,
    tokenFields: { ...rfc6749Fields, accessToken: ['accessToken'] },
  })
})

test('a described sign-out has defaults', () => {
  expect(read({ signOut: { url: '/logout' } }).signOut).toEqual({
    url: '/logout',
    method: 'POST',
    body: 'form',
    parameters: {},
    headers: {},
    credentials: 'omit',
  })
})

test('an authorization server with written metadata', () => {
  const metadata = { authorization_endpoint: 'https://id.example.com/a', token_endpoint: 'https://id.example.com/t' }
  const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
  expect(read({ authorizationServer: { ...server, metadata } }).authorizationServer).toEqual({
    ...server,
    metadata,
    resource: [],
    dpop: false,
    parameters: {},
    signOutParameters: {},
  })
})
