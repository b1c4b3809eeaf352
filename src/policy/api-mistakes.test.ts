import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'

const graph = { url: 'https://graph.example.com/*', resource: 'https://graph.example.com', scope: 'mail.read' }
const refresh = { url: '/refresh' }
const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }

const read = (session: object) =>
  readConfiguration({ sessions: { main: { resources: ['/api/*', graph], ...session } } })
const issues = (session: object) => {
  const result = read(session)
  return result.kind === 'bad' ? result.issues : []
}

test.each<readonly [string, object]>([
  ['a refresh by hand', { refresh }],
  ['a refresh of JSON', { refresh: { ...refresh, body: 'json' } }],
  ['a refresh by the page', { refresh: { by: 'page' } }],
  ['an authorization server', { authorizationServer: server }],
  ['a pattern alone, without a refresh', { resources: ['/api/*', { url: '/other/*' }] }],
])('good: %s', (_, session) => {
  expect(issues(session)).toEqual([])
})

test('an entry in its one form: the key is what is asked for', () => {
  const result = read({ refresh, resources: ['/a/*', { url: '/b/*' }, graph, { url: '/d/*', scope: 'files' }] })
  expect(result.kind === 'good' && result.configuration.sessions[0]?.resources).toEqual([
    { url: '/a/*' },
    { url: '/b/*' },
    {
      url: graph.url,
      api: {
        key: '["https://graph.example.com","mail.read"]',
        resource: 'https://graph.example.com',
        scope: 'mail.read',
      },
    },
    { url: '/d/*', api: { key: '[null,"files"]', scope: 'files' } },
  ])
})

test.each<readonly [string, object, string, RegExp]>([
  ['nothing to refresh with', {}, 'resources[1].resource', /Write "refresh" or "authorizationServer"/],
  ['no body', { refresh: { ...refresh, body: 'none' } }, 'resources[1].resource', /"body": "form" or "json"/],
  [
    'GET',
    { refresh: { ...refresh, method: 'GET', body: 'none' } },
    'resources[1].resource',
    /"body": "form" or "json"/,
  ],
  [
    'a scope alone, without a refresh',
    { resources: [{ url: '/a/*', scope: 'a' }] },
    'resources[0].scope',
    /comes from a refresh/,
  ],
  ['no pattern', { refresh, resources: [{ resource: 'x' }] }, 'resources[0].url', /Missing/],
  [
    'a wildcard host',
    { refresh, resources: [{ ...graph, url: 'https://*/x' }] },
    'resources[0].url',
    /origin named exactly/,
  ],
  ['an empty scope', { refresh, resources: [{ ...graph, scope: '' }] }, 'resources[0].scope', /at least one character/],
  ['a list of resources', { refresh, resources: [{ ...graph, resource: ['a'] }] }, 'resources[0].resource', /./],
  ['another key', { refresh, resources: [{ ...graph, audience: 'a' }] }, 'resources[0].audience', /Unknown key.*scope/],
  ['a number', { refresh, resources: [7] }, 'resources[0]', /such as "\/api\/\*", or \{ "url"/],
])('mistake: %s', (_, session, path, message) => {
  expect(issues(session)).toContainEqual({ path: `sessions.main.${path}`, message: expect.stringMatching(message) })
})
