import { expect, test } from 'vitest'
import { place, splitPath } from './url-parts.ts'

test.each([
  ['of the page itself', 'https://app.example.com/api/rows?q', { host: '', path: '/api/rows?q' }],
  ['of another origin', 'https://api.example.com:8443/rows', { host: 'api.example.com:8443', path: '/rows' }],
])('a URL %s', (_, url, expected) => expect(place(url, 'https://app.example.com')).toEqual(expected))

test.each([
  ['a short path is not cut', '/api/rows', '', '/api/rows'],
  [
    'cut at a separator',
    '/api/database/rows/table/1/?user_field_names&size',
    '/api/database/rows/table',
    '/1/?user_field_names&size',
  ],
  ['no separator near: cut anywhere', `/${'a'.repeat(40)}`, `/${'a'.repeat(14)}`, 'a'.repeat(26)],
  ['a separator at the very end is none', `/${'a'.repeat(40)}/`, `/${'a'.repeat(15)}`, `${'a'.repeat(25)}/`],
])('%s', (_, path, head, tail) => expect(splitPath(path)).toEqual({ head, tail }))
