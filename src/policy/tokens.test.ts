import { expect, test } from 'vitest'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'
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

test.each<readonly [string, unknown, string | undefined]>([
  ['the first path', { access_token: 'at', token: 'other' }, 'at'],
  ['the next where nothing is there', { token: 'at' }, 'at'],
  ['the next where it is empty', { access_token: '', token: 'at' }, 'at'],
  ['the next where it is null', { access_token: null, token: 'at' }, 'at'],
  ['the next where it is an object', { access_token: {}, token: 'at' }, 'at'],
  ['no other where the first is not usable', { access_token: 'a b', token: 'at' }, undefined],
  ['any index', { sessions: [{}, { jwt: 'at' }] }, 'at'],
])('the first access token of several paths: %s', (_, body, expected) => {
  const paths = { ...fields, accessToken: ['access_token', 'token', 'sessions.*.jwt'] }
  expect(readTokenResponse(body, paths)?.accessToken).toBe(expected)
})

test.each([
  ['with its scheme', 'Bearer at', 'at', true],
  ['without a scheme', 'at', 'at', true],
  ['with spaces', '  JWT   at ', 'at', true],
  ['of another name only', undefined, undefined, false],
  ['of several words', 'Bearer a b', undefined, true],
  ['of a scheme alone', 'Bearer', undefined, false],
  ['of a scheme and a space', 'jwt ', undefined, false],
])('a token in a header of the answer, %s', (_, value, expected, isThere) => {
  const headers = [['Content-Type', 'application/json'] as const, ...(value ? [['Authorization', value] as const] : [])]
  const inHeader = { ...fields, accessToken: ['header:authorization'] }
  expect(readTokenResponse({}, inHeader, { headers })?.accessToken).toBe(expected)
  expect(hasAccessToken(undefined, inHeader, headers)).toBe(isThere)
})

test('Headers are headers, too (devise_token_auth)', () => {
  const headers = new Headers({
    'access-token': 'at',
    'token-type': 'Bearer',
    expiry: '1700000600',
    date: 'Tue, 14 Nov 2023 22:13:20 GMT',
  })
  const inHeaders = {
    ...fields,
    accessToken: ['header:access-token'],
    tokenType: ['header:token-type'],
    expiresAt: { at: ['header:expiry'], in: 's' as const },
  }
  expect(readTokenResponse(undefined, inHeaders, { headers })).toEqual({
    accessToken: 'at',
    tokenType: 'Bearer',
    expiresIn: 600,
  })
})

test.each<readonly [string, 's' | 'ms', unknown, number | undefined]>([
  ['seconds', 's', 900, 900],
  ['milliseconds', 'ms', 900_000, 900],
  ['milliseconds in a string', 'ms', '900000', 900],
  ['milliseconds that are none', 'ms', true, undefined],
  ['milliseconds beyond ten years', 'ms', 1e15, undefined],
])('a lifetime in %s', (_, unit, value, expected) => {
  const lifetime = { ...fields, expiresIn: { at: ['data.expires'], in: unit } }
  expect(readTokenResponse({ access_token: 'at', data: { expires: value } }, lifetime)?.expiresIn).toBe(expected)
})

const NOW = Date.UTC(2030, 0, 1, 12)
test.each<readonly [string, 's' | 'ms' | 'iso', unknown, number | undefined]>([
  ['seconds', 's', NOW / 1000 + 600, 600],
  ['seconds in a string', 's', `${NOW / 1000 + 600}`, 600],
  ['milliseconds', 'ms', NOW + 600_000, 600],
  ['a date', 'iso', '2030-01-01T12:10:00Z', 600],
  ['a date with an offset', 'iso', '2030-01-01T13:10:00+01:00', 600],
  ['a date with seven digits (.NET)', 'iso', '2030-01-01T12:10:00.0000000Z', 600],
  ['a date without a time zone (Python), which is UTC', 'iso', '2030-01-01T12:10:00.000', 600],
  ['a date with a space', 'iso', '2030-01-01 12:10:00', 600],
  ['an HTTP date', 'iso', 'Tue, 01 Jan 2030 12:10:00 GMT', 600],
  ['what is over', 'ms', NOW - 1, undefined],
  ['what is no date', 'iso', 'soon', undefined],
  ['a number where a date belongs', 'iso', NOW, undefined],
  ['nothing', 'ms', undefined, undefined],
])('a point in time in %s', (_, unit, value, expected) => {
  const pointInTime = { ...fields, expiresAt: { at: ['expires'], in: unit } }
  const body = { access_token: 'at', expires: value }
  const hourAhead = { sentAt: NOW + 3_600_000, headers: [['Date', new Date(NOW).toUTCString()]] as const }
  expect(readTokenResponse(body, pointInTime, { sentAt: NOW })?.expiresIn).toBe(expected)
  expect(readTokenResponse(body, pointInTime, hourAhead)?.expiresIn, "by the server's clock").toBe(expected)
  expect(readTokenResponse(body, pointInTime)?.expiresIn, 'no clock').toBeUndefined()
})

test('of several paths to a lifetime, the first that has one counts', () => {
  const lifetime = { ...fields, expiresIn: { at: ['expires', 'idle', 'short'], in: 's' as const } }
  expect(readTokenResponse({ access_token: 'at', idle: 600, short: 60 }, lifetime)?.expiresIn).toBe(600)
})

test('a date without a time zone is in UTC wherever the browser is', () => {
  const zone = process.env['TZ']
  process.env['TZ'] = 'America/New_York'
  try {
    const pointInTime = { ...fields, expiresAt: { at: ['expires'], in: 'iso' as const } }
    const body = { access_token: 'at', expires: '2030-01-01T12:10:00' }
    expect(readTokenResponse(body, pointInTime, { sentAt: NOW })?.expiresIn).toBe(600)
  } finally {
    if (zone === undefined) delete process.env['TZ']
    else process.env['TZ'] = zone
  }
})

test('the shorter of a lifetime and a point in time', () => {
  const both = { ...fields, expiresAt: { at: ['expires'], in: 'ms' as const } }
  const body = (seconds: number) => ({ access_token: 'at', expires_in: 600, expires: NOW + seconds * 1000 })
  expect(readTokenResponse(body(60), both, { sentAt: NOW })?.expiresIn).toBe(60)
  expect(readTokenResponse(body(6000), both, { sentAt: NOW })?.expiresIn).toBe(600)
})
