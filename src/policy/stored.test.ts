/** What any script of the origin can write or send: whatever it is, reading it neither throws nor takes long. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decide } from './decide.ts'
import { isJournal, patienceMs } from './journal.ts'
import { asNotice } from './notice.ts'
import { asRecord, blank, ended, refreshed, signedIn, signedOut, viewOf } from './record.ts'
import { pauseAfter, pauseOver } from './schedule.ts'
import { asServersReadIt } from './server-paths.ts'
import type { AccessToken, SessionRecord } from './vocabulary.ts'

/** The same inputs in each run, so that a red test stays red. */
const PARAMETERS = { seed: 20_261_125, numRuns: 500 }
const LIMIT_MS = 200
const cpuMs = () => process.cpuUsage().user / 1000

/** Numbers at which comparing and counting goes wrong. */
const NUMBERS = [0, -0, -1, 1, 0.5, NaN, Infinity, -Infinity, 1e15 - 1, 1e15, 2 ** 53 - 1, 2 ** 53, 1e308, 5e-324]
/** What a structured clone can hold, and JSON cannot. */
const ODD = [undefined, null, 10n, new Date(NaN), new Map([[1, 2]]), new Set(['a']), /x/, new Uint8Array(3), [], {}]

function cyclic(): object {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}

const poison = fc.oneof(
  fc.constantFrom<unknown>(...NUMBERS, ...ODD, cyclic(), 'x'.repeat(100_000), '', 'undefined', 'a b', '\0'),
  fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, withTypedArray: true }),
)

const good = {
  version: 1,
  epoch: 3,
  generation: 7,
  state: 'active',
  accessToken: 'at',
  refreshToken: 'rt',
  idToken: 'e30.e30.',
  tokenType: 'Bearer',
  scope: 'rows',
  reason: 'why',
  sentAt: 0,
  storedAt: 0,
  lifetime: 600,
  journal: { credential: { kind: 'refresh-token', token: 'rt' }, since: 0 },
  pause: { kind: 'for-now', failures: 1, since: 0, retryAt: 5, answered: true },
}

/** A good value with one member, or a member of a member, that is poison. */
function spoilt(value: object): fc.Arbitrary<unknown> {
  const members = Object.entries(value)
  const own = members.map(([name]) => poison.map((each) => ({ ...value, [name]: each })))
  const inner = members.flatMap(([name, member]) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? [spoilt(member as object).map((each) => ({ ...value, [name]: each }))]
      : [],
  )
  return fc.oneof(...own, ...inner)
}

const anyRecord = fc.oneof(poison, spoilt(good))
const now = 1_700_000_000_000
const receipt = { sentAt: now, now, random: 0.5 }
const tokens = { accessToken: 'new' as AccessToken }

describe('a stored session', () => {
  test('is a sound one or none, and all that is done with it gives a sound one', () => {
    fc.assert(
      fc.property(anyRecord, (stored) => {
        const record: SessionRecord = asRecord(stored)
        expect(asRecord(record)).toBe(record)
        structuredClone(viewOf('main', record, false))
        for (const by of [undefined, 'refresh-token', 'cookie'] as const) decide(record, by, now)
        pauseOver(record.pause, now, false)
        expect(patienceMs(record.journal, 10_000, now)).toBeLessThanOrEqual(10_000)
        const outcome = { kind: 'for-now', ambiguous: false, answered: true, reason: 'network' } as const
        const paused = {
          ...record,
          pause: pauseAfter(outcome, { before: record.pause, servesUntil: 0, now, random: 0.5 }),
        }
        const later: SessionRecord[] = [
          signedOut(record, now),
          ended(record, 'expired'),
          paused,
          signedIn(record, tokens, receipt),
        ]
        if (record.state === 'active') later.push(refreshed(record, tokens, receipt))
        for (const each of later) expect(asRecord(each)).toBe(each)
      }),
      PARAMETERS,
    )
  })

  test.each(NUMBERS)('an epoch and a generation of %s prevent no later sign-in', (count) => {
    const record = asRecord({ ...good, epoch: count, generation: count })
    const next = signedIn(record, tokens, receipt)
    expect(asRecord(next)).toBe(next)
    expect([next.epoch, next.generation]).not.toEqual([record.epoch, record.generation])
    const left = signedOut(next, now)
    expect(asRecord(left)).toBe(left)
    expect(left.epoch).not.toBe(next.epoch)
  })

  test('a pause that no refresh has left counts as no record', () => {
    const { pause } = good
    for (const bad of [{ failures: NaN }, { failures: '1' }, { kind: 'x' }, { retryAt: Infinity }, { since: 'now' }])
      expect(asRecord({ ...good, pause: { ...pause, ...bad } })).toBe(blank)
  })

  test('a journal is one or none', () => {
    fc.assert(
      fc.property(fc.oneof(poison, spoilt(good.journal)), (stored) => {
        expect(typeof isJournal(stored)).toBe('boolean')
      }),
      PARAMETERS,
    )
  })
})

describe('a notice', () => {
  const view = { name: 'main', state: 'active', epoch: 1, refreshing: false, expiresAt: 5, claims: { sub: 'ada' } }
  const entry = { kind: 'request', at: 1, session: 'main', method: 'GET', url: '/', outcome: 'sent', waitedMs: 0 }
  const notices = [
    { kind: 'session', view },
    { kind: 'entries', entries: [{ ...entry, durationMs: 0 }] },
    { kind: 'changed', session: 'key', epoch: 1, generation: 2 },
    { kind: 'wanted', id: '0.5', session: 'main', reason: 'missing', epoch: 1, generation: 2 },
    { kind: 'tried', id: '0.5' },
    { kind: 'configuration' },
  ]

  test.each(notices)('of $kind is taken as it is', (notice) => {
    expect(asNotice(notice)).toBe(notice)
  })

  test('is one or none', () => {
    fc.assert(
      fc.property(fc.oneof(poison, ...notices.map(spoilt)), (data) => {
        const notice = asNotice(data)
        if (notice) expect(notice).toBe(data)
        if (notice?.kind === 'session') JSON.stringify(notice.view)
      }),
      PARAMETERS,
    )
  })
})

describe('a path as servers read it', () => {
  test.each([
    ['https://a.example/api/public/x', undefined],
    ['https://a.example/api/%70ublic/x', 'https://a.example/api/public/x'],
    ['https://a.example/api/%2570ublic/x', 'https://a.example/api/public/x'],
    ['https://a.example/api//public/x', 'https://a.example/api/public/x'],
    ['https://a.example/api/public;v=1/x;y', 'https://a.example/api/public/x'],
    ['https://a.example/api/%2e%2e%2fpublic/', 'https://a.example/public/'],
    ['https://a.example/api%2Fpublic/x?a=//b', 'https://a.example/api/public/x'],
    ['https://a.example/api/%C3%A9', 'https://a.example/api/%C3%A9'],
    ['https://a.example//', 'https://a.example/'],
  ])('%s', (url, read) => {
    expect(asServersReadIt(url)).toBe(read)
  })

  test('of any text, and of a long one', () => {
    fc.assert(
      fc.property(fc.string(), (text) => void asServersReadIt(`https://a.example/${text}`)),
      PARAMETERS,
    )
    for (const piece of ['%25', '%', '/', ';', '\\', '%2e%2e/', 'a/../']) {
      const before = cpuMs()
      asServersReadIt(`https://a.example/${piece.repeat(20_000)}`)
      expect(cpuMs() - before, piece).toBeLessThan(LIMIT_MS)
    }
  })
})
