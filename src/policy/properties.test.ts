/** What reads text of servers, files and scripts: whatever it gets, it neither throws nor takes long. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { headersWithTokens, withoutTokens } from './capture.ts'
import { parseChallenges } from './challenge.ts'
import { claimsOf } from './claims.ts'
import { classify } from './classify.ts'
import { readConfiguration, type SessionConfiguration } from './configuration.ts'
import { noTokenIn } from './no-token.ts'
import { codeAt, codesAt, readAll, readPath } from './paths.ts'
import { checkPattern, checkUrl, forUrlPattern, namesUser } from './patterns.ts'
import { cookiesIn, filled, namedBy } from './placeholders.ts'
import { redactUrl } from './redact-url.ts'
import { retryAfterMs } from './retry-after.ts'
import { rfc6749Fields } from './fixtures/rfc6749-fields.ts'
import { isCredential, readTokenResponse } from './tokens.ts'

/** The same inputs in each run, so that a red test stays red. */
const PARAMETERS = { seed: 20_301_201, numRuns: 400 }
/** Of two texts, one is four times as long. A linear parser takes 4 times as long for it, a quadratic one 16 times. */
const SHORT = 2_000
const LONG = 4 * SHORT
const MOST_GROWTH = 10
/** A shorter time counts as this one, because what else the process does can take as long. A quadratic expression takes more than that for the short text already. */
const LEAST_MS = 1
/** Only the best time of each text counts: what else the machine does can only make a time longer. */
const MOST_ROUNDS = 10

/** Pieces that the parsers have a meaning for: plain random text hardly ever has one. */
const PIECES = [
  'Bearer',
  'access_token',
  'refresh_token',
  'error',
  'errors',
  '*',
  '.',
  '..',
  'header:',
  'header:authorization',
  '{',
  '}',
  '{refreshToken}',
  '{accessToken}',
  '{cookie:',
  '{cookie:a}',
  '"',
  '\\',
  '\\"',
  '\\u0041',
  '%',
  '%25',
  '%41',
  '&',
  '&amp;',
  '&#x41;',
  '=',
  ',',
  ';',
  ' ',
  '\t',
  '\n',
  '\0',
  '/',
  '//',
  ':',
  '@',
  '?',
  '#',
  '[',
  ']',
  '(',
  ')',
  'http://',
  'https://',
  '*.',
  '[::1]',
  'localhost',
  '__proto__',
  'constructor',
  'GMT',
  'Thu, 01 Jan 2032 00:00:00',
  '1',
  '-1',
  '1e999',
  'eyJ',
  'é',
  '€',
  '\ud800',
  'a',
] as const
const text = fc.oneof(
  fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')),
  fc.string({ unit: 'binary' }),
)
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    text,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(text, tie('value')), { maxLength: 5 }).map((members) => Object.fromEntries(members)),
  ),
})).value
const headers = fc.array(fc.tuple(fc.constantFrom('authorization', 'Date', 'x'), text), { maxLength: 4 })
const record = <T>(value: fc.Arbitrary<T>) =>
  fc.array(fc.tuple(text, value), { maxLength: 5 }).map((members) => Object.fromEntries(members))

const fields = {
  ...rfc6749Fields,
  accessToken: ['access_token', '*', 'errors.*.access_token', 'header:authorization'],
  expiresAt: { at: ['error', 'header:x'], in: 'iso' as const },
}
const config: Pick<SessionConfiguration, 'tokenFields' | 'errorField' | 'sessionEnded'> = {
  tokenFields: fields,
  errorField: ['error', 'errors.*.error', '*'],
  sessionEnded: { errorCodes: ['a'], statuses: [400, 401] },
}
const call = (value: unknown) => ({
  headers: value as Record<string, string>,
  parameters: value as Record<string, unknown>,
})

/** Each parser, fed with one text. */
const OF_TEXT: Readonly<Record<string, (text: string) => unknown>> = {
  'challenges (RFC 9110)': parseChallenges,
  'Retry-After': (each) => retryAfterMs(each, 0),
  'the claims of a token': claimsOf,
  'the claims of a token with three parts': (each) => claimsOf(`e30.${each}.x`),
  'a path': (each) => [readPath({ a: [each] }, each), readAll([[each]], each), codesAt({ error: each }, each)],
  'a code': (each) => codeAt({ error: each }, ['error'], [each]),
  'a pattern': checkPattern,
  'a URL': (each) => [checkUrl(each), namesUser(each), forUrlPattern(each), redactUrl(each)],
  'a credential': isCredential,
  'a token response': (each) =>
    readTokenResponse({ access_token: each, error: each }, fields, {
      headers: [
        ['authorization', each],
        ['date', each],
      ],
    }),
  'a captured body': (each) => withoutTokens({ access_token: 'access-token', text: each, [each]: each }, fields),
  'a captured body whose token it is': (each) => withoutTokens({ access_token: each, text: `x${each}` }, fields),
  'captured headers': (each) =>
    headersWithTokens(
      [
        ['authorization', each],
        ['x', each],
      ],
      fields,
      { access_token: each },
    ),
  'a body without a token': (each) => noTokenIn({ [each]: { [each]: each } }, fields),
  cookies: (each) => cookiesIn(each, ['a', 'b']),
  placeholders: (each) => [
    namedBy(call({ a: each })),
    filled(call({ a: each }), { refreshToken: 'x', cookies: { a: each.slice(0, 10) } }),
  ],
  'a configuration': (each) => readConfiguration({ [each]: each, sessions: { main: sessionOf(each) } }),
}

const sessionOf = (each: unknown) => ({
  resources: [each],
  except: [each],
  header: each,
  scheme: each,
  replaces: [each],
  capture: [each, { url: each, tokenFields: { accessToken: each } }],
  refresh: {
    url: each,
    by: each,
    tokenField: each,
    headers: { A: each },
    parameters: { a: each },
    tokenFields: { expiresAt: { at: each, in: each } },
    errorField: each,
  },
  signOut: { url: each, body: 'json', headers: { A: each }, parameters: { a: each } },
  authorizationServer: { issuer: each, redirectUri: each, parameters: { a: each }, metadata: { token_endpoint: each } },
  errorField: [each],
  tokenFields: { accessToken: [each] },
  sessionEnded: { statuses: [each] },
  invalidToken: { statuses: [each] },
})

describe.each(Object.entries(OF_TEXT))('%s', (_, read) => {
  test('throws for no text', () => {
    fc.assert(
      fc.property(text, (each) => void read(each)),
      PARAMETERS,
    )
  })

  test('takes time in proportion to the length', () => {
    for (const piece of [...PIECES, ...PIECES.map((each) => `${each} `), ...PIECES.map((each) => `${each}"`)])
      expect(growthOf(read, piece), `growth with many ${JSON.stringify(piece)}`).toBeLessThan(MOST_GROWTH)
  }, 300_000)
})

/** How many times as long a parser takes for the long text of such pieces. It measures again while that is too much. */
function growthOf(read: (text: string) => unknown, piece: string): number {
  const textOf = (length: number) => `a ${piece.repeat(length / piece.length)}`
  const [short, long] = [textOf(SHORT), textOf(LONG)]
  let [shortMs, longMs] = [Infinity, Infinity]
  let growth = Infinity
  for (let round = 0; round < MOST_ROUNDS && growth >= MOST_GROWTH; round++) {
    shortMs = Math.min(shortMs, msOf(read, short), msOf(read, short))
    longMs = Math.min(longMs, msOf(read, long))
    growth = longMs / Math.max(shortMs, LEAST_MS)
  }
  return growth
}

/** The time of the processor, not of the clock: the machine may be busy. */
function msOf(read: (text: string) => unknown, text: string): number {
  const before = process.cpuUsage()
  read(text)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}

describe('any JSON', () => {
  test.each<readonly [string, (value: unknown, headers: readonly (readonly [string, string])[]) => unknown]>([
    ['as a token response', (value, headers) => readTokenResponse(value, fields, { headers, sentAt: 0 })],
    ['as an error', (value) => codesAt(value, ['error', '*', 'errors.*.*'])],
    ['as a captured body', (value, headers) => JSON.stringify(withoutTokens(value, fields, headers))],
    ['as a body without a token', (value) => noTokenIn(value, fields)],
    ['as a configuration', (value) => readConfiguration(value)],
    ['as sessions', (value) => readConfiguration({ sessions: value })],
    ['as a session', (value) => readConfiguration({ sessions: { a: value, b: sessionOf(value) } })],
  ])('%s', (_, read) => {
    fc.assert(
      fc.property(json, headers, (value, pairs) => void read(value, pairs)),
      PARAMETERS,
    )
  })

  test('as an answer to a refresh, with any status: a class of the table', () => {
    fc.assert(
      fc.property(json, headers, fc.integer({ min: 200, max: 599 }), fc.boolean(), (value, pairs, status, dpop) => {
        const outcome = classify(
          { kind: 'answer', status, headers: pairs, body: { kind: 'json', value } },
          { config, dpop, now: 0 },
        )
        expect(['success', 'for-now', 'ended', 'needs-user', 'configuration']).toContain(outcome.kind)
        if (status > 499)
          expect(
            outcome.kind === 'ended' &&
              codesAt(value, config.errorField).every((code) => code !== 'a' && code !== 'invalid_grant'),
          ).toBe(false)
      }),
      PARAMETERS,
    )
  })

  test('nested deeply', () => {
    const deep = (open: string, close: string) =>
      JSON.parse(`${open.repeat(20_000)}1${close.repeat(20_000)}`) as unknown
    for (const value of [deep('[', ']'), deep('{"error":', '}')]) {
      expect(codesAt(value, 'error')).toEqual([])
      expect(noTokenIn(value, fields).looked).toEqual(fields.accessToken)
      expect(() => JSON.stringify(withoutTokens(value, fields))).not.toThrow()
      expect(readConfiguration(value).kind).toBe('bad')
      expect(readConfiguration({ sessions: { main: sessionOf(value) } }).kind).toBe('bad')
    }
  })
})

test('a token of a captured answer is nowhere in what the page gets, however it was escaped', () => {
  const token = fc
    .string({ unit: fc.constantFrom(...'aZ09-._~+/="\\%&<'), minLength: 8, maxLength: 30 })
    .filter(isCredential)
  const escapes = fc.constantFrom<(text: string) => string>(
    (each) => each,
    encodeURIComponent,
    (each) => JSON.stringify(each),
    (each) => `Bearer ${each}`,
    (each) => `/x?t=${encodeURIComponent(each)}#y`,
    (each) => encodeURIComponent(JSON.stringify({ each })),
    (each) => each.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;'),
    (each) => each.replaceAll(/[^\w]/g, (character) => `&#${character.charCodeAt(0)};`),
    (each) => each.replaceAll(/[^\w]/g, (character) => `\\x${character.charCodeAt(0).toString(16)}`),
  )
  fc.assert(
    fc.property(token, escapes, json, (secret, hide, rest) => {
      const body = {
        access_token: secret,
        rest,
        leak: { [hide(secret)]: 1, list: [hide(secret)], text: hide(secret) },
      }
      expect(withoutTokens(body, rfc6749Fields)).toHaveProperty('leak', { list: [] })
    }),
    PARAMETERS,
  )
})

test('placeholders: JSON stays JSON of the same shape, and headers stay headers', () => {
  fc.assert(
    fc.property(record(json), record(text), text, (parameters, values, secret) => {
      const secrets = { refreshToken: secret, accessToken: secret, cookies: { a: secret } }
      const { headers, parameters: sent } = filled({ headers: values, parameters }, secrets)
      expect(JSON.parse(JSON.stringify(sent))).toBeTypeOf('object')
      for (const value of Object.values(headers)) expect(value).toMatch(/^[\t -~\x80-\xff]*$/)
      expect(Object.keys(sent).every((key) => Object.hasOwn(parameters, key))).toBe(true)
    }),
    PARAMETERS,
  )
})

test('a configuration that is good once is good again, and the same', () => {
  const good = fc.record({
    resources: fc.constant(['/api/*']),
    scheme: fc.constantFrom('', 'JWT'),
    tokenFields: fc.constantFrom({}, { accessToken: ['a', 'header:b'] }, { expiresAt: { at: 'a', in: 'iso' } }),
    errorField: fc.constantFrom('error', ['a', 'b.*.c']),
    capture: fc.constantFrom([], ['/login'], [{ url: '/graphql', tokenFields: { idToken: 'x' } }]),
    refresh: fc.constantFrom(
      { by: 'page' },
      { url: '/r' },
      { url: '/r', body: 'json', parameters: { a: [{ b: '{refreshToken}' }] } },
    ),
  })
  fc.assert(
    fc.property(good, (session) => {
      const first = readConfiguration({ sessions: { main: session } })
      expect(first.kind).toBe('good')
      expect(readConfiguration({ sessions: { main: session } })).toEqual(first)
    }),
    PARAMETERS,
  )
})
