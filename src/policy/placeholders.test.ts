import { describe, expect, test } from 'vitest'
import { cookiesIn, filled, namedBy } from './placeholders.ts'

const secrets = {
  refreshToken: 'rt',
  accessToken: 'at',
  cookies: { csrf: 'c1', 'XSRF-TOKEN': 'a%3Db', broken: '%E0%A4%A' },
}
const fill = (call: { headers?: Record<string, string>; parameters?: Record<string, unknown> }) =>
  filled({ headers: {}, parameters: {}, ...call }, secrets)

describe('headers', () => {
  test.each([
    ['a token', { Authorization: 'Bearer {refreshToken}' }, { authorization: 'Bearer rt' }],
    ['two in one value', { 'X-Both': '{accessToken}.{refreshToken}' }, { 'x-both': 'at.rt' }],
    ['a cookie', { 'X-CSRF-TOKEN': '{cookie:csrf}' }, { 'x-csrf-token': 'c1' }],
    ['a percent-encoded cookie', { 'X-XSRF-TOKEN': '{cookie:XSRF-TOKEN}' }, { 'x-xsrf-token': 'a=b' }],
    ['a cookie that only looks percent-encoded', { A: '{cookie:broken}' }, { a: '%E0%A4%A' }],
    ['no header for a cookie that is not there', { A: '{cookie:none}', B: '1' }, { b: '1' }],
    ['no cookie of an inherited name', { A: '{cookie:toString}' }, {}],
    ['text without placeholders', { A: '{ refreshToken } {}' }, { a: '{ refreshToken } {}' }],
  ])('get %s', (_, headers, expected) => {
    expect(fill({ headers }).headers).toEqual(expected)
  })

  test.each([
    ['a line break', 'a%0D%0AX-Injected: 1'],
    ['a character beyond Latin-1', '%E2%82%AC'],
    ['a null character', 'a%00'],
  ])('do not get a cookie with %s', (_, csrf) => {
    expect(filled({ headers: { A: '{cookie:csrf}' }, parameters: {} }, { cookies: { csrf } }).headers).toEqual({})
  })
})

describe('parameters', () => {
  test.each<readonly [string, Record<string, unknown>, object]>([
    [
      'tokens at any depth',
      { auth: { refresh: '{refreshToken}', access: ['{accessToken}'] }, remember: true, n: null, i: 1 },
      { auth: { refresh: 'rt', access: ['at'] }, remember: true, n: null, i: 1 },
    ],
    [
      'a token inside a GraphQL document, which has braces of its own',
      { query: 'mutation { refresh(token: "{refreshToken}") { token } }' },
      { query: 'mutation { refresh(token: "rt") { token } }' },
    ],
    [
      'a token inside a GraphQL document, and leave a selection of that name',
      { query: 'mutation { refresh(token: "{refreshToken}") {accessToken} }' },
      { query: 'mutation { refresh(token: "rt") {accessToken} }' },
    ],
    [
      'a token inside JSON in a string',
      { body: '{"a":{"b":"Bearer {accessToken}"}}' },
      { body: '{"a":{"b":"Bearer at"}}' },
    ],
    ['no member that names what is not there', { a: 1, b: '{cookie:none}', c: ['{cookie:none}', 2] }, { a: 1, c: [2] }],
  ])('get %s', (_, parameters, expected) => {
    expect(fill({ parameters }).parameters).toEqual(expected)
  })

  test('keep a key called __proto__ as a plain member', () => {
    const parameters = JSON.parse('{"__proto__":"{accessToken}"}') as Record<string, unknown>
    expect(JSON.stringify(fill({ parameters }).parameters)).toBe('{"__proto__":"at"}')
  })
})

test('what a cookie says is not read as a placeholder, nor as a pattern of replace()', () => {
  const cookies = { csrf: '{refreshToken}$&$1"\\' }
  expect(filled({ headers: {}, parameters: { a: '{cookie:csrf}' } }, { ...secrets, cookies }).parameters).toEqual({
    a: '{refreshToken}$&$1"\\',
  })
})

test('a call tells what has to be known before it is sent', () => {
  const headers = { Authorization: 'Bearer {refreshToken}', 'X-CSRF': '{cookie:csrf}', 'X-Again': '{cookie:csrf}' }
  expect(namedBy({ headers, parameters: { a: [{ b: '{cookie:XSRF-TOKEN}' }] } })).toEqual({
    refreshToken: true,
    accessToken: false,
    cookies: ['csrf', 'XSRF-TOKEN'],
  })
  const nothing = { refreshToken: false, accessToken: false, cookies: [] }
  expect(namedBy({ headers: {}, parameters: {} })).toEqual(nothing)
  const selection = { query: 'mutation { refresh {accessToken} }' }
  expect(namedBy({ headers: {}, parameters: selection }), 'a selection of GraphQL').toEqual(nothing)
})

test.each([
  ['one of several', 'a=1; csrf=c1; b=2', { csrf: 'c1' }],
  ['a value with an equals sign', 'csrf=c1==', { csrf: 'c1==' }],
  ['the first of a name', 'csrf=path; csrf=root', { csrf: 'path' }],
  ['none', 'xcsrf=1; csrf', {}],
  ['none of an empty document.cookie', '', {}],
])('document.cookie: %s', (_, text, expected) => {
  expect(cookiesIn(text, ['csrf'])).toEqual(expected)
})
