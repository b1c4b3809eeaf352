import { describe, expect, test } from 'vitest'
import type { Entry } from '../protocol.ts'
import { bugReport, withoutSecrets } from './bug-report.ts'
import { without } from './merge.ts'
import { moodOfEntry, refreshFor, servedBy, span, statusOf, wordingOf } from './wording.ts'

const NOW = 1_700_000_000_000
const request = (changes: Partial<Entry> = {}): Entry => ({
  kind: 'request',
  at: NOW,
  session: 'main',
  method: 'GET',
  url: 'https://app.example.com/api/rows?q',
  outcome: 'sent',
  status: 200,
  waitedMs: 0,
  durationMs: 100,
  ...changes,
})
const refresh = (changes: Partial<Entry> = {}): Entry => ({
  kind: 'refresh',
  at: NOW,
  session: 'main',
  method: 'POST',
  url: 'https://id.example.com/token',
  outcome: 'success',
  waitedMs: 0,
  durationMs: 50,
  ...changes,
})

describe('who refreshed', () => {
  const held = request({ outcome: 'refreshed-first', waitedMs: 60 })
  const replayed = request({ outcome: 'replayed' })
  const during = refresh({ at: NOW + 10 })
  const entries = [
    refresh({ at: NOW - 5_000 }),
    held,
    replayed,
    request(),
    during,
    refresh({ at: NOW + 10, session: 'other' }),
  ]

  test('the refresh of its session that ran meanwhile', () => expect(refreshFor(held, entries)).toBe(during))
  test('also for one that was replayed with what others had waited for', () =>
    expect(refreshFor(replayed, entries)).toBe(during))
  test('nobody, where that refresh was for another access token of the session', () =>
    expect(refreshFor({ ...held, resource: 'https://mail.example.com' }, entries)).toBeUndefined())
  test('nobody, for a request that went out at once', () => expect(refreshFor(request(), entries)).toBeUndefined())
  test('one refresh was for all of them', () => expect(servedBy(during, entries)).toBe(2))
})

test('an outcome that a newer worker brings is shown as it is', () => {
  expect(wordingOf({ kind: 'request', outcome: 'sent-twice' as never })).toMatchObject({
    stamp: 'sent twice',
    mood: 'plain',
  })
})

describe('the status that a row shows', () => {
  test.each<readonly [string, Entry, string, string]>([
    ['a success', request(), '200', 'good'],
    ['the server’s own error', request({ status: 503 }), '503', 'bad'],
    ['not found', request({ status: 404 }), '404', 'bad'],
    ['a redirect', request({ status: 304 }), '304', 'plain'],
    ['replayed', request({ outcome: 'replayed', refusedStatus: 401 }), '401 → 200', 'good'],
    [
      'replayed, and refused again',
      request({ outcome: 'replayed', refusedStatus: 401, status: 401 }),
      '401 → 401',
      'bad',
    ],
    ['replayed, told by an older worker', request({ outcome: 'replayed' }), 'refused → 200', 'good'],
    ['a sign-in without a token in its answer', request({ outcome: 'no-token' }), '200', 'bad'],
    ['a refresh', refresh({ status: 200 }), '200', 'good'],
    ['a refresh by the page’s code', refresh(), '', 'good'],
    ['a refresh that failed', refresh({ outcome: 'for-now', status: 503 }), '503', 'bad'],
    ['a refresh without an answer', refresh({ outcome: 'for-now' }), 'no answer', 'bad'],
  ])('%s', (_, entry, status, mood) => {
    expect(statusOf(entry).join(' → ')).toBe(status)
    expect(moodOfEntry(entry)).toBe(mood)
  })

  test('a request without an answer, and one whose answer is opaque', () => {
    const { status: _, ...without } = request()
    expect(statusOf({ ...without, outcome: 'failed' })).toEqual(['no answer'])
    expect(statusOf(without)).toEqual(['opaque'])
    expect(moodOfEntry(without)).toBe('plain')
  })
})

for (const [ms, words] of [
  [900, '1 s'],
  [61_000, '61 s'],
  [600_000, '10 min'],
  [36_000_000, '10 h'],
  [864_000_000, '10 days'],
] as const) {
  test(`${ms} ms are ${words}`, () => expect(span(ms)).toBe(words))
}

test('what came by an event and by history() is there once, and fifty that are alike are fifty', () => {
  const alike = Array.from({ length: 50 }, () => request())
  expect(without(alike, [])).toHaveLength(50)
  expect(without(alike, alike.slice(0, 20))).toHaveLength(30)
})

describe('the bug report', () => {
  const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl'
  const report = bugReport({
    version: '1.2.3',
    userAgent: 'A browser',
    url: `https://ada:secret@app.example.com/rows?code=${TOKEN}#access_token=${TOKEN}`,
    now: NOW,
    covered: 'the worker',
    controller: 'Controlled by /bearer-worker.sw.js',
    sessions: [
      {
        name: 'main',
        state: 'active',
        expiresAt: NOW + 14_000,
        scope: 'a|b',
        epoch: 1,
        refreshing: false,
        claims: { sub: 'ada', email: 'ada@example.com' },
      },
    ],
    entries: [
      request({ url: `https://app.example.com/by-token/${TOKEN}` }),
      request({ outcome: 'replayed' }),
      refresh({ at: NOW + 10 }),
    ],
    explained: {
      url: `https://app.example.com/?token=${TOKEN}`,
      explanation: { touched: false, code: 'other-path', message: `Not touched: Bearer ${TOKEN}` },
    },
  })

  test('holds no token, wherever one was', () => {
    expect(report).not.toContain('eyJ')
    expect(report).not.toContain('secret')
  })
  test('names claims, and tells none', () => {
    expect(report).toContain('sub email')
    expect(report).not.toContain('ada@example.com')
  })
  test('tells what happened', () => {
    expect(report).toContain('| main | active | in 14 s |  | a\\|b |')
    expect(report).toContain('replayed')
    expect(report).toContain('new token (for 1)')
    expect(report).toContain('other-path')
  })
})

test('a URL keeps the names of its query, not the values', () => {
  expect(withoutSecrets('https://app.example.com/a?code=1&state=2#x')).toBe('https://app.example.com/a?code&state')
})
