import { describe, expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'
import { nextTry, pauseAfter, pauseMs, pauseOver, tryDelayMs, TRIES } from './schedule.ts'
import type { Pause } from './vocabulary.ts'

const now = Date.UTC(1994, 10, 6, 8, 49, 0)
test.each([
  ['RFC 9110 section 10.2.3: seconds', '120', 120_000],
  ['RFC 9110 section 10.2.3: a date in the past', 'Fri, 31 Dec 1993 23:59:59 GMT', 0],
  ['RFC 9110 section 5.6.7: IMF-fixdate', 'Sun, 06 Nov 1994 08:49:37 GMT', 37_000],
  ['RFC 9110 section 5.6.7: RFC 850', 'Sunday, 06-Nov-94 08:49:37 GMT', 37_000],
  ['RFC 9110 section 5.6.7: asctime', 'Sun Nov  6 08:49:37 1994', 37_000],
  ['zero', '0', 0],
  ['more than an hour', '86400', 3_600_000],
  ['more digits than a number has', '9'.repeat(400), 3_600_000],
  ['a date far ahead', 'Fri, 31 Dec 2099 23:59:59 GMT', 3_600_000],
  ['a negative number', '-5', undefined],
  ['a fraction', '1.5', undefined],
  ['junk', 'soon', undefined],
  ['junk with a number that Date.parse takes', 'later 2001', undefined],
  ['an ISO date', '1994-11-06T08:49:37Z', undefined],
  ['empty', '', undefined],
  ['none', null, undefined],
])('Retry-After: %s', (_, header, expected) => {
  expect(retryAfterMs(header, now)).toBe(expected)
})

test.each([
  [0, 0, 1, 0],
  [1, 0, 100, 300],
  [2, 0, 0, 1600],
])('delay before try %i', (attempt, _, least, most) => {
  const delays = [tryDelayMs(attempt, 0), tryDelayMs(attempt, 1)]
  expect(delays).toEqual(attempt ? [least, most] : [0, 0])
})

test.each([
  [1, 5_000],
  [2, 10_000],
  [3, 20_000],
  [4, 40_000],
  [5, 60_000],
  [500, 60_000],
])('pause after failure %i', (failures, expected) => {
  expect(pauseMs(failures, 0)).toBe(expected)
  expect(pauseMs(failures, 1)).toBeLessThanOrEqual(60_000)
})

const answered = { kind: 'for-now', ambiguous: false, reason: 'http-503', answered: true } as const
const lost = { kind: 'for-now', ambiguous: true, reason: 'network', answered: false } as const
test.each([
  ['503: again after about 200 ms', answered, 0, false, 200],
  ['503 again: after about 800 ms', answered, 1, false, 800],
  ['503 a third time: stop', answered, TRIES - 1, false, undefined],
  ['network error: once more after about 200 ms', lost, 0, false, 200],
  ['network error after a 503: once more after about 200 ms', lost, 1, false, 200],
  ['network error twice: stop', lost, 1, true, undefined],
  ['503 after a network error: believed, stop', answered, 1, true, undefined],
  ['a journal was there: no repeat', lost, 0, true, undefined],
  ['Retry-After of a second: wait for it', { ...answered, retryAfterMs: 1_000 }, 0, false, 1_000],
  ['Retry-After of two seconds: stop, pause until then', { ...answered, retryAfterMs: 2_000 }, 0, false, undefined],
])('next try: %s', (_, outcome, attempt, ambiguousBefore, afterMs) => {
  expect(nextTry(outcome, attempt, ambiguousBefore, 0.5)).toEqual(
    afterMs === undefined ? { kind: 'stop' } : { kind: 'again', afterMs },
  )
})

const before: Pause = { kind: 'for-now', failures: 2, retryAt: 0, answered: true }
test.each([
  [
    'the first failure',
    answered,
    undefined,
    { kind: 'for-now', since: 1_000_000, failures: 1, retryAt: 1_005_000, reason: 'http-503', answered: true },
  ],
  [
    'the third',
    lost,
    before,
    { kind: 'for-now', since: 1_000_000, failures: 3, retryAt: 1_020_000, reason: 'network', answered: false },
  ],
  [
    'Retry-After',
    { ...answered, retryAfterMs: 90_000 },
    before,
    { kind: 'for-now', since: 1_000_000, failures: 3, retryAt: 1_090_000, reason: 'http-503', answered: true },
  ],
  [
    'Retry-After: 0 is no invitation to hurry',
    { ...answered, retryAfterMs: 0 },
    undefined,
    { kind: 'for-now', since: 1_000_000, failures: 1, retryAt: 1_005_000, reason: 'http-503', answered: true },
  ],
  [
    'the user is needed',
    { kind: 'needs-user', reason: 'login_required' } as const,
    undefined,
    { kind: 'needs-user', since: 1_000_000, failures: 1, retryAt: Infinity, reason: 'login_required', answered: true },
  ],
  [
    'the configuration is wrong',
    { kind: 'configuration', reason: 'invalid_client' } as const,
    undefined,
    {
      kind: 'configuration',
      since: 1_000_000,
      failures: 1,
      retryAt: Infinity,
      reason: 'invalid_client',
      answered: true,
    },
  ],
])('pause: %s', (_, outcome, previous, expected) => {
  expect(pauseAfter(outcome, previous, 1_000_000, 0)).toEqual(expected)
})

describe('a pause is over', () => {
  const until = (retryAt: number): Pause => ({ ...before, retryAt })
  test.each([
    ['there is none', undefined, 0, true],
    ['before its time', until(1_000), 999, false],
    ['at its time', until(1_000), 1_000, true],
    ['within the longest Retry-After', until(3_600_000), 0, false],
    ['when the clock was set back', until(9e9), 0, true],
    ['when the clock was set back by half an hour', { ...until(1_805_000), since: 1_800_000 }, 0, true],
    ['not for clocks of two contexts that differ a little', { ...until(6_000), since: 1_000 }, 900, false],
    ['never by itself where somebody must act', until(Infinity), 9e12, false],
  ])('%s', (_, pause, at, expected) => {
    expect(pauseOver(pause, at)).toBe(expected)
  })
})
