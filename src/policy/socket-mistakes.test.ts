import { expect, test } from 'vitest'
import { readConfiguration } from './configuration.ts'

const read = (sockets: unknown, more: object = {}) =>
  readConfiguration({ sessions: { main: { resources: ['/api/*'], refresh: { url: '/refresh' }, sockets, ...more } } })
const exposed = { exposeAccessToken: true }
const url = 'wss://api.example.com/live'
const bound = {
  refresh: undefined,
  authorizationServer: { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in', dpop: true },
}

test.each<readonly [string, unknown, object]>([
  ['none', [], {}],
  ['a ticket', [{ url, ticket: { url: '/api/ws-ticket' } }], {}],
  ['a ticket of a session with DPoP', [{ url, ticket: { url: '/api/ws-ticket' } }], bound],
  ['a subprotocol', [{ url, protocol: 'base64url.bearer.authorization.k8s.io.{accessToken:base64url}' }], exposed],
  ['a parameter', [{ url: 'wss://hub.example.com/chat', parameter: 'access_token' }], exposed],
  ['a message', [{ url, firstMessage: { type: 'connection_init', payload: { authToken: '{accessToken}' } } }], exposed],
  ['a message of text', [{ url, firstMessage: 'AUTH {accessToken}' }], exposed],
  ['a message with GraphQL in it', [{ url, firstMessage: { query: '{ me { id } }', t: '{accessToken}' } }], exposed],
  ['a pattern of the own origin', [{ url: '/live/*', parameter: 't' }], exposed],
  ['plain ws on loopback', [{ url: 'ws://localhost:3000/live', parameter: 't' }], exposed],
  ['a wildcard', [{ url: 'wss://*.example.com/live', parameter: 't' }], exposed],
  ['close codes', [{ url, parameter: 't', closeCodes: [4000, { code: 1008, reason: 'token' }] }], exposed],
])('good: %s', (_, sockets, more) => {
  expect(read(sockets, more)).toMatchObject({ kind: 'good' })
})

test('a ticket and close codes get their defaults', () => {
  const result = read([{ url, ticket: { url: '/t' } }])
  expect(result.kind === 'good' && result.configuration.sessions[0]?.sockets).toEqual([
    { url, ticket: { url: '/t', method: 'POST', field: 'ticket', parameter: 'ticket' }, closeCodes: [4401, 3000] },
  ])
})

test.each<readonly [string, unknown, object, string, RegExp]>([
  ['no list', {}, {}, '', /./],
  ['no url', [{ parameter: 't' }], exposed, '[0].url', /Missing/],
  ['no way', [{ url }], exposed, '[0]', /"ticket", "protocol", "parameter" or "firstMessage"/],
  ['two ways', [{ url, ticket: { url: '/t' }, parameter: 't' }], exposed, '[0].parameter', /either "ticket" or "param/],
  ['another key', [{ url, header: 'Authorization', parameter: 't' }], exposed, '[0].header', /Unknown key/],
  ['a parameter that is not exposed', [{ url, parameter: 't' }], {}, '[0].parameter', /"exposeAccessToken": true/],
  ['a protocol that is not exposed', [{ url, protocol: '{accessToken}' }], {}, '[0].protocol', /exposeAccessToken/],
  ['a message that is not exposed', [{ url, firstMessage: '{accessToken}' }], {}, '[0].firstMessage', /exposeAccess/],
  ['a token that is bound', [{ url, parameter: 't' }], { ...bound, ...exposed }, '[0].parameter', /Use "ticket".*dpop/],
  ['an empty parameter', [{ url, parameter: '' }], exposed, '[0].parameter', /at least one character/],
  ['https', [{ url: 'https://a.example/x', parameter: 't' }], exposed, '[0].url', /Write "wss:"/],
  ['plain ws', [{ url: 'ws://a.example/x', parameter: 't' }], exposed, '[0].url', /Use wss: plain ws is for localhost/],
  ['every host', [{ url: 'wss://*/x', parameter: 't' }], exposed, '[0].url', /"wss:\/\/host\/path"/],
  ['no pattern', [{ url: 'live', parameter: 't' }], exposed, '[0].url', /"\/path" or "wss:\/\/host\/path"/],
  ['a protocol without a token', [{ url, protocol: 'chat' }], exposed, '[0].protocol', /Put \{accessToken\}/],
  [
    'a protocol with a space',
    [{ url, protocol: 'b {accessToken}' }],
    exposed,
    '[0].protocol',
    /a subprotocol has none/,
  ],
  [
    'a message without a token',
    [{ url, firstMessage: { type: 'init' } }],
    exposed,
    '[0].firstMessage',
    /Put \{accessTok/,
  ],
  [
    'a refresh token in a message',
    [{ url, firstMessage: { a: '{accessToken}', b: '{refreshToken}' } }],
    exposed,
    '[0].firstMessage.b',
    /no placeholder \{refreshToken\}.*\{accessToken:base64url\}/,
  ],
  [
    'a cookie in a protocol',
    [{ url, protocol: '{accessToken}{cookie:x}' }],
    exposed,
    '[0].protocol',
    /a subprotocol has none/,
  ],
  [
    'a placeholder in the parameter',
    [{ url, parameter: '{accessToken}' }],
    exposed,
    '[0].parameter',
    /Take the placeh/,
  ],
  ['a ticket without a url', [{ url, ticket: {} }], {}, '[0].ticket.url', /Missing/],
  ['a ticket of plain http', [{ url, ticket: { url: 'http://a.example/t' } }], {}, '[0].ticket.url', /Use https/],
  ['a ticket by PUT', [{ url, ticket: { url: '/t', method: 'PUT' } }], {}, '[0].ticket.method', /one of/],
  [
    'a close code that is none',
    [{ url, parameter: 't', closeCodes: [401] }],
    exposed,
    '[0].closeCodes[0]',
    /1000 to 49/,
  ],
  [
    'a close code without its reason',
    [{ url, parameter: 't', closeCodes: [{ code: 1008 }] }],
    exposed,
    '[0].closeCodes[0].reason',
    /Missing/,
  ],
])('bad: %s', (_, sockets, more, path, message) => {
  const result = read(sockets, more)
  const issues = result.kind === 'bad' ? result.issues : []
  expect(issues).toEqual([{ path: `sessions.main.sockets${path}`, message: expect.stringMatching(message) }])
})
