import { describe, expect, test } from 'vitest'
import { asNotice } from './notice.ts'

const view = { name: 'main', state: 'active', epoch: 1, refreshing: false }
const cyclic: Record<string, unknown> = { kind: 'session', view }
cyclic['again'] = cyclic

describe('a notice', () => {
  test.each([
    ['a view', { kind: 'session', view }],
    ['entries', { kind: 'entries', entries: [{ kind: 'request', url: '/' }] }],
    ['a configuration', { kind: 'configuration' }],
  ])('%s', (_, notice) => expect(asNotice(notice)).toEqual(notice))

  test('entries that are none are left out', () =>
    expect(
      asNotice({ kind: 'entries', entries: [null, 7, { kind: 'error', url: '/' }, { kind: 'refresh', url: '/' }] }),
    ).toEqual({ kind: 'entries', entries: [{ kind: 'refresh', url: '/' }] }))

  test.each([
    ['nothing', undefined],
    ['null', null],
    ['text', 'session'],
    ['a bigint', 10n],
    ['a cycle', cyclic],
    ['no kind', { view }],
    ['another kind', { kind: 'changed', session: 'main', epoch: 1, generation: 1 }],
    ['no view', { kind: 'session' }],
    ['a view without a name', { kind: 'session', view: { ...view, name: 1 } }],
    ['a view of no state', { kind: 'session', view: { ...view, state: 'away' } }],
    ['an epoch that is no number', { kind: 'session', view: { ...view, epoch: NaN } }],
    ['no entries', { kind: 'entries', entries: {} }],
  ])('no notice: %s', (_, notice) => expect(asNotice(notice)).toBeUndefined())
})
