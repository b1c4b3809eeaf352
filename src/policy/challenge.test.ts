import { expect, test } from 'vitest'
import { parseChallenges } from './challenge.ts'

const bearer = (parameters: object) => [{ scheme: 'Bearer', parameters }]

test.each([
  [
    'RFC 9110 section 11.6.1: two challenges, one without parameters',
    'Basic realm="simple", Newauth realm="apps", type=1, title="Login to \\"apps\\""',
    [
      { scheme: 'Basic', parameters: { realm: 'simple' } },
      { scheme: 'Newauth', parameters: { realm: 'apps', type: '1', title: 'Login to "apps"' } },
    ],
  ],
  [
    'RFC 7235 section 4.1: the other way round',
    'Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"',
    [
      { scheme: 'Newauth', parameters: { realm: 'apps', type: '1', title: 'Login to "apps"' } },
      { scheme: 'Basic', parameters: { realm: 'simple' } },
    ],
  ],
  ['RFC 6750 section 3: no token was sent', 'Bearer realm="example"', bearer({ realm: 'example' })],
  [
    'RFC 6750 section 3: an expired token',
    'Bearer realm="example", error="invalid_token", error_description="The access token expired"',
    bearer({ realm: 'example', error: 'invalid_token', error_description: 'The access token expired' }),
  ],
  [
    'RFC 9449 section 7.1',
    'DPoP error="invalid_token", error_description="Invalid DPoP key binding", algs="ES256"',
    [
      {
        scheme: 'DPoP',
        parameters: { error: 'invalid_token', error_description: 'Invalid DPoP key binding', algs: 'ES256' },
      },
    ],
  ],
  [
    'RFC 9449 section 7.2: two schemes',
    'Bearer, DPoP algs="ES256 PS256"',
    [
      { scheme: 'Bearer', parameters: {} },
      { scheme: 'DPoP', parameters: { algs: 'ES256 PS256' } },
    ],
  ],
  [
    'RFC 9470 section 3',
    'Bearer error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="myACR"',
    bearer({
      error: 'insufficient_user_authentication',
      error_description: 'A different authentication level is required',
      acr_values: 'myACR',
    }),
  ],
  [
    'RFC 9110 section 11.2: token68',
    'Negotiate YII=, Bearer realm="x"',
    [
      { scheme: 'Negotiate', parameters: {} },
      { scheme: 'Bearer', parameters: { realm: 'x' } },
    ],
  ],
  ['token68 with two paddings', 'Scheme abc==', [{ scheme: 'Scheme', parameters: {} }]],
  [
    'RFC 9110 section 5.6.1: empty list members',
    ', ,Bearer , ,error="invalid_token",,',
    bearer({ error: 'invalid_token' }),
  ],
  [
    'a comma and a scheme inside a quoted string',
    'Bearer realm="a, Basic realm=b", error="invalid_token"',
    bearer({ realm: 'a, Basic realm=b', error: 'invalid_token' }),
  ],
  ['an escaped backslash', 'Bearer realm="a\\\\", error="x"', bearer({ realm: 'a\\', error: 'x' })],
  ['space around =', 'Bearer error = "invalid_token"', bearer({ error: 'invalid_token' })],
  ['no quotes', 'Bearer error=invalid_token', bearer({ error: 'invalid_token' })],
  ['upper-case names', 'bearer ERROR="invalid_token"', [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }]],
  ['an empty value', 'Bearer realm=""', bearer({ realm: '' })],
  ['only a scheme', 'Bearer', bearer({})],
  ['junk before', '"?", Bearer realm="x"', bearer({ realm: 'x' })],
  ['a parameter of no challenge', 'realm="x"', []],
  ['an empty header', '', []],
  ['no header', null, []],
])('%s', (_, header, expected) => {
  expect(parseChallenges(header)).toEqual(expected)
})

test('a quoted string that never closes ends all the same', () => {
  expect(parseChallenges(`Bearer realm="${'\\a,'.repeat(20_000)}`)[0]?.scheme).toBe('Bearer')
})
