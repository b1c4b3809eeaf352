import { describe, expect, test } from 'vitest'
import { apiOf, nameOfKey, refusedApiReason, seenBy, withApiToken, withoutPauses } from './api-tokens.ts'
import { decide } from './decide.ts'
import { asRecord, ended, isSameGrant, isSameState, refreshed, signedIn, signedOut, viewOf } from './record.ts'
import { credentialOf } from './refresh-credential.ts'
import type { AccessToken, ActiveRecord, ApiToken, Pause, RefreshToken } from './vocabulary.ts'

const mail = '["https://graph.example.com","mail.read"]'
const files = '["https://files.example.com",null]'
const token = (text: string) => text as AccessToken
const tokenOf = (claims: object) => token(`e30.${btoa(JSON.stringify(claims))}.`)
const pause = (kind: Pause['kind']): Pause => ({
  kind,
  failures: 1,
  retryAt: Infinity,
  reason: 'invalid_scope',
  answered: true,
})

const record: ActiveRecord = {
  version: 1,
  epoch: 7,
  generation: 3,
  state: 'active',
  accessToken: tokenOf({ sub: 'ann' }),
  refreshToken: 'rt' as RefreshToken,
  tokenType: 'Bearer',
  sentAt: 0,
  storedAt: 0,
  lifetime: 600,
  apis: {
    [mail]: { generation: 5, accessToken: token('mail'), sentAt: 0, storedAt: 0, lifetime: 60, scope: 'mail.read' },
  },
}
const bare: ActiveRecord = { ...record, apis: undefined }

test.each<readonly [string, object, string | undefined, string]>([
  ['nothing: the token of the session', {}, undefined, ''],
  ['a resource', { resource: 'https://files.example.com' }, files, 'https://files.example.com'],
  ['a scope', { scope: 'mail.read' }, '[null,"mail.read"]', 'mail.read'],
  ['both', { resource: 'https://graph.example.com', scope: 'mail.read' }, mail, 'https://graph.example.com'],
])('the key of an API says what is asked for: %s', (_, entry, key, name) => {
  expect(apiOf(entry)?.key).toBe(key)
  if (key !== undefined) expect(nameOfKey(key)).toBe(name)
})

describe('what the requests to an API see of a record', () => {
  test.each<readonly [string, ActiveRecord, string | undefined, object]>([
    ['without an API: the record', record, undefined, record],
    [
      'its own token and generation',
      record,
      mail,
      { accessToken: 'mail', generation: 5, lifetime: 60, refreshToken: 'rt' },
    ],
    ['none before its first use', record, files, { generation: 0, refreshToken: 'rt', epoch: 7 }],
    ['never a property of every object', { ...record, apis: {} }, 'constructor', { generation: 0 }],
  ])('%s', (_, stored, api, seen) => {
    expect(seenBy(stored, api)).toMatchObject(seen)
  })

  test('never the token of the session, or of another API', () => {
    expect(seenBy(record, files)).not.toHaveProperty('accessToken')
    expect(seenBy(record, files)).not.toHaveProperty('apis')
    expect(seenBy(record, files)).not.toHaveProperty('tokenType')
  })

  test('whoever has left has left all of it', () => {
    for (const left of [signedOut(record, 10), ended(record, 'expired')]) expect(seenBy(left, mail)).toBe(left)
  })
})

test.each<readonly [string, ActiveRecord, string, number, string]>([
  ['its token is good: send', record, mail, 0, 'send'],
  ['that of the session is good, its own has expired: hold', record, mail, 59_000, 'hold'],
  ['its first use: hold', record, files, 0, 'hold'],
  [
    'its first use, and nothing to refresh with: untouched',
    { ...record, refreshToken: undefined },
    files,
    0,
    'untouched',
  ],
])('a request to an API, %s', (_, stored, api, now, kind) => {
  expect(decide(seenBy(stored, api), 'refresh-token', now).kind).toBe(kind)
})

test('a refresh that presents the access token presents that of the session', () => {
  const seen = seenBy(record, files) as ActiveRecord
  expect(credentialOf(seen, 'access-token')).toEqual({ kind: 'access-token', token: record.accessToken })
})

describe('a token of an API that is stored', () => {
  const seen = seenBy(record, files) as ActiveRecord
  const receipt = { sentAt: 1000, now: 1_700_000_000_000, random: 0 }
  const next = refreshed(seen, { accessToken: token('files'), refreshToken: 'r2' as RefreshToken }, receipt)
  const stored = withApiToken(record, files, seen, next)

  test('leaves the token of the session, its generation, and the other API', () => {
    expect(stored).toMatchObject({ epoch: 7, generation: 3, accessToken: record.accessToken })
    expect(stored.apis?.[mail]).toBe(record.apis?.[mail])
    expect(isSameState(stored, record)).toBe(true)
  })

  test('brings the refresh token of the session, which makes it another grant', () => {
    expect(stored.refreshToken).toBe('r2')
    expect(isSameGrant(stored, record)).toBe(false)
  })

  test('does not replace a refresh token that another context has got meanwhile', () => {
    const rotated = { ...record, refreshToken: 'r9' as RefreshToken }
    expect(withApiToken(rotated, files, seen, next)).toMatchObject({
      refreshToken: 'r9',
      apis: { [files]: { accessToken: 'files' } },
    })
  })

  test('has a generation that no earlier token of it had, also after a sign-in has removed those', () => {
    expect(stored.apis?.[files]?.generation).toBe(1_700_000_000_000)
    const again = withApiToken(
      stored,
      files,
      seenBy(stored, files),
      refreshed(seenBy(stored, files) as ActiveRecord, { accessToken: token('f2') }, receipt),
    )
    expect(again.apis?.[files]?.generation).toBe(1_700_000_000_001)
  })

  test('a pause is of that API alone, and makes no new generation', () => {
    const paused = withApiToken(record, mail, seenBy(record, mail), {
      ...(seenBy(record, mail) as ActiveRecord),
      pause: pause('configuration'),
    })
    expect(paused.pause).toBeUndefined()
    expect(paused.apis?.[mail]).toMatchObject({ generation: 5, accessToken: 'mail', pause: { kind: 'configuration' } })
  })
})

describe('whose tokens APIs have', () => {
  const receipt = { sentAt: 0, now: 10, random: 0 }
  test.each<readonly [string, object | undefined, object]>([
    [
      'a refresh of the session leaves them to the store',
      refreshed(record, { accessToken: token('new') }, receipt),
      { generation: 4 },
    ],
    [
      'a sign-in of the same user removes them',
      signedIn(record, { accessToken: tokenOf({ sub: 'ann', org: 2 }) }, receipt),
      { epoch: 7 },
    ],
    [
      'a sign-in of another removes them',
      signedIn(record, { accessToken: tokenOf({ sub: 'bob' }) }, receipt),
      { epoch: 8 },
    ],
    ['a sign-out removes them', signedOut(record, 10), { state: 'signed-out' }],
    ['the end removes them', ended(record, 'expired'), { state: 'ended' }],
  ])('%s', (_, next, expected) => {
    expect(next).toMatchObject(expected)
    expect(next).not.toHaveProperty('apis')
  })
})

describe('what the store holds of APIs is unknown until it is checked', () => {
  const good: ApiToken = { generation: 1, accessToken: token('at') }
  test.each<readonly [string, unknown, object | undefined]>([
    ['nothing: an older version wrote it', undefined, undefined],
    ['good tokens', { a: good }, { a: good }],
    ['with fields of a newer version', { a: { ...good, later: 1 } }, { a: { ...good, later: 1 } }],
    [
      'a pause without a token',
      { a: { generation: 0, pause: pause('needs-user') } },
      { a: { generation: 0, pause: pause('needs-user') } },
    ],
    ['a text', 'tokens', {}],
    ['a token that is none', { a: good, b: 'at', c: null }, { a: good }],
    ['a token without a generation', { a: { accessToken: 'at' } }, {}],
    ['a token that no header can carry', { a: { generation: 1, accessToken: 'a\nb' } }, {}],
    ['a type that no header can carry', { a: { ...good, tokenType: 'Bea rer' } }, {}],
    ['a time that is none', { a: { ...good, lifetime: 'long' } }, {}],
    ['a share of more than all', { a: { ...good, softShare: 2 } }, {}],
    ['a pause that is none', { a: { ...good, pause: 'for ever' } }, {}],
  ])('%s', (_, apis, sound) => {
    const read = asRecord({ ...bare, apis })
    expect(read).toMatchObject({ state: 'active', accessToken: record.accessToken })
    expect((read as ActiveRecord).apis).toEqual(sound)
  })
})

describe('pauses that are over', () => {
  const paused: ActiveRecord = {
    ...record,
    pause: pause('needs-user'),
    apis: { [mail]: { generation: 5, pause: pause('configuration') } },
  }
  test.each<readonly [string, ActiveRecord, Pause['kind'], object | undefined]>([
    ['none of that kind', paused, 'for-now', undefined],
    ['none at all', record, 'for-now', undefined],
    ['of the session', paused, 'needs-user', { session: undefined, mail: 'configuration' }],
    ['of an API', paused, 'configuration', { session: 'needs-user', mail: undefined }],
  ])('%s', (_, stored, kind, expected) => {
    const resumed = withoutPauses(stored, kind) as ActiveRecord | undefined
    expect(resumed && { session: resumed.pause?.kind, mail: resumed.apis?.[mail]?.pause?.kind }).toEqual(expected)
  })
})

test('a view says why an API gets no token, and still that the session is active', () => {
  const refused: ActiveRecord = { ...record, apis: { [mail]: { generation: 0, pause: pause('needs-user') } } }
  expect(viewOf('main', refused, false)).toMatchObject({ state: 'active', reason: 'invalid_scope' })
  const waiting: Pause = { ...pause('for-now'), retryAt: 5 }
  expect(refusedApiReason({ ...record, apis: { [mail]: { generation: 0, pause: waiting } } })).toBeUndefined()
})
