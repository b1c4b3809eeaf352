/** Every key of a session with values that it does not take: each message says what to write in its place. */
import schema from 'virtual:configuration-schema/described'
import { describe, expect, test } from 'vitest'
import type { JsonSchema } from '../../policy/check-schema.ts'
import { check } from '../check.ts'
import { branchesOf, fits, isObject } from './schema-branches.ts'

type Session = Readonly<Record<string, unknown>>

const WRONG = [null, true, false, 7, 'x y', [], [7], {}, { what: 'ever' }]
const server = { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in' }
const BESIDE: Readonly<Record<string, object>> = {
  refresh: { url: '/api/token/refresh', body: 'json' },
  signOut: { url: '/auth/logout', body: 'json' },
  authorizationServer: server,
}
const refreshed = (more: object) => ({ refresh: { url: '/api/token/refresh', body: 'json', ...more } })
const sessionSchema = schema().properties!['sessions']!.additionalProperties as JsonSchema

/** Every key with its schema: `refresh.headers`, `tokenFields.expiresIn`. */
function keysIn(part: JsonSchema, before: readonly string[] = []): [readonly string[], JsonSchema][] {
  return Object.entries(part.properties ?? {}).flatMap(([key, member]) => [
    [[...before, key], member] as [readonly string[], JsonSchema],
    ...branchesOf(member).flatMap((branch) => keysIn(branch, [...before, key])),
  ])
}

const keys = new Map(keysIn(sessionSchema).map(([path, member]) => [path.join('.'), { path, member }]))

function issuesOf(session: Session) {
  const checked = check(JSON.stringify({ sessions: { main: { resources: ['/api/*'], ...session } } }), 'x.json')
  return checked.kind === 'bad' ? checked.issues : []
}

/** A session in which this key has this value. */
function withValue([first = '', ...rest]: readonly string[], value: unknown): Session {
  const inner = rest.length > 0 ? withValue(rest, value) : value
  return { [first]: isObject(inner) && rest.length > 0 ? { ...BESIDE[first], ...inner } : inner }
}

/** An example, the values to choose from, the value meant, or what to take out. */
const CURE =
  /such as (.*["[{\d]|true)|as in .*["[{\d]|Write (an object|a list): |Write [["]|Write -?\d|Write (true|false)\b|[Ll]eave .*out|[Tt]ake .*out|did you mean "|belongs?\b|Put ".*" into|alone, without a list|in double quotes: "|write "/

describe.each([...keys].map(([name, { path, member }]) => ({ name, path, member })))('$name', ({ path, member }) => {
  test('each message about a value of another type says what to write', () => {
    for (const value of WRONG.filter((each) => !fits(member, each))) {
      const issues = issuesOf(withValue(path, value))
      expect(issues, JSON.stringify(value)).not.toEqual([])
      for (const { message } of issues) expect(message, JSON.stringify(value)).toMatch(CURE)
    }
  })
})

test.each<readonly [string, Session, string, RegExp]>([
  ['false for no scheme', { scheme: false }, 'scheme', /such as "JWT", not false/],
  [
    'a unit by another word',
    { tokenFields: { expiresIn: { at: 'e', unit: 'ms' } } },
    'tokenFields.expiresIn.unit',
    /did you mean "in"/,
  ],
  ['an empty list of paths', { tokenFields: { expiresIn: [] } }, 'tokenFields.expiresIn', /\["data\.expires"\]/],
  ['an empty list of codes', { errorField: [] }, 'errorField', /\["error"\]/],
  [
    'milliseconds',
    { refresh: { url: '/r', timeoutSeconds: 10_000 } },
    'refresh.timeoutSeconds',
    /from 1 to 60, such as 20/,
  ],
  [
    'cookies as a header',
    { refresh: { url: '/r', headers: { Cookie: 'a' } } },
    'refresh.headers.Cookie',
    /"credentials": "include"/,
  ],
  [
    'a parameter as a key',
    { authorizationServer: { ...server, audience: 'a' } },
    'authorizationServer.audience',
    /"parameters": \{ "audience": "a" \}/,
  ],
  [
    'the same at the sign-out',
    { authorizationServer: { ...server, logout_uri: '/' } },
    'authorizationServer.logout_uri',
    /"signOutParameters": \{ "logout_uri": "\/" \}/,
  ],
  [
    'a secret',
    { authorizationServer: { ...server, client_secret: 's' } },
    'authorizationServer.client_secret',
    /public client/,
  ],
  [
    'the URL of the metadata',
    { authorizationServer: { ...server, metadata: 'https://id.example.com/m' } },
    'authorizationServer.metadata',
    /such as \{ "authorization_endpoint"/,
  ],
  ['a status that is none', { invalidToken: { statuses: [100] } }, 'invalidToken.statuses[0]', /such as 401/],
  ['a scope of the refresh', refreshed({ scope: 'rows' }), 'refresh.scope', /"parameters": \{ "scope": "rows" \}/],
  ['scopes of the refresh', refreshed({ scopes: ['a', 'b'] }), 'refresh.scopes', /\{ "scope": "a b" \}/],
  ['a query of the refresh', refreshed({ query: { a: '1' } }), 'refresh.query', /"url": "\/api\/token\/refresh\?a=1"/],
  ['a grant type', refreshed({ grant_type: 'refresh_token' }), 'refresh.grant_type', /"body": "form"/],
  ...['ISO8601', 'date', 'datetime', 'rfc3339', 'string'].map(
    (unit) =>
      [
        `a date by another word: ${unit}`,
        { tokenFields: { expiresAt: { at: 'e', in: unit } } },
        'tokenFields.expiresAt.in',
        /Write "iso"/,
      ] as const,
  ),
  [
    'milliseconds by name',
    { tokenFields: { expiresIn: { at: 'e', in: 'milliseconds' } } },
    'tokenFields.expiresIn.in',
    /Write "ms"/,
  ],
  [
    'a date as a lifetime',
    { tokenFields: { expiresIn: { at: 'e', in: 'iso' } } },
    'tokenFields.expiresIn.in',
    /write "expiresAt": \{/,
  ],
  [
    'scopes in a list',
    { authorizationServer: { ...server, scope: ['openid', 'rows'] } },
    'authorizationServer.scope',
    /separated by spaces: "openid rows"/,
  ],
  ...['Token token=', 'Token token="{accessToken}"', 'Digest a=1,'].map(
    (scheme) =>
      [`a scheme with a parameter: ${scheme}`, { scheme }, 'scheme', /Rails.*what-cannot-be-described/] as const,
  ),
  ...['Bearer {accessToken}', 'Bearer:', 'Bearer <token>'].map(
    (scheme) => [`a scheme with the token: ${scheme}`, { scheme }, 'scheme', /Write "Bearer" alone/] as const,
  ),
  ['the token as scheme', { scheme: '{accessToken}' }, 'scheme', /"scheme": ""/],
  ...['comment', '_comment', '$comment', 'note', '_doc', '//'].map(
    (key) => [`a comment: ${key}`, { [key]: 'mine' }, /\w/.test(key) ? key : `["${key}"]`, /Take out/] as const,
  ),
  ['tokens by somebody else', { refresh: { by: 'worker' } }, 'refresh.by', /Write "page", not "worker"/],
])('one message for %s', (_, session, path, message) => {
  const issues = issuesOf(session)
  expect(issues).toMatchObject([{ path: `sessions.main.${path}`.replace('.[', '[') }])
  expect(issues[0]?.message).toMatch(message)
})

const refresh = (more: object) => ({ refresh: { url: '/r', body: 'json', ...more } })
const metadata = {
  authorization_endpoint: 'https://id.example.com/authorize',
  token_endpoint: 'https://id.example.com/token',
}
const byServer = (more: object) => ({
  authorizationServer: { issuer: 'https://id.example.com', clientId: 'spa', redirectUri: '/signed-in', ...more },
})
test.each<readonly [string, Session, string, RegExp]>([
  ['a header of its own', { ...refresh({}), header: 'X-Token' }, 'header', /"scheme": ""/],
  [
    'a placeholder of JavaScript',
    refresh({ parameters: { t: ['$', '{refreshToken}'].join('') } }),
    'refresh.parameters.t',
    /write "\{refreshToken\}"/,
  ],
  [
    'a placeholder of templates',
    refresh({ headers: { A: 'Bearer {{accessToken}}' } }),
    'refresh.headers.A',
    /write "\{accessToken\}"/,
  ],
  [
    'a header by another word',
    { ...refresh({}), tokenFields: { accessToken: 'headers.authorization' } },
    'tokenFields.accessToken',
    /write "header:authorization"/,
  ],
  [
    'a cookie',
    refresh({ tokenFields: { accessToken: 'cookie:token' } }),
    'refresh.tokenFields.accessToken',
    /"body": "none"/,
  ],
  [
    'a type that the body does not have',
    refresh({ headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }),
    'refresh.headers["Content-Type"]',
    /write "body": "form"/,
  ],
  [
    'a type where there is no body',
    refresh({ body: 'none', credentials: 'include', headers: { 'content-type': 'application/json' } }),
    'refresh.headers["content-type"]',
    /take this header out/,
  ],
  [
    'a scope among the parameters',
    byServer({ parameters: { scope: 'rows' } }),
    'authorizationServer.parameters.scope',
    /write it there/,
  ],
  [
    'a way out that the metadata do not have',
    byServer({ metadata, postSignOutRedirectUri: '/' }),
    'authorizationServer.postSignOutRedirectUri',
    /add "end_session_endpoint"/,
  ],
  [
    'pushed requests without an endpoint',
    byServer({ metadata: { ...metadata, require_pushed_authorization_requests: true } }),
    'authorizationServer.metadata.require_pushed_authorization_requests',
    /add "pushed_authorization_request_endpoint"/,
  ],
  ['any index in brackets', { ...refresh({}), errorField: 'errors[*].code' }, 'errorField', /write "errors\.\*\.code"/],
  ['any depth', { ...refresh({}), errorField: 'errors.**.code' }, 'errorField', /any index of an array/],
  [
    'JSONPath in a captured answer',
    { ...refresh({}), capture: [{ url: '/g', tokenFields: { accessToken: '$.data.t' } }] },
    'capture[0].tokenFields.accessToken',
    /write "data\.t"/,
  ],
])('a note on %s', (_, session, path, message) => {
  const checked = check(JSON.stringify({ sessions: { main: { resources: ['/api/*'], ...session } } }), 'x.json')
  expect(checked.notes).toMatchObject([{ path: `sessions.main.${path}` }])
  expect(checked.notes[0]?.message).toMatch(message)
})
