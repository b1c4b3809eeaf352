import { describe, expect, test } from 'vitest'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'
import { classify, outcomeForApi, type NoAnswer, type RefreshAnswer, type RefreshContext } from './classify.ts'

const tokenFields = rfc6749Fields
const context: RefreshContext = {
  config: {
    tokenFields,
    errorField: ['error'],
    sessionEnded: { errorCodes: ['ERROR_INVALID_REFRESH_TOKEN'], statuses: [400, 401] },
  },
  refreshedAccessToken: 'old',
  dpop: false,
  now: 0,
}
const json = (status: number, value: unknown): RefreshAnswer => ({
  kind: 'answer',
  status,
  body: { kind: 'json', value },
})
const bare = (
  status: number,
  kind: 'not-json' | 'unreadable' | 'empty' = 'empty',
  retryAfter?: string,
): RefreshAnswer => ({ kind: 'answer', status, body: { kind }, ...(retryAfter && { retryAfter }) })
const success = (tokens: object) => ({ kind: 'success', tokens: { accessToken: 'new', ...tokens } })
const forNow = (reason: string) => ({ kind: 'for-now', ambiguous: false, answered: true, reason })
const noToken = (...found: string[]) => ({
  ...forNow('no-access-token'),
  again: false,
  noToken: { looked: ['access_token'], found },
})
const ambiguous = (reason: string) => ({ kind: 'for-now', ambiguous: true, answered: false, reason })
const good = (more: object) => json(200, { access_token: 'new', ...more })

test.each<readonly [string, RefreshAnswer | NoAnswer, object]>([
  [
    '2xx with an access token',
    good({ token_type: 'Bearer', expires_in: 60, refresh_token: 'r2' }),
    success({ tokenType: 'Bearer', expiresIn: 60, refreshToken: 'r2' }),
  ],
  ['201 with an access token', json(201, { access_token: 'new' }), success({})],
  ['2xx with an access token beside a code', good({ error: 'invalid_grant' }), success({})],
  ['2xx whole JSON without one', json(200, { ok: true }), noToken('ok')],
  ['2xx with an empty one', json(200, { access_token: '' }), noToken('access_token')],
  ['2xx with a wrong type', json(200, { access_token: 5 }), noToken('access_token')],
  ['2xx with null', json(200, null), noToken()],
  ['2xx HTML (a captive portal)', bare(200, 'not-json'), forNow('no-access-token')],
  ['2xx empty', bare(204), forNow('no-access-token')],
  ['2xx that cannot be read to its end', bare(200, 'unreadable'), ambiguous('unreadable')],
  ['an error reset in the middle of the body', bare(400, 'unreadable'), ambiguous('unreadable')],
  ['2xx with token_type mac', good({ token_type: 'mac' }), { kind: 'configuration', reason: 'token-type-mac' }],
  [
    '2xx with token_type DPoP without dpop',
    good({ token_type: 'DPoP' }),
    { kind: 'configuration', reason: 'token-type-dpop' },
  ],
  ['2xx with token_type JWT', good({ token_type: 'JWT' }), success({ tokenType: 'JWT' })],
  ['2xx with a space in the token', json(200, { access_token: 'a b' }), forNow('unusable-token')],
  ['2xx with a line break in the token', json(200, { access_token: 'a\n' }), forNow('unusable-token')],
  ['2xx with a token beyond ASCII', json(200, { access_token: 'ä' }), forNow('unusable-token')],
  ['2xx with a token over 16 KiB', json(200, { access_token: 'x'.repeat(16_385) }), forNow('unusable-token')],
  ['2xx with "undefined"', json(200, { access_token: 'undefined' }), forNow('unusable-token')],
  ['2xx with the very token that was refused', json(200, { access_token: 'old' }), forNow('same-token')],
  ['2xx without a refresh token', good({ refresh_token: null }), success({})],
  ['2xx with an empty refresh token', good({ refresh_token: '' }), success({})],
  ['2xx with a number in a string', good({ expires_in: '60' }), success({ expiresIn: 60 })],
  ['2xx with a negative expires_in', good({ expires_in: -60 }), success({})],
  ['invalid_grant', json(400, { error: 'invalid_grant' }), { kind: 'ended', reason: 'invalid_grant' }],
  [
    'invalid_target (RFC 8707 section 2)',
    json(400, { error: 'invalid_target' }),
    { kind: 'configuration', reason: 'invalid_target' },
  ],
  ['invalid_grant with 200', json(200, { error: 'invalid_grant' }), { kind: 'ended', reason: 'invalid_grant' }],
  ['invalid_grant with 500', json(500, { error: 'invalid_grant' }), { kind: 'ended', reason: 'invalid_grant' }],
  ['invalid_grant with 429', json(429, { error: 'invalid_grant' }), { kind: 'ended', reason: 'invalid_grant' }],
  [
    'a code of sessionEnded (Baserow)',
    json(401, { error: 'ERROR_INVALID_REFRESH_TOKEN' }),
    { kind: 'ended', reason: 'ERROR_INVALID_REFRESH_TOKEN' },
  ],
  [
    'a code of sessionEnded with 403',
    json(403, { error: 'ERROR_INVALID_REFRESH_TOKEN' }),
    { kind: 'ended', reason: 'ERROR_INVALID_REFRESH_TOKEN' },
  ],
  ['an empty 400', bare(400), { kind: 'ended', reason: 'http-400' }],
  ['an HTML 401', bare(401, 'not-json'), { kind: 'ended', reason: 'http-401' }],
  ['400 with a code of its own', json(400, { error: 'token_too_old' }), { kind: 'ended', reason: 'token_too_old' }],
  ['401 with a field of its own', json(401, { detail: 'no' }), { kind: 'ended', reason: 'http-401' }],
  ['400 with a text that is no code', json(400, { error: 'x'.repeat(500) }), { kind: 'ended', reason: 'http-400' }],
  ...['interaction_required', 'login_required', 'consent_required'].map(
    (error) => [error, json(400, { error }), { kind: 'needs-user', reason: error }] as const,
  ),
  ...['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_scope', 'invalid_request'].map(
    (error) => [error, json(400, { error }), { kind: 'configuration', reason: error }] as const,
  ),
  [
    'invalid_client with 401',
    json(401, { error: 'invalid_client' }),
    { kind: 'configuration', reason: 'invalid_client' },
  ],
  ...[404, 405, 415].map(
    (status) => [`${status}`, bare(status), { kind: 'configuration', reason: `http-${status}` }] as const,
  ),
  [
    '404 with invalid_grant: the code first',
    json(404, { error: 'invalid_grant' }),
    { kind: 'ended', reason: 'invalid_grant' },
  ],
  ...[403, 408, 425, 429, 500, 502, 503, 504, 409].map(
    (status) => [`${status} without a code`, bare(status), forNow(`http-${status}`)] as const,
  ),
  ['500 with a code of its own', json(500, { error: 'oops' }), forNow('oops')],
  [
    'temporarily_unavailable with 400',
    json(400, { error: 'temporarily_unavailable' }),
    forNow('temporarily_unavailable'),
  ],
  ['use_dpop_nonce with 400 (RFC 9449 section 8)', json(400, { error: 'use_dpop_nonce' }), forNow('use_dpop_nonce')],
  ['invalid_dpop_proof with 400 (the clock)', json(400, { error: 'invalid_dpop_proof' }), forNow('invalid_dpop_proof')],
  ['429 with Retry-After', bare(429, 'empty', '7'), { ...forNow('http-429'), retryAfterMs: 7_000 }],
  [
    '503 with a Retry-After of a date, by the clock of the server',
    { ...bare(503, 'empty', 'Thu, 01 Jan 2032 00:02:00 GMT'), date: 'Thu, 01 Jan 2032 00:00:00 GMT' },
    { ...forNow('http-503'), retryAfterMs: 120_000 },
  ],
  ['503 with a Retry-After of a day', bare(503, 'empty', '86400'), { ...forNow('http-503'), retryAfterMs: 3_600_000 }],
  ['network error', { kind: 'no-answer', why: 'network' }, ambiguous('network')],
  ['timeout', { kind: 'no-answer', why: 'timeout' }, ambiguous('timeout')],
  ['302 that came through', bare(302), ambiguous('http-302')],
])('%s', (_, answer, expected) => {
  expect(classify(answer, context)).toEqual(expected)
})

describe('the very token that runs out', () => {
  const jwt = `e30.${btoa(JSON.stringify({ iat: 1000, exp: 1600 }))}.x`
  test.each<readonly [string, object, string]>([
    ['the same JWT: it was in a cache', { access_token: jwt }, 'for-now'],
    ['the same JWT, with what is left of its lifetime', { access_token: jwt, expires_in: 60 }, 'success'],
    ['the same JWT, with a refresh token', { access_token: jwt, refresh_token: 'r2' }, 'success'],
    ['another JWT', { access_token: `${jwt}y` }, 'success'],
    ['the same opaque token: the server may have prolonged it', { access_token: 'opaque' }, 'success'],
  ])('%s', (_, answer, kind) => {
    for (const agedAccessToken of [jwt, 'opaque'])
      expect(classify(json(200, answer), { ...context, agedAccessToken }).kind).toBe(
        agedAccessToken === Object(answer).access_token ? kind : 'success',
      )
  })
})

test('DPoP tokens are usable with dpop', () => {
  expect(classify(good({ token_type: 'DPoP' }), { ...context, dpop: true }).kind).toBe('success')
  expect(classify(good({}), { ...context, dpop: true }).kind).toBe('success')
})

test('tokens that are no longer bound are not taken with dpop', () => {
  expect(classify(good({ token_type: 'bearer' }), { ...context, dpop: true })).toEqual({
    kind: 'configuration',
    reason: 'token-type-bearer',
  })
})

test('invalid_grant ends the session also where the configuration lists others, or none', () => {
  expect(
    classify(json(400, { error: 'invalid_grant' }), {
      ...context,
      config: { ...context.config, sessionEnded: { errorCodes: [], statuses: [400, 401] } },
    }).kind,
  ).toBe('ended')
})

test('a code at a dot path', () => {
  expect(
    classify(json(403, { errors: [{ code: 'invalid_grant' }] }), {
      ...context,
      config: { ...context.config, errorField: ['errors.0.code'] },
    }).kind,
  ).toBe('ended')
})

/** HashiCorp Vault renews a token and keeps its text; a refresh token's answer that repeats the refused one is none. */
test.each<readonly [string, object, boolean, string]>([
  ['states a new lifetime, and the token was presented', { expires_in: 60 }, true, 'success'],
  ['states a lifetime in a string', { expires_in: '60' }, true, 'success'],
  ['states no lifetime', {}, true, 'for-now'],
  ['states a lifetime of nothing', { expires_in: 0 }, true, 'for-now'],
  ['states a lifetime, and a refresh token was presented', { expires_in: 60 }, false, 'for-now'],
])('an answer with the token that was refused: %s', (_, more, renewsItself, kind) => {
  const answer = json(200, { access_token: 'old', ...more })
  expect(classify(answer, { ...context, renewsItself }).kind).toBe(kind)
})

const LOAD = [
  'TooManyRequestsException',
  'TOO_MANY_ATTEMPTS_TRY_LATER',
  'too-many-requests',
  'Too many requests',
  'QUOTA_EXCEEDED',
  'quotaExceeded',
  'rate_limit',
  'RateLimitExceeded',
  'over_request_rate_limit',
  'Rate limit reached',
  'ThrottlingException',
  'throttled',
  'slow_down',
  'SlowDown',
  'temporarily_unavailable',
  'TemporarilyUnavailable',
  'SERVICE_UNAVAILABLE',
  'timeout',
  'TIMED_OUT',
  'gateway time-out',
  'Please try again',
  'TRY_AGAIN',
  'server overloaded',
  429,
]
test.each(LOAD)('a code of load or time is for now, whatever the status: %s', (code) => {
  for (const status of [200, 400, 401, 403, 404, 500])
    expect(classify(json(status, { error: code }), context)).toEqual(forNow(`${code}`))
})

test('a code of load that the configuration lists ends the session all the same', () => {
  const config = { ...context.config, sessionEnded: { errorCodes: ['session_timeout'], statuses: [400] } }
  expect(classify(json(401, { error: 'session_timeout' }), { ...context, config }).kind).toBe('ended')
})

test.each([
  [false, 400, 'configuration'],
  [true, 400, 'ended'],
  [false, 401, 'configuration'],
  [true, 401, 'ended'],
  // A server in trouble says nothing of the session.
  [true, 408, 'for-now'],
  [true, 425, 'for-now'],
  [true, 429, 'for-now'],
  [true, 500, 'for-now'],
  [true, 503, 'for-now'],
])('invalid_request, refreshed before: %s, status %i: %s', (refreshedBefore, status, kind) => {
  const outcome = classify(json(status, { error: 'invalid_request' }), { ...context, refreshedBefore })
  expect(outcome).toMatchObject({ kind, reason: 'invalid_request' })
})

test('a whole sentence about load is for now, and is not shown', () => {
  const config = {
    ...context.config,
    errorField: ['error.message'],
    sessionEnded: { errorCodes: ['TOKEN_EXPIRED'], statuses: [400, 401] },
  }
  const message =
    'TOO_MANY_ATTEMPTS_TRY_LATER : Access to this account has been temporarily disabled due to many failed attempts. You can try again later.'
  for (const status of [400, 401])
    expect(classify(json(status, { error: { message } }), { ...context, config })).toEqual(forNow(`http-${status}`))
  const ended = { error: { message: 'TOKEN_EXPIRED' } }
  expect(classify(json(400, ended), { ...context, config }).kind).toBe('ended')
})

test.each([
  ['the refresh token', 'Token 9944b09199c62bcf is invalid'],
  ['the access token, escaped', 'no such token: %61t%2D1234567890'],
  ['a token alone', 'at-1234567890'],
])('a text that repeats %s is no code, whatever it says else', (_, text) => {
  const secrets = ['at-1234567890', '9944b09199c62bcf']
  const config = {
    ...context.config,
    errorField: ['error', 'message'],
    sessionEnded: { errorCodes: [], statuses: [401] },
  }
  const say = (status: number, body: object) => classify(json(status, body), { ...context, config, secrets })
  expect(say(401, { error: text })).toEqual({ kind: 'ended', reason: 'http-401' })
  expect(say(500, { error: `${text}, try again` })).toEqual(forNow('http-500'))
  expect(say(404, { error: text })).toEqual({ kind: 'configuration', reason: 'http-404' })
  expect(say(400, { error: text, message: 'invalid_grant' })).toEqual({ kind: 'ended', reason: 'invalid_grant' })
})

test('a wrong client is a matter of the configuration also after a refresh', () => {
  expect(classify(json(401, { error: 'invalid_client' }), { ...context, refreshedBefore: true }).kind).toBe(
    'configuration',
  )
})

test.each<readonly [string, readonly number[], RefreshAnswer, string]>([
  ['an empty 400, codes only', [], bare(400), 'for-now'],
  ['400 with a code of its own, codes only', [], json(400, { error: 'oops' }), 'for-now'],
  ['invalid_grant, codes only', [], json(400, { error: 'invalid_grant' }), 'ended'],
  ['400 where only 401 ends', [401], bare(400), 'for-now'],
  ['401 where only 401 ends', [401], bare(401), 'ended'],
  ['a 403 that is listed', [400, 401, 403], bare(403), 'ended'],
  ['a 404 that is listed', [404], bare(404), 'ended'],
  [
    'a 403 that is listed, with a code that says otherwise',
    [403],
    json(403, { error: 'login_required' }),
    'needs-user',
  ],
])('sessionEnded.statuses: %s', (_, statuses, answer, kind) => {
  const config = { ...context.config, sessionEnded: { errorCodes: [], statuses } }
  expect(classify(answer, { ...context, config }).kind).toBe(kind)
})

describe('where the code is', () => {
  const errors = { errors: [{ extensions: { code: 'BAD_INPUT' } }, { extensions: { code: 'invalid_grant' } }] }
  const refresh = { errorField: ['code'], tokenFields: { ...tokenFields, accessToken: ['id_token'] } }
  const authorizationServer = {}

  test('any index of an array, in one path of several', () => {
    const config = { ...context.config, errorField: ['error', 'errors.*.extensions.code'] }
    expect(classify(json(200, errors), { ...context, config })).toEqual({ kind: 'ended', reason: 'invalid_grant' })
  })
  test("the refresh's own field and fields", () => {
    const config = { ...context.config, refresh }
    expect(classify(json(500, { code: 'invalid_grant' }), { ...context, config }).kind).toBe('ended')
    expect(classify(json(500, { error: 'invalid_grant' }), { ...context, config }).kind).toBe('for-now')
    expect(classify(json(200, { id_token: 'new' }), { ...context, config }).kind).toBe('success')
    expect(classify(json(200, { access_token: 'new' }), { ...context, config })).toEqual({
      ...forNow('no-access-token'),
      again: false,
      noToken: { looked: ['id_token'], found: ['access_token'] },
    })
  })
  test('RFC 6749 for an authorization server, whatever errorField says', () => {
    const config = { ...context.config, errorField: ['code'], authorizationServer }
    expect(classify(json(500, { error: 'invalid_grant' }), { ...context, config }).kind).toBe('ended')
    expect(classify(json(500, { code: 'invalid_grant' }), { ...context, config }).kind).toBe('for-now')
  })
})

test('a token in a header, with a body or without', () => {
  const config = { ...context.config, tokenFields: { ...tokenFields, accessToken: ['header:authorization'] } }
  const headers = [['authorization', 'Bearer new']] as const
  for (const answer of [bare(200), json(201, { user: 1 })])
    expect(classify({ ...answer, headers }, { ...context, config })).toEqual(success({}))
})

test('a point in time counts from when the request was sent', () => {
  const config = { ...context.config, tokenFields: { ...tokenFields, expiresAt: { at: ['at'], in: 'ms' as const } } }
  expect(classify(good({ at: 61_000 }), { ...context, config, now: 5_000, sentAt: 1_000 })).toEqual(
    success({ expiresIn: 60 }),
  )
})

test.each<readonly [string, RefreshAnswer, object, boolean]>([
  ['success', good({}), success({}), false],
  [
    'invalid_grant: needs the user',
    json(400, { error: 'invalid_grant' }),
    { kind: 'needs-user', reason: 'invalid_grant' },
    true,
  ],
  ['an empty 401: the same', bare(401), { kind: 'needs-user', reason: 'http-401' }, true],
  [
    'invalid_target',
    json(400, { error: 'invalid_target' }),
    { kind: 'configuration', reason: 'invalid_target' },
    false,
  ],
  ['interaction_required', json(400, { error: 'interaction_required' }), { kind: 'needs-user' }, false],
  ['503', bare(503), forNow('http-503'), false],
])('of the access token of an API, an answer ends no session: %s', (_, answer, outcome, doubtful) => {
  expect(outcomeForApi(classify(answer, context))).toMatchObject({ outcome, doubtful })
})
