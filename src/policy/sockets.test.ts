import { describe, expect, test } from 'vitest'
import { messageText, withToken } from './first-message.ts'
import type { SocketConfiguration } from './normalize.ts'
import { asHttp, bringsToken, isRefusal, socketToken, withParameter } from './sockets.ts'

const closeCodes: SocketConfiguration['closeCodes'] = [4401, { code: 1008, reason: 'token' }]
const socket = (more: object): SocketConfiguration => ({ url: 'wss://a.example/*', closeCodes, ...more })
const secrets = { accessToken: 'a+/b=', base64url: 'YSsvYj0' }
const asked = (url: string, ...protocols: string[]) => ({ url, protocols })
const URL = 'wss://a.example/live'

test.each([
  ['wss://a.example/x?wss:', 'https://a.example/x?wss:'],
  ['WS://localhost/x', 'http://localhost/x'],
  ['/live', '/live'],
  ['wsx://a', 'wsx://a'],
])('%s is matched as %s', (url, expected) => {
  expect(asHttp(url)).toBe(expected)
})

test.each([
  ['no query', URL, `${URL}?t=a%2B%2Fb%3D`],
  ['an empty query', `${URL}?`, `${URL}?t=a%2B%2Fb%3D`],
  ['another parameter, as it is written', `${URL}?a=%7e&b`, `${URL}?a=%7e&b&t=a%2B%2Fb%3D`],
  ['the same parameter', `${URL}?t=old&a=1&t=`, `${URL}?a=1&t=a%2B%2Fb%3D`],
  ['the same parameter, encoded', `${URL}?%74=old`, `${URL}?t=a%2B%2Fb%3D`],
  ['a name that is no escape', `${URL}?%zz=1`, `${URL}?%zz=1&t=a%2B%2Fb%3D`],
  ['a question mark in the query', `${URL}?a=?t=1`, `${URL}?a=?t=1&t=a%2B%2Fb%3D`],
])('a parameter in a URL with %s', (_, url, expected) => {
  expect(withParameter(url, 't', secrets.accessToken)).toBe(expected)
})

test.each<readonly [string, SocketConfiguration, object]>([
  ['a parameter', socket({ parameter: 'access_token' }), { url: `${URL}?access_token=a%2B%2Fb%3D` }],
  ['a subprotocol', socket({ protocol: 'bearer.{accessToken:base64url}' }), { protocol: 'bearer.YSsvYj0' }],
  ['a subprotocol with the bare token', socket({ protocol: '{accessToken}' }), { protocol: 'a+/b=' }],
  [
    'a message of JSON',
    socket({ firstMessage: { type: 'init', n: 1, token: '{accessToken}', payload: ['Bearer {accessToken}'] } }),
    {
      firstMessage: {
        message: { type: 'init', n: 1, token: 'a+/b=', payload: ['Bearer a+/b='] },
        fixed: ['type', 'n'],
      },
    },
  ],
  ['a text', socket({ firstMessage: 'AUTH {accessToken}' }), { firstMessage: { message: 'AUTH a+/b=' } }],
])('%s', (_, configuration, expected) => {
  expect(socketToken(asked(URL), configuration, secrets)).toMatchObject(expected)
})

test.each<readonly [boolean, string, ReturnType<typeof asked>, object]>([
  [false, 'nothing of the page', asked(URL, 'chat'), { parameter: 't' }],
  [true, 'the parameter with a value', asked(`${URL}?t=own`), { parameter: 't' }],
  [true, 'the parameter of a ticket', asked(`${URL}?ticket=own`), { ticket: { url: '/t', parameter: 'ticket' } }],
  [false, 'the parameter without a value', asked(`${URL}?t=&t`), { parameter: 't' }],
  [false, 'a value that counts as none', asked(`${URL}?t=anon-key`), { parameter: 't' }],
  [false, 'another parameter', asked(`${URL}?tt=own`), { parameter: 't' }],
  [true, 'the subprotocol with a token', asked(URL, 'v4', 'bearer.own'), { protocol: 'bearer.{accessToken}' }],
  [false, 'the subprotocol without a token', asked(URL, 'bearer.'), { protocol: 'bearer.{accessToken}' }],
  [false, 'any subprotocol, where the token stands alone', asked(URL, 'v4'), { protocol: '{accessToken}' }],
  [false, 'a message', asked(`${URL}?t=own`), { firstMessage: '{accessToken}' }],
])('%s: the page brings a token: %s', (expected, _, socketOfPage, way) => {
  expect(bringsToken(socketOfPage, socket(way), ['Bearer anon-key'])).toBe(expected)
})

test.each([
  [4401, '', true],
  [4401, 'anything', true],
  [1008, 'the token expired', true],
  [1008, 'no such room', false],
  [1008, '', false],
  [1006, 'token', false],
  [1000, '', false],
])('close %s "%s": refused: %s', (code, reason, expected) => {
  expect(isRefusal({ code, reason }, closeCodes)).toBe(expected)
})

describe('the first message', () => {
  const first = { message: { type: 'connection_init', payload: { authToken: 'T' } }, fixed: ['type'] }

  test.each<readonly [string, unknown, unknown]>([
    ['the same message', '{"type":"connection_init"}', { type: 'connection_init', payload: { authToken: 'T' } }],
    [
      'its members stay',
      '{"type":"connection_init","id":1,"payload":{"locale":"cy"}}',
      { type: 'connection_init', id: 1, payload: { locale: 'cy', authToken: 'T' } },
    ],
    [
      'a token of the page stays',
      '{"type":"connection_init","payload":{"authToken":"own"}}',
      { type: 'connection_init', payload: { authToken: 'own' } },
    ],
    [
      'null and an empty text are no token',
      '{"type":"connection_init","payload":{"authToken":null}}',
      { type: 'connection_init', payload: { authToken: 'T' } },
    ],
    ['null is no payload', '{"type":"connection_init","payload":null}', first.message],
    ['another type', '{"type":"ping"}', undefined],
    ['a list', '["connection_init"]', undefined],
    ['no JSON', 'connection_init', undefined],
    ['no text', new Uint8Array(1), undefined],
  ])('of the page: %s', (_, own, expected) => {
    const text = withToken(first, own)
    expect(text && JSON.parse(text)).toEqual(expected)
  })

  test('a message that no member tells from others is always a further one', () => {
    expect(withToken({ message: { token: 'T' }, fixed: [] }, '{"token":""}')).toBeUndefined()
    expect(withToken({ message: 'AUTH T', fixed: [] }, 'AUTH own')).toBeUndefined()
  })

  test('text is sent as it is, anything else as JSON', () => {
    expect(messageText({ message: 'AUTH T', fixed: [] })).toBe('AUTH T')
    expect(messageText(first)).toBe('{"type":"connection_init","payload":{"authToken":"T"}}')
  })
})
