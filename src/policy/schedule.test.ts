import { describe, expect, test } from 'vitest'
import { retryAfterMs } from './retry-after.ts'
import { nextTry, pauseAfter, pauseMs, pauseOver, tryDelayMs, TRIES, type PauseFacts } from './schedule.ts'
import type { Pause, ServerCode } from './vocabulary.ts'

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
  ['requests wait, first failure', 1, false, 2_500, 7_500],
  ['second', 2, false, 5_000, 15_000],
  ['fifth', 5, false, 40_000, 120_000],
  ['seventh: the longest', 7, false, 104_000, 130_000],
  ['five hundredth', 500, false, 104_000, 130_000],
  ['five thousandth', 5_000, false, 104_000, 130_000],
  ['the token is still valid, first failure', 1, true, 7_500, 22_500],
  ['third', 3, true, 30_000, 90_000],
  ['seventh: the longest', 7, true, 192_000, 240_000],
  ['no failure yet', 0, false, 0, 0],
])('pause while %s', (_, failures, calm, least, most) => {
  expect([pauseMs(failures, 0, calm), pauseMs(failures, 1, calm)]).toEqual([least, most])
})

const answered = { kind: 'for-now', ambiguous: false, reason: 'http-503', answered: true } as const
const lost = { kind: 'for-now', ambiguous: true, reason: 'network', answered: false } as const
const silent = { ...lost, reason: 'timeout' } as const
const failing: Pause = { kind: 'for-now', failures: 1, retryAt: 0, answered: true }
const needsUser: Pause = { ...failing, kind: 'needs-user' }
const [first, second, third] = [0, 1, TRIES - 1].map((attempt) => ({
  attempt,
  ambiguousBefore: false,
  pause: undefined,
}))
const waited = true
test.each([
  ['503: again after about 200 ms', answered, { ...first!, waiting: waited }, 200],
  ['503 again: after about 800 ms', answered, { ...second!, waiting: waited }, 800],
  ['503 a third time: stop', answered, { ...third!, waiting: waited }, undefined],
  ['503 where no request waits: stop', answered, { ...first!, waiting: false }, undefined],
  ['503 after a refresh that failed: stop', answered, { ...first!, waiting: waited, pause: failing }, undefined],
  ['503 after the user was needed: again', answered, { ...first!, waiting: waited, pause: needsUser }, 200],
  ['network error: once more after about 200 ms', lost, { ...first!, waiting: waited }, 200],
  ['network error where no request waits: the same', lost, { ...first!, waiting: false }, 200],
  ['network error after a refresh that failed: the same', lost, { ...first!, waiting: false, pause: failing }, 200],
  ['timeout: once more', silent, { ...first!, waiting: false }, 200],
  ['timeout after a refresh that failed: stop', silent, { ...first!, waiting: waited, pause: failing }, undefined],
  ['network error after a 503: once more after about 200 ms', lost, { ...second!, waiting: waited }, 200],
  ['network error twice: stop', lost, { ...second!, waiting: waited, ambiguousBefore: true }, undefined],
  [
    '503 after a network error: believed, stop',
    answered,
    { ...second!, waiting: waited, ambiguousBefore: true },
    undefined,
  ],
  ['a journal was there: no repeat', lost, { ...first!, waiting: waited, ambiguousBefore: true }, undefined],
  ['Retry-After of a second: wait for it', { ...answered, retryAfterMs: 1_000 }, { ...first!, waiting: waited }, 1_000],
  [
    'Retry-After of two seconds: stop, pause until then',
    { ...answered, retryAfterMs: 2_000 },
    { ...first!, waiting: waited },
    undefined,
  ],
])('next try: %s', (_, outcome, facts, afterMs) => {
  expect(nextTry(outcome, { ...facts, random: 0.5 })).toEqual(
    afterMs === undefined ? { kind: 'stop' } : { kind: 'again', afterMs },
  )
})

const before: Pause = { kind: 'for-now', failures: 2, retryAt: 0, answered: true }
const at = 1_000_000
const because = (outcome: { reason: string; answered: boolean }, failures: number) =>
  ({ kind: 'for-now', since: at, failures, reason: outcome.reason, answered: outcome.answered }) as const
test.each<readonly [string, Parameters<typeof pauseAfter>[0], Partial<PauseFacts>, Pause]>([
  ['requests wait: the first failure', answered, {}, { ...because(answered, 1), retryAt: at + 5_000 }],
  ['the third', lost, { before }, { ...because(lost, 3), retryAt: at + 20_000 }],
  [
    'the token is valid for longer: a longer pause, which a refusal shortens',
    answered,
    { servesUntil: at + 60_000 },
    { ...because(answered, 1), retryAt: at + 15_000, retryAtIfRefused: at + 5_000 },
  ],
  [
    'the token ends within the pause: until then',
    answered,
    { servesUntil: at + 9_000 },
    { ...because(answered, 1), retryAt: at + 9_000, retryAtIfRefused: at + 5_000 },
  ],
  [
    'the token ends at once: as where requests wait',
    answered,
    { servesUntil: at + 1_000 },
    { ...because(answered, 1), retryAt: at + 5_000 },
  ],
  [
    'the answer was lost: soon again, since the server may have rotated',
    lost,
    { servesUntil: at + 60_000 },
    { ...because(lost, 1), retryAt: at + 5_000 },
  ],
  [
    'a lifetime that nobody knows',
    answered,
    { servesUntil: Infinity },
    { ...because(answered, 1), retryAt: at + 15_000, retryAtIfRefused: at + 5_000 },
  ],
  [
    'Retry-After, and up to a fifth more at random',
    { ...answered, retryAfterMs: 90_000 },
    {},
    { ...because(answered, 1), retryAt: at + 90_000, spreadMs: 9_000 },
  ],
  [
    'a short Retry-After again and again: no shorter than without one',
    { ...answered, retryAfterMs: 2_000 },
    { before: { ...before, failures: 4 } },
    { ...because(answered, 5), retryAt: at + 40_000, spreadMs: 200 },
  ],
  [
    'Retry-After: 0 is no invitation to hurry',
    { ...answered, retryAfterMs: 0 },
    {},
    { ...because(answered, 1), retryAt: at + 5_000 },
  ],
  [
    'the user is needed',
    { kind: 'needs-user', reason: 'login_required' as ServerCode },
    {},
    {
      kind: 'needs-user',
      since: at,
      failures: 1,
      retryAt: Infinity,
      reason: 'login_required' as ServerCode,
      answered: true,
    },
  ],
  [
    'the configuration is wrong',
    { kind: 'configuration', reason: 'invalid_client' as ServerCode },
    {},
    {
      kind: 'configuration',
      since: at,
      failures: 1,
      retryAt: Infinity,
      reason: 'invalid_client' as ServerCode,
      answered: true,
    },
  ],
])('pause: %s', (_, outcome, facts, expected) => {
  expect(pauseAfter(outcome, { before: undefined, servesUntil: 0, now: at, random: 0.5, ...facts })).toEqual(expected)
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
    ['not before its part of the spread', { ...until(1_000), spreadMs: 200 }, 1_199, false],
    ['with the spread of the longest Retry-After', { ...until(3_600_000), spreadMs: 720_000 }, 0, false],
    [
      'not at the end for a refused token, which it still takes',
      { ...until(9_000), retryAtIfRefused: 1_000 },
      1_000,
      false,
    ],
  ])('%s', (_, pause, now, expected) => {
    expect(pauseOver(pause, now, false)).toBe(expected)
  })

  test.each([
    ['earlier when the token was refused meanwhile', { ...until(9_000), retryAtIfRefused: 1_000 }, 1_000, true],
    ['but not before that', { ...until(9_000), retryAtIfRefused: 1_000 }, 999, false],
    ['as before where there is no earlier end', until(9_000), 8_999, false],
  ])('%s', (_, pause, now, expected) => {
    expect(pauseOver(pause, now, true)).toBe(expected)
  })
})
