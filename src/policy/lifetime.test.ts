import { expect, test } from 'vitest'
import { claimsOf } from './claims.ts'
import { expiresAtOf, freshnessOf, lifetimeOf, marksOf, servesUntil, softShareOf } from './lifetime.ts'
import type { AccessToken } from './vocabulary.ts'

const encode = (text: string) => Buffer.from(text).toString('base64url')
const jwt = (claims: unknown) => `${encode('{"alg":"none"}')}.${encode(JSON.stringify(claims))}.x`
const tokens = (accessToken: string, expiresIn?: number) => ({
  accessToken: accessToken as AccessToken,
  ...(expiresIn && { expiresIn }),
})

test.each([
  ['base64url and UTF-8', jwt({ name: 'Žofie ☕ ÿ?>' }), { name: 'Žofie ☕ ÿ?>' }],
  [
    'RFC 7519 section 3.1',
    'eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk',
    { iss: 'joe', exp: 1300819380, 'http://example.com/is_root': true },
  ],
  ['an opaque token', '2YotnFZFEjr1zCsicMWpAA', undefined],
  ['an opaque token with dots', 'a.b.c', undefined],
  ['a payload that is no object', jwt(5), undefined],
  ['a payload that is null', jwt(null), undefined],
  ['a payload that is an array', jwt([]), undefined],
  ['no token', undefined, undefined],
])('claims of %s', (_, token, expected) => {
  expect(claimsOf(token)).toEqual(expected)
})

test.each([
  ['expires_in, where it is the smaller', tokens(jwt({ exp: 1600, iat: 1000 }), 300), 900, 300],
  [
    'exp - iat, where it is the smaller: expires in milliseconds',
    tokens(jwt({ exp: 1600, iat: 1000 }), 600_000),
    900,
    600,
  ],
  ['exp - iat alone', tokens(jwt({ exp: 1600, iat: 1000 })), 900, 600],
  ['never exp alone', tokens(jwt({ exp: 1600 })), undefined, undefined],
  ['exp before iat makes no sense: the configuration', tokens(jwt({ exp: 1000, iat: 1600 })), 900, 900],
  ['an opaque token: the configuration', tokens('opaque'), 900, 900],
  ['nobody says', tokens('opaque'), undefined, undefined],
])('lifetime: %s', (_, response, configured, expected) => {
  expect(lifetimeOf(response, configured)).toBe(expected)
})

test.each([
  ['an hour', 3600, 0.3, 1_080_000, 10_000],
  ['ten minutes', 600, 0.4, 240_000, 10_000],
  ['a minute: the hard mark is 5 %', 60, 0.25, 15_000, 3_000],
  ['four seconds', 4, 0.25, 1_000, 200],
  ['a record of a version that drew no mark: 20 %', 600, undefined, 120_000, 10_000],
])('marks of %s', (_, seconds, softShare, softMs, hardMs) => {
  expect(marksOf(seconds, softShare)).toEqual({ softMs, hardMs })
})

test.each([
  ['at a refresh that was due', false, 0.2, 0.4],
  ['at an unplanned one', true, 0.2, 0.6],
])('the soft mark is chosen at random, %s', (_, outOfTurn, least, most) => {
  expect([softShareOf(0, outOfTurn), softShareOf(1, outOfTurn)]).toEqual([least, most])
})

const accessToken = 'at' as AccessToken
const record = { sentAt: 1_000_000, storedAt: 1_000_500, lifetime: 600 }
test.each([
  ['just stored', 1_000_500, 'fresh'],
  ['a moment before the soft mark', 1_479_999, 'fresh'],
  ['at the soft mark', 1_480_000, 'ageing'],
  ['at the hard mark', 1_590_000, 'ageing'],
  ['past the hard mark', 1_590_001, 'expired'],
  ['long past', 9_999_999, 'expired'],
  ['the clock a blur behind the time of storing', 999_501, 'fresh'],
  ['the clock moved back', 999_499, 'expired'],
])('freshness: %s', (_, now, expected) => {
  expect(freshnessOf(record, now)).toBe(expected)
})

test('the soft mark is that of the token', () => {
  expect(freshnessOf({ ...record, softShare: 0.4 }, 1_360_000)).toBe('ageing')
  expect(freshnessOf({ ...record, softShare: 0.4 }, 1_359_999)).toBe('fresh')
})

test.each([
  ['no lifetime', { sentAt: 1, storedAt: 1 }],
  ['no time of sending', { lifetime: 600 }],
])('unknown: %s', (_, unknown) => {
  expect(freshnessOf(unknown, 5)).toBe('unknown')
  expect(expiresAtOf(unknown)).toBeUndefined()
})

test.each([
  ['the hard mark', { ...record, accessToken }, undefined, 1_590_000],
  ['the same when another token was refused', { ...record, accessToken }, 'older', 1_590_000],
  ['no moment more once it was refused', { ...record, accessToken }, 'at', 0],
  ['no moment without a token', record, undefined, 0],
  ['no moment past the hard mark', { ...record, accessToken, lifetime: 1 }, undefined, 0],
  ['no moment when the clock was set back', { ...record, accessToken, storedAt: 9_000_000 }, undefined, 0],
  ['whenever a server refuses it', { accessToken }, undefined, Infinity],
])('requests go on with a token until %s', (_, stored, refused, expected) => {
  expect(servesUntil(stored, refused, 1_100_000)).toBe(expected)
})

test('the expiry counts from just before the request was sent', () => {
  expect(expiresAtOf(record)).toBe(1_600_000)
})
