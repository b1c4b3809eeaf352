import { expect, test } from 'vitest'
import { accountOfKey, isAccount, sessionKey } from './account.ts'

test.each([
  ['a user id', 'user-17', true],
  ['an e-mail address', 'ada@example.com', true],
  ['a text with spaces and signs', 'Ada ☂ / "main" #1', true],
  ['as long as allowed', 'x'.repeat(200), true],
  ['one character more', 'x'.repeat(201), false],
  ['nothing', '', false],
  ['a number', 17, false],
  ['null', null, false],
  ['an object with a text', { toString: () => 'ada' }, false],
])('%s: whether it names an account', (_, value, expected) => {
  expect(isAccount(value)).toBe(expected)
})

const CONFIGURATION = '/app/bearer-worker.json'

test('without an account, the key is that of a site that names none', () => {
  expect(sessionKey(CONFIGURATION, 'main')).toBe('/app/bearer-worker.json main')
})

test.each(['ada', 'Ada Lovelace', ' ', 'main', 'main ada', '☂', 'https://id.example'])(
  'account "%s" is found by its key',
  (account) => {
    expect(accountOfKey(sessionKey(CONFIGURATION, 'main', account), CONFIGURATION)).toEqual({
      session: 'main',
      account,
    })
  },
)

test.each([
  ['the session without an account', '/app/bearer-worker.json main'],
  ['an empty name', '/app/bearer-worker.json main '],
  ['a name that is too long', `/app/bearer-worker.json main ${'x'.repeat(201)}`],
  ['another configuration', '/bearer-worker.json main ada'],
  ['a configuration that begins so', '/app/bearer-worker.json.old main ada'],
  ['no session', '/app/bearer-worker.json  ada'],
  ['the configuration', 'configuration /app/bearer-worker.json'],
  ['metadata', 'metadata /app/bearer-worker.json main https://id.example'],
  ['the clients', 'clients /app/bearer-worker.json'],
])('%s is the key of no account', (_, key) => {
  expect(accountOfKey(key, CONFIGURATION)).toBeUndefined()
})
