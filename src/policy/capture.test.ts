import { expect, test } from 'vitest'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'
import { headersWithTokens, withoutTokens } from './capture.ts'

const fields = rfc6749Fields

test.each([
  ['the three fields', { access_token: 'a', refresh_token: 'r', id_token: 'i', user: { id: 1 } }, { user: { id: 1 } }],
  [
    'a copy under another name (Baserow)',
    { access_token: 'a', refresh_token: 'r', token: 'a', user: {} },
    { user: {} },
  ],
  ['a copy deep inside', { access_token: 'a', user: { keys: [{ value: 'a', n: 1 }] } }, { user: { keys: [{ n: 1 }] } }],
  ['a copy in an array', { access_token: 'a', list: ['x', 'a', 'y'] }, { list: ['x', 'y'] }],
  ['a field that is no string', { access_token: 'a', refresh_token: { r: 1 } }, {}],
  [
    'no text that contains a token of three characters: it does so at random',
    { access_token: 'ann', name: 'anna' },
    { name: 'anna' },
  ],
  [
    'no empty string because of an empty refresh token',
    { access_token: 'a', refresh_token: '', name: '' },
    { name: '' },
  ],
  ['no null because of a null refresh token', { access_token: 'a', refresh_token: null, name: null }, { name: null }],
  [
    'no member of the same name elsewhere',
    { access_token: 'a', help: { access_token: 'text' } },
    { help: { access_token: 'text' } },
  ],
])('takes out %s', (_, body, expected) => {
  expect(withoutTokens(body, fields)).toEqual(expected)
})

test('fields at dot paths', () => {
  expect(withoutTokens({ data: { token: 'a', n: 1 }, token: 'a' }, { ...fields, accessToken: ['data.token'] })).toEqual(
    {
      data: { n: 1 },
    },
  )
})

test('the body given is left as it is, and __proto__ stays a plain member', () => {
  const body: unknown = JSON.parse('{"access_token":"a","__proto__":{"x":1},"list":["a"]}')
  expect(JSON.stringify(withoutTokens(body, fields))).toBe('{"__proto__":{"x":1},"list":[]}')
  expect(JSON.stringify(body)).toBe('{"access_token":"a","__proto__":{"x":1},"list":["a"]}')
})

const TOKEN = 'eyJh"b/c+d\\e=.f'
const escaped = JSON.stringify(TOKEN).slice(1, -1)
test.each<readonly [string, string]>([
  ['the token itself', TOKEN],
  ['a header', `Bearer ${TOKEN}`],
  ['a URL', `/x?token=${TOKEN}&y`],
  ['percent-encoded', `/x?token=${encodeURIComponent(TOKEN)}`],
  ['percent-encoded in lower case', encodeURIComponent(TOKEN).toLowerCase().replace('eyjh', 'eyJh')],
  ['percent-encoded twice', encodeURIComponent(encodeURIComponent(TOKEN))],
  ['every character percent-encoded', [...TOKEN].map((each) => `%${each.charCodeAt(0).toString(16)}`).join('')],
  ['JSON in a string', JSON.stringify({ token: TOKEN })],
  ['JSON with an escaped slash', `{"token":"${escaped.replace('/', '\\/')}"}`],
  [
    'JSON with \\u escapes',
    [...TOKEN].map((each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`).join(''),
  ],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ token: TOKEN }))],
  ['HTML', `<a href="?t=${TOKEN.replace('"', '&quot;')}">`],
  ['HTML with decimal references', [...TOKEN].map((each) => `&#${each.charCodeAt(0)};`).join('')],
  ['HTML with hexadecimal references', [...TOKEN].map((each) => `&#X${each.charCodeAt(0).toString(16)};`).join('')],
  [
    'JavaScript with \\x escapes',
    [...TOKEN].map((each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, '0')}`).join(''),
  ],
])('a text that contains a token is taken out: %s', (_, text) => {
  const body = { access_token: TOKEN, user: { link: text, list: [text, 'x'], [text]: 1, name: 'Ada' } }
  expect(withoutTokens(body, fields)).toEqual({ user: { list: ['x'], name: 'Ada' } })
})

test.each(['100 % sure', '\\', '%', '%zz', '&amp;', 'a\\u12', '&#;', '&#9999999;', '\\xzz', 'Bearer'])(
  'the text %j stays as it is',
  (text) => {
    expect(withoutTokens({ access_token: TOKEN, text }, fields)).toEqual({ text })
  },
)

test('every path of a list, and what they hold elsewhere', () => {
  const lists = { ...fields, accessToken: ['access_token', 'sessions.*.jwt'], refreshToken: ['header:x-refresh'] }
  const body = {
    access_token: 'first-token',
    sessions: [{ jwt: 'second-token', id: 1 }, { jwt: 7 }],
    note: 'second-token',
    r: 'refresh-token',
  }
  expect(withoutTokens(body, lists, [['X-Refresh', 'refresh-token']])).toEqual({ sessions: [{ id: 1 }, {}] })
})

test('a body that is a token itself, or is nested too deeply to be looked at', () => {
  const inHeader = { ...fields, accessToken: ['header:authorization'] }
  const headers = [['authorization', 'Bearer secret-token']] as const
  expect(withoutTokens('secret-token', inHeader, headers)).toBeNull()
  const deep = JSON.parse(`${'{"a":'.repeat(5_000)}"secret-token"${'}'.repeat(5_000)}`) as unknown
  expect(JSON.stringify(withoutTokens(deep, inHeader, headers))).not.toContain('secret-token')
})

test('headers that the page does not get', () => {
  const headers = new Headers({
    authorization: 'Bearer access-token',
    location: `/home?token=access-token`,
    'x-refresh': 'refresh-token',
    'x-copy': encodeURIComponent('id+token'),
    'x-request-id': '1',
  })
  const inHeaders = {
    ...fields,
    accessToken: ['header:Authorization'],
    refreshToken: ['header:X-Refresh', 'refresh_token'],
  }
  expect(headersWithTokens(headers, inHeaders, { id_token: 'id+token' })).toEqual([
    'authorization',
    'location',
    'x-copy',
    'x-refresh',
  ])
  expect(headersWithTokens(headers, fields, {})).toEqual([])
})
