import { expect, test } from 'vitest'
import { checkPattern, checkUrl, forUrlPattern, namesUser } from './patterns.ts'

test.each([
  '/api/*',
  '/',
  '/api/:id/(\\d+)'.replace('\\d', '[0-9]'),
  '/v1/{books}?/x',
  '/x:batch',
  'https://api.example.com/v1/*',
  'https://api.example.com',
  'https://api.example.com:8443/*',
  'HTTPS://API.Example.com/*',
  'https://bücher.example/*',
  'https://*.example.com/*',
  'https://*.app.localhost/*',
  'http://localhost/*',
  'http://LOCALHOST:3000/*',
  'http://app.localhost:3000/*',
  'http://127.0.0.1:8000/*',
  'http://127.8.9.10/*',
  'http://[::1]:3000/*',
  'https://[2001:db8::1]/*',
])('a pattern may be %s', (pattern) => {
  expect(checkPattern(pattern)).toBeUndefined()
})

test.each([
  ['nothing', ''],
  ['every origin', '*'],
  ['every path of every origin', '*://*/*'],
  ['a relative path without a slash', 'api/*'],
  ['another origin by two slashes', '//evil.example/*'],
  ['another origin by a backslash', '/\\evil.example/*'],
  ['another origin by a tab, which URLs drop', '/\t/evil.example/*'],
  ['leading space', ' /api/*'],
  ['a backslash', '/api/\\*'],
  ['a scheme after a slash', '/x://evil.example/*'],
  ['any scheme', ':scheme://api.example.com/*'],
  ['two schemes', 'http{s}?://api.example.com/*'],
  ['a wildcard host', 'https://*/*'],
  ['a wildcard over a top-level domain', 'https://*.com/*'],
  ['a wildcard over com and its root', 'https://*.com./*'],
  ['a wildcard inside a label', 'https://*example.com/*'],
  ['a wildcard in the middle', 'https://api.*.example.com/*'],
  ['a wildcard at the end', 'https://api.example.*/*'],
  ['two wildcards', 'https://*.*.example.com/*'],
  ['a named group as host', 'https://:host/*'],
  ['a regular expression as host', 'https://(.*)/*'],
  ['a group in the host', 'https://{api.}?example.com/*'],
  ['a wildcard port', 'https://api.example.com:*/*'],
  ['a named port', 'https://api.example.com:port/*'],
  ['credentials', 'https://user:secret@api.example.com/*'],
  ['a host behind credentials', 'https://api.example.com@evil.example/*'],
  ['plain http', 'http://api.example.com/*'],
  ['plain http with a wildcard', 'http://*.example.com/*'],
  ['plain http with a wildcard below localhost', 'http://*.app.localhost/*'],
  ['a host that only begins like loopback', 'http://127.0.0.1.evil.example/*'],
  ['a host that only begins with localhost', 'http://localhost.evil.example/*'],
  ['a host that only ends like localhost', 'http://evillocalhost/*'],
  ['any address', 'http://0.0.0.0/*'],
  ['another scheme', 'ws://localhost/*'],
  ['a file', 'file:///etc/*'],
  ['data', 'data:text/plain,x'],
  ['one slash', 'https:/api.example.com/*'],
  ['no host', 'https:///x'],
])('a pattern may not be %s', (_, pattern) => {
  expect(checkPattern(pattern)).toMatch(/[.]$/)
})

test.each(['/token', 'https://id.example.com/token?x=1', 'http://localhost:9000/token', 'http://[::1]/token'])(
  'an endpoint may be %s',
  (url) => {
    expect(checkUrl(url)).toBeUndefined()
  },
)

test.each([
  '',
  'token',
  '//id.example.com/token',
  'http://id.example.com/token',
  'https://*.example.com/token',
  'https://u:p@id.example.com/',
  'javascript:alert(1)',
  '/\n/evil.example',
])('an endpoint may not be %j', (url) => {
  expect(checkUrl(url)).toBeDefined()
})

test.each([
  ['http://[::1]:3000/:id', 'http://[\\:\\:1]:3000/:id'],
  ['https://[2001:db8::1]/*', 'https://[2001\\:db8\\:\\:1]/*'],
  ['https://api.example.com:8443/[:x]', 'https://api.example.com:8443/[:x]'],
  ['/[:x]', '/[:x]'],
])('URLPattern takes %s as %s', (pattern, expected) => {
  expect(forUrlPattern(pattern)).toBe(expected)
})

test.each([
  ['https://ada:secret@api.example.com/', true],
  ['http://ada@localhost/rows', true],
  ['https://api.example.com/@ada', false],
  ['https://api.example.com/?next=https://ada@evil.example', false],
  ['blob:https://api.example.com/1', false],
])('%s names its user: %s', (url, expected) => {
  expect(namesUser(url)).toBe(expected)
})
