import { expect, test } from 'vitest'
import { type Directive, forbids, policiesOf } from './content-security-policy.ts'

const SITE = 'https://app.example.com/'
const API = 'https://api.example.com'
const WORKER = 'https://app.example.com/bearer-worker.sw.js'

const rows: readonly (readonly [
  behaviour: string,
  policy: string,
  directive: Directive,
  url: string,
  forbidden: string | undefined,
])[] = [
  ['no policy allows everything', '', 'connect-src', API, undefined],
  ['a policy without the directive or a fallback allows', `img-src 'none'`, 'connect-src', API, undefined],
  ['default-src stands in', `default-src 'self'`, 'connect-src', API, `default-src 'self'`],
  ['an empty list allows nothing', 'connect-src', 'connect-src', SITE, `connect-src 'none'`],
  ['self is the origin', `connect-src 'self'`, 'connect-src', `${SITE}api`, undefined],
  ['an origin', `connect-src ${API}`, 'connect-src', API, undefined],
  ['a host without scheme takes that of the page', 'connect-src api.example.com', 'connect-src', API, undefined],
  ['a wildcard host', 'connect-src https://*.example.com', 'connect-src', API, undefined],
  [
    'a wildcard host is not the domain itself',
    'connect-src https://*.api.example.com',
    'connect-src',
    API,
    'connect-src https://*.api.example.com',
  ],
  ['another port', `connect-src ${API}`, 'connect-src', `${API}:8443`, `connect-src ${API}`],
  ['any port', `connect-src ${API}:*`, 'connect-src', `${API}:8443`, undefined],
  ['a scheme', 'connect-src https:', 'connect-src', API, undefined],
  ['http is upgraded', 'connect-src http://api.example.com', 'connect-src', API, undefined],
  ['a folder', `connect-src ${API}/v1/`, 'connect-src', `${API}/v1/rows`, undefined],
  ['another folder', `connect-src ${API}/v1/`, 'connect-src', `${API}/v2/rows`, `connect-src ${API}/v1/`],
  ['each of two policies has to allow', `connect-src *, connect-src 'self'`, 'connect-src', API, `connect-src 'self'`],
  [
    'worker-src comes before script-src',
    `script-src 'self'; worker-src 'none'`,
    'worker-src',
    WORKER,
    `worker-src 'none'`,
  ],
  ['script-src stands in for worker-src', `script-src 'self'`, 'worker-src', WORKER, undefined],
  [
    'strict-dynamic trusts the worker of a trusted script',
    `script-src 'nonce-a' 'strict-dynamic'`,
    'worker-src',
    WORKER,
    undefined,
  ],
  [
    'strict-dynamic wants a nonce of a script tag',
    `script-src 'self' 'strict-dynamic'`,
    'script-src',
    `${SITE}a.js`,
    `script-src 'self' 'strict-dynamic'`,
  ],
]

for (const [behaviour, policy, directive, url, forbidden] of rows) {
  test(behaviour, () => {
    expect(
      forbids(policiesOf(new Headers({ 'content-security-policy': policy })), directive, { url, self: SITE }),
    ).toBe(forbidden)
  })
}

test('a nonce allows its tag', () => {
  expect(
    forbids(policiesOf(new Headers(), [`script-src 'nonce-abc'`]), 'script-src', {
      url: `${SITE}a.js`,
      self: SITE,
      nonce: 'abc',
    }),
  ).toBeUndefined()
})
