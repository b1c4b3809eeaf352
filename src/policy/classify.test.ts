import { expect, test } from 'vitest'
import { rfc6749Fields } from './rfc6749-fields.ts'
import { classify, type NoAnswer, type RefreshAnswer, type RefreshContext } from './classify.ts'

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
  ['redirect', { kind: 'no-answer', why: 'redirect' }, ambiguous('redirect')],
  ['302 that came through', bare(302), ambiguous('http-302')],
])('%s', (_, answer, expected) => {
  expect(classify(answer, context)).toEqual(expected)
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
