import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'
import { refreshNeeds } from './refresh-needs.ts'

const needsOf = (session: object) => {
  const read = readConfiguration({ sessions: { main: { resources: ['/api/*'], ...session } } })
  if (read.kind === 'bad') throw new Error(JSON.stringify(read.issues))
  return refreshNeeds(read.configuration.sessions[0]!)
}
const url = '/api/refresh'

test.each<readonly [string, object, ReturnType<typeof refreshNeeds>]>([
  ['nothing: there is no way to refresh', {}, undefined],
  [
    'an authorization server',
    { authorizationServer: { issuer: 'https://id.example.com', clientId: 'a', redirectUri: '/r' } },
    'refresh-token',
  ],
  ['RFC 6749 section 6', { refresh: { url } }, 'refresh-token'],
  [
    'a refresh token in a header',
    { refresh: { url, body: 'none', headers: { Authorization: 'Bearer {refreshToken}' } } },
    'refresh-token',
  ],
  [
    'both tokens in the body',
    { refresh: { url, body: 'json', parameters: { a: '{accessToken}', r: '{refreshToken}' } } },
    'refresh-token',
  ],
  [
    'an access token that renews itself',
    { refresh: { url, body: 'none', headers: { Authorization: 'JWT {accessToken}' } } },
    'access-token',
  ],
  ['a cookie', { refresh: { url, body: 'none', credentials: 'include' } }, 'cookie'],
  [
    'a cookie and a body (Directus)',
    { refresh: { url, body: 'json', credentials: 'include', parameters: { mode: 'cookie' } } },
    'cookie',
  ],
  [
    'a cookie of its own name only',
    { refresh: { url, body: 'none', headers: { 'X-CSRF': '{cookie:csrf}' } } },
    'cookie',
  ],
  ['code of the page', { refresh: { by: 'page' } }, 'page'],
])('a refresh needs: %s', (_, session, expected) => {
  expect(needsOf(session)).toBe(expected)
})
