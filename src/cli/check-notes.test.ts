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

  test('a key twice', () => {
    const checked = check(
      '{"sessions":{"main":{"resources":["/a/*"],"resources":["/b/*"],"refresh":{"url":"/r"}}}}',
      'x.json',
    )
    expect(checked).toMatchObject({ kind: 'good', notes: [{ path: 'sessions.main.resources', column: 43 }] })
  })
})
