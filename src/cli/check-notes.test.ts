import { describe, expect, test } from 'vitest'
import { check } from './check.ts'
import { main, notesOf, told } from './check-told.ts'

describe('what is legal and likely wrong is a note', () => {
  test.each<readonly [string, object, RegExp]>([
    ['a path without *', { resources: ['/api'] }, /"\/api" is this one address.*write "\/api\/\*"/],
    ['no refresh', { refresh: undefined }, /no "refresh"/],
    ['a double star', { resources: ['/api/**'] }, /"\*\*"/],
    ['a dot and a star', { resources: ['/api/.*'] }, /regular expression/],
    ['a fragment', { resources: ['/api/*', '/app#/*'] }, /fragment/],
    ['everything', { resources: ['/*'] }, /every file of your site/],
    [
      'direct with proofs',
      {
        direct: true,
        refresh: undefined,
        authorizationServer: {
          issuer: 'https://id.example.com',
          clientId: 'spa',
          redirectUri: '/signed-in',
          dpop: true,
        },
      },
      /no effect.*proofs/,
    ],
    ['a cookie that is left out', { refresh: { url: '/r', body: 'none' } }, /"credentials"/],
    ...Object.entries({
      '/api/<id>': '/api/:id',
      '/api/<int:id>/x': '/api/:id/x',
      '/api/<path:rest>': '/api/*',
      '/api/{id}': '/api/:id',
      '/api/[id]': '/api/:id',
      '/api/[...rest]': '/api/*',
      '/api/$id': '/api/:id',
    }).map(
      ([pattern, meant]) =>
        [
          `a parameter of a router: ${pattern}`,
          { resources: [pattern] },
          new RegExp(`router.*write "${meant.replace('*', '\\*')}"`),
        ] as const,
    ),
    ...['{ refreshToken }', '{ refreshToken}', 'Bearer { refreshToken }', '<refreshToken>', '{{refreshToken}}'].map(
      (text) =>
        [
          `a placeholder: ${text}`,
          { refresh: { url: '/r', body: 'json', parameters: { a: text } } },
          /write "\{refreshToken\}"/,
        ] as const,
    ),
    ...['{cookie.csrf}', "{cookie['csrf']}", '{ cookie:csrf }', '{cookie(csrf)}'].map(
      (text) =>
        [
          `a cookie: ${text}`,
          { refresh: { url: '/r', headers: { 'X-CSRF': text } } },
          /write "\{cookie:csrf\}"/,
        ] as const,
    ),
    [
      'a field that is not added',
      { refresh: { url: '/r', body: 'json', tokenField: 'a', parameters: { b: '{refreshToken}' } } },
      /refresh\.tokenField: This has no effect/,
    ],
    ['everything captured', { capture: ['/api/*'] }, /capture\[0\].*Name the request that signs in/],
    ['scopes with commas', { refresh: { url: '/r', parameters: { scope: 'a, b' } } }, /write "a b"/],
    ['a scope of an API with commas', { resources: [{ url: '/api/*', scope: 'a,b' }] }, /write "a b"/],
    [
      'a cookie for another origin',
      { refresh: { url: 'https://api.example.com/r', body: 'none', credentials: 'same-origin' } },
      /refresh\.credentials.*write "include", unless "https:\/\/api\.example\.com" is/,
    ],
    ['an exception from nothing', { except: ['/public/*'] }, /no effect/],
    ['JSONPath', { tokenFields: { accessToken: '$.data.token' } }, /write "data\.token"/],
    [
      'the URL of the metadata',
      {
        refresh: undefined,
        authorizationServer: {
          issuer: 'https://id.example.com/.well-known/openid-configuration',
          clientId: 'x',
          redirectUri: '/cb',
        },
      },
      /before \/\.well-known/,
    ],
  ])('%s', (_, more, message) => {
    expect(told(main(more))).toEqual([])
    expect(notesOf(main(more))).toEqual([expect.stringMatching(message)])
  })

  test.each(['/graphql', '/api/rpc', '/api/data.json', '/api/*'])('no note: %s', (pattern) => {
    expect(notesOf(main({ resources: [pattern] }))).toEqual([])
  })

  test.each<readonly [string, object]>([
    ['a query of GraphQL', { refresh: { url: '/r', body: 'json', parameters: { query: '{ refreshToken }' } } }],
    ['a mutation', { refresh: { url: '/r', body: 'json', parameters: { q: 'mutation { refresh { accessToken } }' } } }],
    ['a cookie', { refresh: { url: '/r', headers: { 'X-CSRF': '{cookie:csrf}' } } }],
    ['an optional group', { resources: ['/api{/v1}?/*'] }],
    ['one URL that is captured and asked', { resources: ['/graphql'], capture: ['/graphql'] }],
  ])('no note: %s', (_, more) => {
    expect(notesOf(main(more))).toEqual([])
  })

  test('a key twice', () => {
    const checked = check(
      '{"sessions":{"main":{"resources":["/a/*"],"resources":["/b/*"],"refresh":{"url":"/r"}}}}',
      'x.json',
    )
    expect(checked).toMatchObject({ kind: 'good', notes: [{ path: 'sessions.main.resources', column: 43 }] })
  })
})
