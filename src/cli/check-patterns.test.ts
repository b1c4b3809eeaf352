import { describe, expect, test } from 'vitest'
import { main, told } from './check-told.ts'

describe('each wrong pattern has its own sentence', () => {
  const rows: readonly (readonly [pattern: string, message: RegExp])[] = [
    ['api/*', /"api\/\*" has no leading slash: write "\/api\/\*"/],
    ['./api/*', /relative to a folder.*write "\/api\/\*"/],
    ['', /The pattern is empty/],
    ['*', /every URL of every host/],
    [' /api/*', /begins or ends with a space/],
    ['/a b', /has a space in it: write "\/a%20b"/],
    ['/a, /b', /looks like several/],
    ['\\api\\*', /has a backslash: write "\/api\/\*"/],
    ['^/api/.*', /regular expression.*write "\/api\/\*"/],
    ['/api/[0-9]+', /regular expression/],
    ['api.example.com/*', /without its scheme: write "https:\/\/api\.example\.com\/\*"/],
    ['localhost:8000/*', /write "http:\/\/localhost:8000\/\*"/],
    ['//api.example.com/*', /write "https:\/\/api\.example\.com\/\*"/],
    ['http://api.example.com/*', /plain http.*write "https:/],
    ['*://api.example.com/*', /leaves its scheme open/],
    ['wss://api.example.com/*', /WebSocket/],
    ['ftp://api.example.com/*', /has the scheme ftp/],
    ['https:/api.example.com/*', /has not two slashes/],
    ['https://', /names no host/],
    ['https://*/*', /leaves its host open/],
    ['https://api.*.com/*', /leaves its host open/],
    ['https://{a,b}.example.com/*', /leaves its host open/],
    ['https://a:b@api.example.com/*', /has credentials in it: write "https:\/\/api/],
    ['https://api.example.com:*/*', /leaves its port open/],
    ['https://api.example.com?x', /no slash after the host/],
    ['/api/:/x', /a colon without a name/],
    ['/api/(', /do not pair/],
    ['/api/{x', /do not pair/],
    ['/api/+', /nothing before it to repeat/],
    ['https://*.co.uk/*', /Public Suffix List/],
    ['https://*.CO.UK/*', /Public Suffix List/],
    ['https://*.github.io/*', /Public Suffix List/],
    ['https://*.kawasaki.jp/*', /Public Suffix List/],
    ['https://*.com.au:8443/*', /Public Suffix List/],
  ]
  test.each(rows)('%j', (pattern, message) => {
    for (const field of ['resources', 'except', 'capture']) {
      const messages = told(main({ [field]: [pattern] }))
      expect(messages).toHaveLength(1)
      expect(messages[0]).toMatch(message)
    }
  })

  test('no two kinds share a sentence, but for what they quote', () => {
    for (const [pattern] of rows) expect(told(main({ resources: [pattern] }))[0]).not.toMatch(/Write "\/path" or/)
  })

  test.each([
    '/api/*',
    '/api/:id',
    '/a/(\\d+)'.replace('\\d', '[0-9]'),
    'https://*.example.co.uk/*',
    'https://*.user.github.io/*',
    'http://localhost:8000/*',
    'https://[::1]:8443/*',
  ])('good: %s', (pattern) =>
    expect(told(main({ resources: [pattern] })).filter((message) => !/regular expression/.test(message))).toEqual([]),
  )
})
