import { expect, test } from 'vitest'
import type { Entry } from '../protocol.ts'
import { grouped } from './groups.ts'

/** `2000 /rows 200` is a request of that time, path and status; `2000 refresh` a refresh. */
function entry(line: string): Entry {
  const [at = '', path = '', status = '200'] = line.split(' ')
  const kind = path === 'refresh' ? 'refresh' : 'request'
  return {
    kind,
    at: Number(at),
    session: 'main',
    method: 'GET',
    url: `https://app.example.com${path}`,
    outcome: kind === 'refresh' ? 'success' : 'sent',
    status: Number(status),
    waitedMs: 0,
    durationMs: 1,
  }
}

test.each<readonly [string, readonly string[], readonly number[]]>([
  ['nothing', [], []],
  ['fifty at once are one row', Array.from({ length: 50 }, () => '0 /rows'), [50]],
  ['equal ones that follow each other, however late', ['0 /poll', '60000 /poll', '120000 /poll'], [3]],
  ['two tabs that load in turn', ['0 /a', '1 /b', '2 /a', '3 /b'], [2, 2]],
  ['a refresh between equal requests of one moment', ['0 /a', '1 refresh', '2 /a'], [2, 1]],
  ['a refresh between requests that are apart', ['0 /a', '500 refresh', '1500 /a'], [1, 1, 1]],
  ['another path', ['0 /a', '0 /b'], [1, 1]],
  ['another status', ['0 /a 200', '0 /a 503'], [1, 1]],
])('groups: %s', (_, lines, sizes) => {
  const groups = grouped(lines.map(entry))
  expect(groups.map(({ length }) => length)).toEqual(sizes)
})

test('refreshes for two APIs of one session are not equal', () => {
  const [own, mail] = [entry('0 refresh'), { ...entry('0 refresh'), resource: 'https://mail.example.com' }]
  expect(grouped([own, mail, own])).toHaveLength(2)
})

test('a replayed request is not equal to one that was refused with another status', () => {
  const replayed = { ...entry('0 /a'), outcome: 'replayed' } as const
  expect(
    grouped([
      { ...replayed, refusedStatus: 401 },
      { ...replayed, refusedStatus: 403 },
    ]),
  ).toHaveLength(2)
})
