import { expect, test } from 'vitest'
import { check } from './check.ts'

const good = {
  sessions: { main: { resources: ['/api/*'], capture: ['/api/login'], refresh: { url: '/api/refresh' } } },
}

test('a right configuration', () => {
  expect(check(JSON.stringify(good), 'bearer-worker.json')).toMatchObject({
    kind: 'good',
    configuration: { sessions: [{ name: 'main' }] },
  })
})

test('every mistake, with its path', () => {
  const text = JSON.stringify({
    sessions: {
      main: { resource: ['/api/*'], resources: ['http://api.example.com/*'], refresh: { url: '/r', method: 'GET' } },
    },
  })
  const checked = check(text, 'bearer-worker.json')
  expect(checked.kind === 'bad' && checked.issues.map(({ path }) => path)).toEqual(
    expect.arrayContaining(['sessions.main.resource', 'sessions.main.resources[0]', 'sessions.main.refresh.body']),
  )
})

test('what only URLPattern knows to be wrong', () => {
  const checked = check(JSON.stringify({ sessions: { main: { resources: ['/api/('] } } }), 'bearer-worker.json')
  expect(checked).toMatchObject({ kind: 'bad', issues: [{ path: 'sessions.main.resources[0]' }] })
})

test('a file that is no JSON', () => {
  expect(check('{ "sessions": ', 'bearer-worker.json')).toMatchObject({ kind: 'bad', issues: [{ path: '' }] })
})

test('a whole redirectUri tells which site it is for', () => {
  const session = {
    resources: ['/api/*'],
    authorizationServer: {
      issuer: 'https://id.example.com',
      clientId: 'spa',
      redirectUri: 'https://app.example.com/signed-in',
    },
  }
  expect(check(JSON.stringify({ sessions: { main: session } }), 'bearer-worker.json').kind).toBe('good')
})

test('the smaller worker cannot sign in', () => {
  const text = JSON.stringify({
    sessions: {
      main: {
        resources: ['/api/*'],
        authorizationServer: { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' },
      },
    },
  })
  expect(check(text, 'bearer-worker.json').kind).toBe('good')
  expect(check(text, 'bearer-worker.json', { core: true })).toMatchObject({
    kind: 'bad',
    issues: [{ path: 'sessions.main.authorizationServer' }],
  })
})
