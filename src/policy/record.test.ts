import { describe, expect, test } from 'vitest'
import { asRecord, blank, refreshed, signedIn } from './record.ts'
import type { AccessToken, SessionRecord } from './vocabulary.ts'

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
  softShare: 0.3,
  journal: { refreshToken: 'rt', since: 0 },
  pause: { kind: 'for-now', failures: 1, retryAt: 5, answered: true },
}

test('a sound record is taken as it is', () => {
  expect(asRecord(good)).toBe(good)
  expect(asRecord({ ...good, pause: { ...good.pause, retryAtIfRefused: 3, spreadMs: 2 } })).not.toBe(blank)
  expect(asRecord({ ...good, pause: { ...good.pause, retryAt: Infinity } })).toMatchObject({ state: 'active' })
})

test('a record of a version that drew no soft mark is taken, too', () => {
  const { softShare: _, ...older } = good
  expect(asRecord(older)).toBe(older)
})

describe("what is no record is nobody's session", () => {
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
    ['a pause that a refusal ends at no time', { ...good, pause: { ...good.pause, retryAtIfRefused: NaN } }],
    ['a pause with an endless spread', { ...good, pause: { ...good.pause, spreadMs: Infinity } }],
    ['a pause with a spread that is no number', { ...good, pause: { ...good.pause, spreadMs: '2' } }],
    ['a soft mark that is no number', { ...good, softShare: '0.3' }],
    ['a soft mark beyond the lifetime', { ...good, softShare: 1.2 }],
    ['a soft mark that is never reached', { ...good, softShare: 0 }],
    ['a journal without a beginning', { ...good, journal: 'yes' }],
  ])('%s', (_, stored) => {
    expect(asRecord(stored)).toBe(blank)
  })
})

describe('the soft mark of new tokens', () => {
  const tokens = { accessToken: 'new' as AccessToken, expiresIn: 600 }
  const old = { ...good, pause: undefined } as SessionRecord
  const receipt = (sentAt: number) => ({ sentAt, now: sentAt, random: 1 })
  test.each<readonly [string, SessionRecord, number]>([
    ['after a refresh at the soft mark: at most 40 %', refreshed(old, tokens, receipt(500_000)), 0.4],
    ['after a sign-in: the same', signedIn(blank, tokens, receipt(0)), 0.4],
    ['after failures: at most 60 %', refreshed(good as SessionRecord, tokens, receipt(500_000)), 0.6],
    ['after a refusal, long before the soft mark', refreshed(old, tokens, receipt(100_000)), 0.6],
    ['after an absence, with an expired token', refreshed(old, tokens, receipt(700_000)), 0.6],
  ])('%s', (_, record, share) => {
    expect(record.softShare).toBe(share)
  })

  test('chance chooses', () => {
    expect(signedIn(blank, tokens, { ...receipt(0), random: 0 }).softShare).toBe(0.2)
  })
})
