import { expect, test } from 'vitest'
import type { Entry } from '../protocol.ts'
import { History } from './history.ts'

const ended = (url: string, at: number, durationMs: number): Entry => ({
  kind: 'request',
  at,
  session: 'main',
  method: 'GET',
  url,
  outcome: 'sent',
  waitedMs: 0,
  durationMs,
})

test('entries that a page tells late stand where they ended', () => {
  const history = new History(() => {})
  history.add(ended('replayed', 100, 50))
  history.keep([ended('before', 90, 10), ended('after', 100, 60)])
  expect(history.entries.map(({ url }) => url)).toEqual(['before', 'replayed', 'after'])
})

test('the last 200 are kept', () => {
  const history = new History(() => {})
  history.keep(Array.from({ length: 150 }, (_, index) => ended(`told ${index}`, index, 1)))
  for (let index = 0; index < 100; index++) history.add(ended(`own ${index}`, 1000 + index, 1))
  expect(history.entries).toHaveLength(200)
  expect(history.entries[0]?.url).toBe('told 50')
})
