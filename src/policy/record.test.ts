import { describe, expect, test } from 'vitest'
import { asRecord, blank } from './record.ts'

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
  journal: { refreshToken: 'rt', since: 0 },
  pause: { kind: 'for-now', failures: 1, retryAt: 5, answered: true },
}

test('a sound record is taken as it is', () => {
  expect(asRecord(good)).toBe(good)
  expect(asRecord({ ...good, pause: { ...good.pause, retryAt: Infinity } })).toMatchObject({ state: 'active' })
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
    ['a journal without a beginning', { ...good, journal: 'yes' }],
  ])('%s', (_, stored) => {
    expect(asRecord(stored)).toBe(blank)
  })
})
