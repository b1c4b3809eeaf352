import { expect, test } from 'vitest'
import { decide } from './decide.ts'
import type { AccessToken, ActiveRecord, RefreshBy, RefreshToken, SessionRecord } from './vocabulary.ts'

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
const { refreshToken: _r, ...alone } = record
const { accessToken: _a, ...tokenless } = record
const { lifetime: _l, ...unknown } = record
const { accessToken: _b, refreshToken: _c, ...empty } = record
const nobody: SessionRecord = { version: 1, epoch: 1, generation: 3, state: 'signed-out' }

interface Row {
  readonly record?: SessionRecord
  readonly now?: number
  readonly refreshBy?: RefreshBy | undefined
}

test.each<readonly [string, Row, string]>([
  ['more than the soft mark is left: send', { now: 479_999 }, 'send'],
  ['less than the soft mark: send, refresh in the background', { now: 480_000 }, 'send-and-refresh'],
  ['less than the hard mark: hold', { now: 590_001 }, 'hold'],
  ['expired: hold', { now: 9e9 }, 'hold'],
  ['the clock moved back: hold', { now: -5_000 }, 'hold'],
  ['unknown: send', { record: unknown, now: 9e9 }, 'send'],
  ['no access token, but a refresh token: hold', { record: tokenless }, 'hold'],
  ['no access token, but a cookie refresh, once signed in: hold', { record: empty, refreshBy: 'cookie' }, 'hold'],
  ['a cookie refresh, signed out: untouched', { record: nobody, refreshBy: 'cookie' }, 'untouched: signed-out'],
  [
    'the page brings tokens, and was never asked: hold',
    { record: { ...nobody, epoch: 0, generation: 0 }, refreshBy: 'page' },
    'hold',
  ],
  [
    'the page brings tokens, but the user has signed out: untouched',
    { record: nobody, refreshBy: 'page' },
    'untouched: signed-out',
  ],
  ['nothing at all: untouched', { record: nobody }, 'untouched: signed-out'],
  ['active without any token: untouched', { record: empty }, 'untouched: signed-out'],
  ['the server ended the session: untouched', { record: { ...nobody, state: 'ended' } }, 'untouched: session-ended'],
  ['ageing without a refresh token: send', { record: alone, now: 480_000 }, 'send'],
  ['expired without a refresh token: send, the server says', { record: alone, now: 9e9 }, 'send'],
  ['expired with a cookie refresh: hold', { record: alone, now: 9e9, refreshBy: 'cookie' }, 'hold'],
  ['expired, the access token renews itself: hold', { record: alone, now: 9e9, refreshBy: 'access-token' }, 'hold'],
  ['expired, no refresh configured: send, the server says', { now: 9e9, refreshBy: undefined }, 'send'],
  [
    'no access token, no refresh configured: untouched',
    { record: tokenless, refreshBy: undefined },
    'untouched: signed-out',
  ],
])('%s', (_, row, expected) => {
  const { record: of, now, refreshBy }: Row = { record, now: 0, refreshBy: 'refresh-token', ...row }
  const decision = decide(of!, refreshBy, now!)
  expect(decision.kind === 'untouched' ? `untouched: ${decision.why}` : decision.kind).toBe(expected)
})
