import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { AccessToken, RefreshToken, SessionRecord } from './vocabulary.ts'

const record: SessionRecord = {
  version: 1,
  epoch: 1,
  generation: 3,
  state: 'active',
  accessToken: 'at' as AccessToken,
  refreshToken: 'rt' as RefreshToken,
  sentAt: 0,
  storedAt: 0,
  lifetime: 600,
}
const { refreshToken: _r, ...alone } = record
const { accessToken: _a, ...tokenless } = record
const { lifetime: _l, ...unknown } = record
const { accessToken: _b, refreshToken: _c, ...empty } = record
const defaults = { record, now: 0, hasAuthorization: false, cookieRefresh: false, canRefresh: true }
const signedOut = { kind: 'untouched', why: 'signed-out' }

test.each([
  ['more than the soft mark is left: send', { now: 479_999 }, { kind: 'send' }],
  ['less than the soft mark: send, refresh in the background', { now: 480_000 }, { kind: 'send-and-refresh' }],
  ['less than the hard mark: hold', { now: 590_001 }, { kind: 'hold' }],
  ['expired: hold', { now: 9e9 }, { kind: 'hold' }],
  ['the clock moved back: hold', { now: -5_000 }, { kind: 'hold' }],
  ['unknown: send', { record: unknown, now: 9e9 }, { kind: 'send' }],
  ['no access token, but a refresh token: hold', { record: tokenless }, { kind: 'hold' }],
  [
    'no access token, but a cookie refresh, once signed in: hold',
    { record: empty, cookieRefresh: true },
    { kind: 'hold' },
  ],
  ['a cookie refresh, never signed in: untouched', { record: undefined, cookieRefresh: true }, signedOut],
  [
    'a cookie refresh, signed out: untouched',
    { record: { ...empty, state: 'signed-out' as const }, cookieRefresh: true },
    signedOut,
  ],
  ['nothing at all: untouched', { record: undefined }, signedOut],
  ['active without any token: untouched', { record: empty }, signedOut],
  [
    'the server ended the session: untouched',
    { record: { ...empty, state: 'ended' as const } },
    { kind: 'untouched', why: 'session-ended' },
  ],
  [
    'the page set the header itself: untouched',
    { hasAuthorization: true },
    { kind: 'untouched', why: 'has-authorization' },
  ],
  ['ageing without a refresh token: send', { record: alone, now: 480_000 }, { kind: 'send' }],
  ['expired without a refresh token: send, the server says', { record: alone, now: 9e9 }, { kind: 'send' }],
  ['expired with a cookie refresh: hold', { record: alone, now: 9e9, cookieRefresh: true }, { kind: 'hold' }],
  ['expired, no refresh configured: send, the server says', { now: 9e9, canRefresh: false }, { kind: 'send' }],
  ['no access token, no refresh configured: untouched', { record: tokenless, canRefresh: false }, signedOut],
])('%s', (_, facts, expected) => {
  expect(decide({ ...defaults, ...facts })).toEqual(expected)
})
