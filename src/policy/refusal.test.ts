import { expect, test } from 'vitest'
import { parseChallenges } from './challenge.ts'
import { effective, isIneffective, refreshWasted } from './effectiveness.ts'
import { afterRefusal, isTokenRefused, looksRefused, needsBody } from './refusal.ts'
import type { AccessToken, ActiveRecord, RefreshToken } from './vocabulary.ts'

const plain = { invalidToken: { statuses: [401], errorCodes: [] } }
const baserow = { invalidToken: { statuses: [401], errorCodes: ['ERROR_INVALID_ACCESS_TOKEN'] } }
const graphql = { invalidToken: { statuses: [401, 200], errorCodes: ['UNAUTHENTICATED'] } }
const challenges = (header: string) => parseChallenges(header)

test.each([
  ['a listed status', { status: 401 }, plain, true],
  ['another status', { status: 403 }, plain, false],
  ['another status with a listed code', { status: 400, code: 'ERROR_INVALID_ACCESS_TOKEN' }, baserow, false],
  ['invalid_token', { status: 401, challenges: challenges('Bearer error="invalid_token"') }, plain, true],
  ['insufficient_scope', { status: 401, challenges: challenges('Bearer error="insufficient_scope"') }, plain, false],
  [
    'insufficient_user_authentication (RFC 9470)',
    { status: 401, challenges: challenges('Bearer error="insufficient_user_authentication"') },
    plain,
    false,
  ],
  [
    'insufficient_scope of DPoP, second in the header',
    { status: 401, challenges: challenges('Basic realm="a, b", dpop error="insufficient_scope"') },
    plain,
    false,
  ],
  [
    'use_dpop_nonce (RFC 9449 section 9)',
    { status: 401, challenges: challenges('DPoP error="use_dpop_nonce"') },
    plain,
    false,
  ],
  [
    'invalid_dpop_proof: the clock, not the token',
    { status: 401, challenges: challenges('DPoP error="invalid_dpop_proof"') },
    plain,
    false,
  ],
  ['invalid_token of DPoP', { status: 401, challenges: challenges('DPoP error="invalid_token"') }, plain, true],
  [
    'insufficient_scope of a foreign scheme',
    { status: 401, challenges: challenges('Other error="insufficient_scope"') },
    plain,
    true,
  ],
  ['a listed code', { status: 401, code: 'ERROR_INVALID_ACCESS_TOKEN' }, baserow, true],
  ['a code that is not listed: a wrong password', { status: 401, code: 'ERROR_INVALID_CREDENTIALS' }, baserow, false],
  ['no code at all', { status: 401 }, baserow, true],
  ['200 with a listed code (GraphQL)', { status: 200, code: 'UNAUTHENTICATED' }, graphql, true],
  ['200 without a code', { status: 200 }, graphql, false],
  ['200 with another code', { status: 200, code: 'BAD_USER_INPUT' }, graphql, false],
  ['any code where none is listed', { status: 401, code: 'whatever' }, plain, true],
])('token refused, or not: %s', (_, answer, config, expected) => {
  expect(isTokenRefused({ challenges: [], ...answer }, config)).toBe(expected)
})

test('the first look needs the status only, and the body only where codes are listed', () => {
  expect([looksRefused(401, plain), looksRefused(200, plain), looksRefused(200, graphql)]).toEqual([true, false, true])
  expect([needsBody(plain), needsBody(baserow)]).toEqual([false, true])
})

const record: ActiveRecord = {
  version: 1,
  epoch: 1,
  generation: 3,
  state: 'active',
  accessToken: 'at' as AccessToken,
  refreshToken: 'rt' as RefreshToken,
  sentAt: 0,
  storedAt: 0,
  lifetime: 600,
}
const { accessToken: _, ...tokenless } = record
/** A JWT with iat; one second old when the clock of the table says 1000. */
const jwt = { ...record, accessToken: `e30.${btoa('{"iat":0}')}.` as AccessToken }
const nobody = { version: 1, epoch: 1, generation: 3, state: 'signed-out' } as const
const defaults = {
  sentEpoch: 1,
  sentGeneration: 3,
  record,
  now: 10_000,
  alreadyReplayed: false,
  replayable: true,
  refreshable: true,
  ineffective: false,
  alreadyWaited: false,
}

test.each([
  ['1: a newer token is there: replay with it, no refresh', { sentGeneration: 2 }, 'replay'],
  ['1: a newer token, even a young one', { sentGeneration: 2, now: 500 }, 'replay'],
  ['1: a newer token, nothing to refresh with', { sentGeneration: 2, refreshable: false }, 'replay'],
  ['1: a newer token, while refreshing is ineffective', { sentGeneration: 2, ineffective: true }, 'replay'],
  ['1: a newer token, but the body is gone', { sentGeneration: 2, replayable: false }, 'give'],
  ['1: a newer token that has expired: refresh', { sentGeneration: 2, now: 9e9 }, 'refresh-and-replay'],
  [
    '1: a newer generation without an access token: refresh',
    { sentGeneration: 2, record: tokenless },
    'refresh-and-replay',
  ],
  ["1: another epoch: never with somebody else's token", { sentEpoch: 0, sentGeneration: 2 }, 'give'],
  ['1: signed out meanwhile', { record: nobody }, 'give'],
  ['2: replayed already', { alreadyReplayed: true }, 'give'],
  ['2: replayed already, and newer again', { alreadyReplayed: true, sentGeneration: 2 }, 'give'],
  ['3: the body cannot be sent again: refresh in the background', { replayable: false }, 'refresh-and-give'],
  ['3: the same with a young token', { record: jwt, replayable: false, now: 500 }, 'refresh-and-give'],
  ['4: otherwise join the one refresh', {}, 'refresh-and-replay'],
  ['4: nothing to refresh with', { refreshable: false }, 'give'],
  ['5: a young JWT: one replay after a second', { record: jwt, now: 1_999 }, 'wait-and-replay'],
  ['5: a young opaque token says nothing of time: refresh', { now: 1_999 }, 'refresh-and-replay'],
  ['5: no longer young', { record: jwt, now: 2_000 }, 'refresh-and-replay'],
  [
    '5: refused after the wait: a refresh and one replay',
    { record: jwt, now: 1_999, alreadyWaited: true },
    'refresh-and-replay',
  ],
  ['5: the clock moved back: not young', { record: jwt, now: -5_000 }, 'refresh-and-replay'],
  ['7: refreshing is ineffective', { ineffective: true }, 'give'],
  [
    '8: past its lifetime, and nothing to refresh with: the session has ended',
    { now: 9e9, refreshable: false },
    'end-and-give',
  ],
  ['8: a newer token is past its lifetime: give', { sentGeneration: 2, now: 9e9, refreshable: false }, 'give'],
] as const)('%s', (_, facts, expected) => {
  expect(afterRefusal({ ...defaults, ...facts })).toBe(expected)
})

const after = (...times: number[]) => times.reduce(refreshWasted, effective)
test.each([
  ['four in a minute', after(0, 1, 2, 3), 4, false],
  ['five in a minute', after(0, 10_000, 20_000, 30_000, 59_999), 60_000, true],
  ['five in more than a minute', after(0, 10_000, 20_000, 30_000, 60_000), 60_001, false],
  ['still after 59 s', after(0, 0, 0, 0, 0), 59_999, true],
  ['over after 60 s', after(0, 0, 0, 0, 0), 60_000, false],
  ['over when the clock was set back', after(9e9, 9e9, 9e9, 9e9, 9e9), 0, false],
  ['one more after the pause starts to count again', after(0, 0, 0, 0, 0, 60_000), 60_001, false],
])('7: %s', (_, effectiveness, now, expected) => {
  expect(isIneffective(effectiveness, now)).toBe(expected)
})
