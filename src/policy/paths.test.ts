import { expect, test } from 'vitest'
import { codeAt, codesAt, readAll } from './paths.ts'

const body = { error: '', errors: [{ code: 'A', extensions: { code: 'X' } }, { code: 7 }, null], detail: { code: 'B' } }

test.each<readonly [string, string, unknown[]]>([
  ['an index', 'errors.0.code', ['A']],
  ['any index', 'errors.*.code', ['A', 7, undefined]],
  ['a key that is a star', 'detail.*', [undefined]],
  ['nothing inherited', 'errors.length.x', [undefined]],
])('a path reads %s', (_, path, expected) => {
  expect(readAll(body, path)).toEqual(expected)
})

test('codes come in the order of the paths; what is no code is none', () => {
  expect(codesAt(body, ['error', 'errors.*.code', 'detail.code', 'detail'])).toEqual(['A', '7', 'B'])
})

test('the code of a body is the first that is listed, else the first', () => {
  expect(codeAt(body, ['errors.*.code', 'detail.code'], ['B', '7'])).toBe('7')
  expect(codeAt(body, ['errors.*.code', 'detail.code'], ['other'])).toBe('A')
  expect(codeAt(body, 'error')).toBeUndefined()
})
