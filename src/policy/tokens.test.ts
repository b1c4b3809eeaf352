import { expect, test } from 'vitest'
import { rfc6749Fields } from './rfc6749-fields.ts'
import { codeAt, readPath } from './paths.ts'
import { hasAccessToken, isCredential, readTokenResponse } from './tokens.ts'

const fields = rfc6749Fields
const read = (more: object) => readTokenResponse({ access_token: 'at', ...more }, fields)

test.each([
  ['a member', { a: 1 }, 'a', 1],
  ['a nested member', { a: { b: [{ c: 2 }] } }, 'a.b.0.c', 2],
  ['nothing of an inherited member', {}, 'toString', undefined],
  ['nothing of __proto__', {}, '__proto__.constructor', undefined],
  ['nothing of a string', { a: 'text' }, 'a.length', undefined],
  ['nothing of null', null, 'a', undefined],
])('a path reads %s', (_, value, path, expected) => {
  expect(readPath(value, path)).toBe(expected)
})

test.each([
  ['a string', 'invalid_grant', 'invalid_grant'],
  ['a number', 40101, '40101'],
  ['nothing of an object', {}, undefined],
  ['nothing of an empty string', '', undefined],
  ['nothing of a text that is no code', 'x'.repeat(101), undefined],
])('a code is %s', (_, error, expected) => {
  expect(codeAt({ error }, 'error')).toBe(expected)
})

test.each([
  ['a token', 'mF_9.B5f-4.1JqM~+/=', true],
  ['16 KiB', 'x'.repeat(16_384), true],
  ['more than 16 KiB', 'x'.repeat(16_385), false],
  ['an empty string', '', false],
  ['a space inside', 'a b', false],
  ['a line break at the end', 'a\n', false],
  ['no ASCII', 'tökén', false],
  ['a control character', 'a\x7f', false],
  ['undefined', 'undefined', false],
  ['null', 'null', false],
  ['an object', '[object Object]', false],
  ['undefined as a part', 'undefined1', true],
  ['a number', 5, false],
])('a credential, or not: %s', (_, value, expected) => {
  expect(isCredential(value)).toBe(expected)
})

test.each([
  [
    'RFC 6749 section 5.1',
    {
      access_token: '2YotnFZFEjr1zCsicMWpAA',
      token_type: 'example',
      expires_in: 3600,
      refresh_token: 'tGzv3JOkF0XG5Qx2TlKWIA',
      scope: 'rows',
    },
    {
      accessToken: '2YotnFZFEjr1zCsicMWpAA',
      tokenType: 'example',
      expiresIn: 3600,
      refreshToken: 'tGzv3JOkF0XG5Qx2TlKWIA',
      scope: 'rows',
    },
  ],
  ['OpenID Connect Core section 3.1.3.3', { id_token: 'a.b.c' }, { accessToken: 'at', idToken: 'a.b.c' }],
  ['no refresh token', {}, { accessToken: 'at' }],
  ['null as refresh token', { refresh_token: null }, { accessToken: 'at' }],
  ['an empty refresh token', { refresh_token: '' }, { accessToken: 'at' }],
  ['an unusable refresh token', { refresh_token: 'a b' }, { accessToken: 'at' }],
  ['a number in a string', { expires_in: '600' }, { accessToken: 'at', expiresIn: 600 }],
  ['an empty expires_in', { expires_in: '' }, { accessToken: 'at' }],
  ['a text as expires_in', { expires_in: 'soon' }, { accessToken: 'at' }],
  ['a negative expires_in', { expires_in: -1 }, { accessToken: 'at' }],
  ['zero as expires_in', { expires_in: 0 }, { accessToken: 'at' }],
  ['true as expires_in', { expires_in: true }, { accessToken: 'at' }],
  ['an absurd expires_in', { expires_in: 1e12 }, { accessToken: 'at' }],
  ['ten years', { expires_in: 315_360_000 }, { accessToken: 'at', expiresIn: 315_360_000 }],
  ['a token_type that no header can carry', { token_type: 'a\nb' }, { accessToken: 'at' }],
  ['a token_type that is no string', { token_type: 1 }, { accessToken: 'at' }],
  ['a number as access token', { access_token: 1 }, undefined],
  ['an access token that is no credential', { access_token: 'undefined' }, undefined],
])('a token response with %s', (_, more, expected) => {
  expect(read(more)).toEqual(expected)
})

test('tokens at dot paths', () => {
  expect(readTokenResponse({ data: { token: 'at' } }, { ...fields, accessToken: ['data.token'] })).toEqual({
    accessToken: 'at',
  })
})

test.each([
  ['a string', { access_token: 'a b' }, true],
  ['an empty string', { access_token: '' }, false],
  ["a two-factor answer's token", { token: 'x' }, false],
  ['no object', 'access_token', false],
])('an access token is there, or not: %s', (_, body, expected) => {
  expect(hasAccessToken(body, fields)).toBe(expected)
})
