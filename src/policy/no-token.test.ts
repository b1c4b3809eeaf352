import { expect, test } from 'vitest'
import { noTokenIn } from './no-token.ts'

const found = (body: unknown) => noTokenIn(body, { accessToken: ['access_token'] }).found

test('it names what was looked for', () => {
  expect(noTokenIn({}, { accessToken: ['token', 'data.token'] })).toEqual({
    looked: ['token', 'data.token'],
    found: [],
  })
})

test.each<readonly [string, unknown, string[]]>([
  ['members, without their values', { token: 'secret', user: { id: 1 } }, ['token', 'user.id']],
  ['members of lists', { items: [{ a: 1 }, { a: 2, b: 3 }] }, ['items.*.a', 'items.*.b']],
  ['no name that may be a token', { 'eyJhbGciOiJIUzI1NiJ9.e30.x': 1, 'a b': 1, [`x${'y'.repeat(40)}`]: 1 }, []],
  ['not too deep', { a: { b: { c: { d: { e: 1 } } } } }, ['a.b.c.d']],
  ['nothing of a text', 'access_token', []],
  ['nothing of null', null, []],
])('it names %s', (_, body, expected) => {
  expect(found(body)).toEqual(expected)
})

test('it names twenty members at most', () => {
  expect(found(Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`a${index}`, 1])))).toHaveLength(20)
})
