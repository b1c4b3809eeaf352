import { expect, test } from 'vitest'
import { rfc6749Fields } from './rfc6749-fields.ts'
import { withoutTokens } from './capture.ts'

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
    'no text that contains a token of three characters: it does so by chance',
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
