import { describe, expect, test } from 'vitest'
import type { AccessToken, ActiveRecord, RefreshToken } from './vocabulary.ts'
import { asRecord, blank, refreshed, signedIn, viewOf } from './record.ts'

const good = {
  version: 1,
  epoch: 1,
  generation: 2,
  state: 'active',
  accessToken: 'at',
  refreshToken: 'rt',
  tokenType: 'Bearer',
  sentAt: 0,
  storedAt: 0,
  lifetime: 600,
  journal: { credential: { kind: 'refresh-token', token: 'rt' }, since: 0 },
  pause: { kind: 'for-now', failures: 1, retryAt: 5, answered: true },
}

test('a sound record is taken as it is', () => {
  expect(asRecord(good)).toBe(good)
  expect(asRecord({ ...good, pause: { ...good.pause, kind: 'needs-user', retryAt: Infinity } })).toMatchObject({
    state: 'active',
  })
})

describe('what is no record is no session', () => {
  test.each<readonly [string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'signed in'],
    ['a list', [good]],
    ['an older version', { ...good, version: 0 }],
    ['a newer version', { ...good, version: 2 }],
    ['a state that nobody knows', { ...good, state: 'busy' }],
    ['a generation that is no number', { ...good, generation: '2' }],
    ['an access token that is no text', { ...good, accessToken: 7 }],
    ['an access token that no header can carry', { ...good, accessToken: 'at\n' }],
    ['a refresh token that is no text', { ...good, refreshToken: {} }],
    ['a token type that no header can carry', { ...good, tokenType: 'Bea\nrer' }],
    ['a time that is none', { ...good, sentAt: NaN }],
    ['a pause without an end', { ...good, pause: { kind: 'for-now', retryAt: 'soon' } }],
    ['a journal without a beginning', { ...good, journal: 'yes' }],
    ['a journal of no credential', { ...good, journal: { credential: { kind: 'password' }, since: 0 } }],
    ['an epoch that was never counted', { ...good, epoch: Number.MAX_SAFE_INTEGER }],
    ['an id token that is no text', { ...good, idToken: { sub: 'a' } }],
    ['a reason that is no text', { ...good, reason: {} }],
    ['a share that is a text', { ...good, softShare: '0.3' }],
    ['a share of more than all', { ...good, softShare: 1.5 }],
    ['a pause with a spread that is none', { ...good, pause: { ...good.pause, spreadMs: 'long' } }],
  ])('%s', (_, stored) => {
    expect(asRecord(stored)).toBe(blank)
  })
})

const tokenOf = (claims: object) => `e30.${btoa(JSON.stringify(claims))}.` as AccessToken
const receipt = { sentAt: 0, now: 0, random: 1 }
const active: ActiveRecord = {
  version: 1,
  epoch: 1,
  generation: 2,
  state: 'active',
  accessToken: tokenOf({ sub: 'ann', org: 1 }),
  refreshToken: 'rt' as RefreshToken,
}

test.each([
  ['the same user keeps the refresh token', { sub: 'ann', org: 2 }, { epoch: 1, refreshToken: 'rt' }],
  ['another user does not', { sub: 'bob' }, { epoch: 2, refreshToken: undefined }],
  ['nor does a user of whom nothing is known', {}, { epoch: 2, refreshToken: undefined }],
])('a sign-in that brings an access token alone: %s', (_, claims, expected) => {
  expect(signedIn(active, { accessToken: tokenOf(claims) }, receipt)).toMatchObject(expected)
})

describe('when the lifetime of a token begins', () => {
  const jwt = tokenOf({ sub: 'ann', iat: 1000, exp: 1600 })
  const old: ActiveRecord = { ...active, accessToken: jwt, sentAt: 1_000_000, lifetime: 600 }
  const later = { sentAt: 1_300_000, now: 1_300_000, random: 1 }
  test.each<readonly [string, object, number]>([
    ['a JWT that was received before: as it was', { accessToken: jwt }, 1_000_000],
    ['the same, with what is left of its lifetime: now', { accessToken: jwt, expiresIn: 300 }, 1_300_000],
    ['the same, with a refresh token: now', { accessToken: jwt, refreshToken: 'r2' }, 1_300_000],
    ['another JWT: now', { accessToken: tokenOf({ sub: 'ann', iat: 1300, exp: 1900 }) }, 1_300_000],
    ['a JWT that does not say its lifetime: now', { accessToken: active.accessToken }, 1_300_000],
  ])('%s', (_, tokens, sentAt) => {
    const given = tokens as { accessToken: AccessToken }
    expect(refreshed(old, given, later)).toMatchObject({ sentAt })
    expect(signedIn(old, given, later)).toMatchObject({ sentAt })
  })

  test('the clock was set back: now', () => {
    expect(refreshed(old, { accessToken: jwt }, { ...later, sentAt: 500_000 }).sentAt).toBe(500_000)
  })
})

test('a view shows the claims of the tokens, not what is stored beside them', () => {
  const poisoned = asRecord({ ...active, claims: { sub: 'mallory' } })
  expect(viewOf('main', poisoned, false)).toMatchObject({ epoch: 1, claims: { sub: 'ann' } })
})

describe('the soft mark of new tokens', () => {
  const tokens = { accessToken: 'new' as AccessToken, expiresIn: 600 }
  const failing = asRecord(good) as ActiveRecord
  const old: ActiveRecord = { ...failing, pause: undefined }
  const received = (sentAt: number) => ({ sentAt, now: sentAt, random: 1 })
  test.each<readonly [string, ActiveRecord, number]>([
    ['after a refresh at the soft mark: at most 40 %', refreshed(old, tokens, received(500_000)), 0.4],
    ['after a sign-in: the same', signedIn(blank, tokens, received(0)), 0.4],
    ['after failures: at most 60 %', refreshed(failing, tokens, received(500_000)), 0.6],
    ['after a refusal, long before the soft mark', refreshed(old, tokens, received(100_000)), 0.6],
    ['after an absence, with an expired token', refreshed(old, tokens, received(700_000)), 0.6],
  ])('%s', (_, record, share) => {
    expect(record.softShare).toBe(share)
  })

  test('chance chooses', () => {
    expect(signedIn(blank, tokens, { ...received(0), random: 0 }).softShare).toBe(0.2)
  })
})
