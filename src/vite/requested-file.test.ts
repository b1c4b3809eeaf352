import { expect, test } from 'vitest'
import { requestedFile } from './requested-file.ts'

const NAME = 'bearer-worker.json'

test.each([
  ['at the root', `/${NAME}`, '/', NAME],
  ['below a base', `/app/${NAME}`, '/app/', NAME],
  ['with a query', `/${NAME}?t=1`, '/', NAME],
  ['with a relative base', `/${NAME}`, './', NAME],
  ['outside of the base', `/${NAME}`, '/app/', undefined],
  ['nothing', undefined, '/', undefined],
])('%s', (_, target, base, expected) => {
  expect(requestedFile(target, base)).toBe(expected)
})

/** Ways to write a path that lead elsewhere once something decodes or resolves them. */
const odd = [
  '',
  '/',
  '//',
  '///',
  '*',
  '.',
  '..',
  '/\\',
  '/%',
  '/%00',
  '//[',
  'http://',
  'http://[',
  `http://evil.example/${NAME}`,
  ...[
    '..',
    '%2e%2e',
    '%2E.',
    '.%2e',
    '..%2f',
    '..\\',
    '..%5c',
    '%252e%252e',
    '....',
    '..;',
    '\u2025',
    '%c0%ae%c0%ae',
  ].flatMap((step) => [`/${step}/${NAME}`, `/${step}/${step}/etc/passwd`, `/${NAME}/${step}/${step}/etc/passwd`]),
  ...['%00', '%20', ' ', ';x', '/', '\\', '%2f', ':$DATA', '\t'].map((end) => `/${NAME}${end}`),
]

test.each(odd)('no file: %j', (target) => {
  expect(requestedFile(target, '/')).toBeUndefined()
})
