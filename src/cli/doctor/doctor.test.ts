/** The doctor visits a site that answers over HTTP. */
import { describe, expect, test } from 'vitest'
import { doctor } from './doctor.ts'
import {
  type Answer,
  JS,
  api,
  codes,
  configuration,
  cors,
  healthy,
  html,
  id,
  serve,
  site,
  visit,
} from './doctor-sites.ts'

test('a healthy site has no findings', async () => {
  healthy()
  expect(await visit()).toMatchObject({ ok: true, findings: [], passed: { length: 11 } })
})

test('an API that says nothing of caching is a note, which does not fail', async () => {
  healthy({ ofSite: { '/api/': { status: 401 } } })
  expect(await visit()).toMatchObject({ ok: true, findings: [{ code: 'cacheable-answer', severity: 'note' }] })
})

test('a site that is not there', async () => {
  const gone = await serve()
  gone.close()
  expect(codes(await doctor(gone.origin, { browser: false }))).toEqual(['site-unreachable'])
})

test('a bundled page script needs no tag, when the worker is named', async () => {
  healthy({
    ofSite: { '/': html('<script type="module" src="/app.js"></script>'), '/app.js': { type: JS, body: 'start()' } },
  })
  expect(await visit('/', { worker: `${site.origin}/bearer-worker.sw.js` })).toMatchObject({ ok: true, findings: [] })
})

describe('an authorization server', () => {
  const session = () => ({
    resources: [`${api.origin}/v1/*`],
    authorizationServer: { issuer: id.origin, clientId: 'spa', redirectUri: '/signed-in' },
  })
  const metadata = (issuer = id.origin): Answer => ({
    headers: cors(),
    body: JSON.stringify({ issuer, token_endpoint: `${id.origin}/token` }),
  })

  test('is found by its metadata', async () => {
    healthy({
      ofSite: { '/bearer-worker.json': configuration(session()) },
      ofId: { '/.well-known/openid-configuration': metadata() },
    })
    expect(await visit()).toMatchObject({ ok: true, findings: [] })
  })

  test('says another issuer', async () => {
    healthy({
      ofSite: { '/bearer-worker.json': configuration(session()) },
      ofId: { '/.well-known/openid-configuration': metadata('https://id.example.com') },
    })
    expect(codes(await visit())).toEqual(['metadata-unreachable'])
  })

  test('does not let the site read its metadata', async () => {
    healthy({
      ofSite: { '/bearer-worker.json': configuration(session()) },
      ofId: { '/.well-known/openid-configuration': { ...metadata(), headers: {} } },
    })
    expect(codes(await visit())).toEqual(['metadata-cors'])
  })
})

describe('asks before it sends anything to a token endpoint', () => {
  const asked = () => id.requests.filter((line) => !line.startsWith('OPTIONS'))

  test('without consent nothing is sent, and a note says so', async () => {
    healthy()
    expect(await visit('/', { probe: false })).toMatchObject({
      ok: true,
      findings: [{ code: 'token-endpoint-not-tried' }],
    })
    expect(asked()).toEqual([])
  })

  test('the question names method and address', async () => {
    healthy()
    const questions: string[] = []
    const consent = async (method: string, url: string) => questions.push(`${method} ${url}`) > 0
    expect(await visit('/', { probe: false, consent })).toMatchObject({ findings: [] })
    expect(questions).toEqual([`POST ${id.origin}/token`])
    expect(asked()).toEqual(['POST /token'])
  })
})

test('a part that the configuration needs is missing', async () => {
  const authorizationServer = { issuer: id.origin, clientId: 'spa', redirectUri: '/signed-in' }
  healthy({
    ofSite: {
      '/bearer-worker.json': configuration({ resources: ['/api/*'], authorizationServer }),
      '/bearer-worker.oauth.js': { status: 404 },
    },
    ofId: {
      '/.well-known/openid-configuration': {
        headers: cors(),
        body: JSON.stringify({ issuer: id.origin, token_endpoint: `${id.origin}/token` }),
      },
    },
  })
  expect(codes(await visit())).toEqual(['part-missing'])
})
