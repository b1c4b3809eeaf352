import { expect, test } from 'vitest'
import { isOpen, patienceMs } from './journal.ts'
import type { Journal, RefreshToken } from './vocabulary.ts'

test.each([
  ['nobody called', undefined, 0],
  ['called just now', 0, 10_000],
  ['called 4 s ago', -4_000, 6_000],
  ['longer ago than a call may take', -11_000, 0],
  ['a moment ahead, by the clock of another context', 50, 10_000],
  ['when the clock was set back, nobody knows', 7_200_000, 0],
])('patience with a call that is under way: %s', (_, since, expected) => {
  expect(
    patienceMs(since === undefined ? undefined : { credential: { kind: 'cookie' }, since: 1e9 + since }, 10_000, 1e9),
  ).toBe(expected)
})

const sent: Journal = { credential: { kind: 'refresh-token', token: 'rt' as RefreshToken }, since: 0 }
test.each([
  ['the same refresh token', sent, sent.credential, true],
  ['a newer refresh token', sent, { kind: 'refresh-token', token: 'rt2' as RefreshToken }, false],
  ['a cookie, whose value is unknown', { ...sent, credential: { kind: 'cookie' } }, { kind: 'cookie' }, true],
  ['a cookie, after a refresh token', sent, { kind: 'cookie' }, false],
  ['no journal', undefined, sent.credential, false],
] as const)('a credential that may have been rotated: %s', (_, journal, credential, expected) => {
  expect(isOpen(journal, credential)).toBe(expected)
})
