/** The doctor visits sites that answer over HTTP: one that is right, and others that are broken in one way each. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { doctor, type DoctorOptions, type Report } from './doctor.ts'

interface Answer {
  readonly status?: number
  readonly type?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}
type Answers = Record<string, Answer>

const JS = 'text/javascript'
const banner = (version: string) => `/*! bearer-worker ${version} */\n(()=>{})()`
const html = (head: string): Answer => ({
  type: 'text/html; charset=utf-8',
  body: `<!doctype html><title>A site</title>${head}<p>Hello`,
})
const TAG = '<script src="/bearer-worker.js"></script>'

let site: Server
let api: Server
let id: Server

interface Server {
  origin: string
  answers: Answers
  close(): void
}

async function serve(): Promise<Server> {
  const served: Server = { origin: '', answers: {}, close: () => void server.close() }
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    const path = new URL(request.url!, 'http://localhost').pathname
    const {
      status = 200,
      type = 'application/json',
      headers = {},
      body = '',
    } = served.answers[`${request.method} ${path}`] ?? served.answers[path] ?? { status: 404, type: 'text/plain' }
    response.writeHead(status, { 'content-type': type, ...headers }).end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  served.origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return served
}

beforeAll(async () => {
  ;[site, api, id] = await Promise.all([serve(), serve(), serve()])
})
afterAll(() => [site, api, id].forEach((server) => server.close()))

const main = () => ({
  resources: ['/api/*', `${api.origin}/v1/*`],
  capture: ['/api/login'],
  refresh: { url: `${id.origin}/token`, body: 'json' },
})
const configuration = (session: object = main()): Answer => ({ body: JSON.stringify({ sessions: { main: session } }) })
const cors = (headers: Readonly<Record<string, string>> = {}) => ({
  'access-control-allow-origin': site.origin,
  'access-control-allow-headers': 'authorization, content-type',
  ...headers,
})

/** A site where everything is as it should be, but for what is given; `undefined` takes an answer away. */
function healthy({
  ofSite = {},
  ofApi = {},
  ofId = {},
}: {
  readonly ofSite?: Answers
  readonly ofApi?: Answers
  readonly ofId?: Answers
} = {}): void {
  const noStore = { 'cache-control': 'no-store' }
  site.answers = {
    '/': html(TAG),
    '/bearer-worker.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.json': configuration(),
    '/api/': { status: 401, headers: noStore },
    ...ofSite,
  }
  api.answers = {
    'OPTIONS /v1/': { status: 204, headers: cors() },
    '/v1/': { status: 401, headers: { ...cors(), ...noStore } },
    ...ofApi,
  }
  id.answers = {
    'OPTIONS /token': { status: 204, headers: cors() },
    '/token': { status: 400, headers: cors(), body: '{"error":"invalid_request"}' },
    ...ofId,
  }
}

const visit = (path = '/', options: DoctorOptions = {}): Promise<Report> => doctor(site.origin + path, options)
const codes = ({ findings }: Report) => findings.map(({ code }) => code)

test('a healthy site has no findings', async () => {
  healthy()
  expect(await visit()).toMatchObject({ ok: true, findings: [], passed: { length: 10 } })
})

/** A row: how the site is broken, what is found, and words of the message or of the cure. */
type Row = readonly [
  broken: string,
  answers: () => Parameters<typeof healthy>[0],
  code: string,
  words: RegExp,
  path?: string,
]

const rows: readonly Row[] = [
  [
    'the script tag is missing',
    () => ({ ofSite: { '/': html('') } }),
    'script-tag-missing',
    /<script src="\/bearer-worker\.js">/,
  ],
  [
    'another script comes first',
    () => ({
      ofSite: {
        '/': html(`<script src="/early.js"></script>${TAG}`),
        '/early.js': { type: JS, body: 'fetch("/api/")' },
      },
    }),
    'script-tag-not-first',
    /early\.js/,
  ],
  [
    'an inline script comes first',
    () => ({ ofSite: { '/': html(`<script>fetch("/api/me")</script>${TAG}`) } }),
    'script-tag-not-first',
    /inline script \(fetch/,
  ],
  [
    'the script tag is deferred',
    () => ({ ofSite: { '/': html('<script defer src="/bearer-worker.js"></script>') } }),
    'script-tag-late',
    /defer/,
  ],
  [
    'the worker is missing, and the start page stands in',
    () => ({ ofSite: { '/bearer-worker.sw.js': html(TAG) } }),
    'script-type',
    /start page/,
  ],
  [
    'the page script is missing',
    () => ({ ofSite: { '/bearer-worker.js': { status: 404, type: 'text/plain' } } }),
    'script-missing',
    /404/,
  ],
  [
    'the worker has the wrong type',
    () => ({ ofSite: { '/bearer-worker.sw.js': { type: 'text/plain', body: banner('1.2.3') } } }),
    'script-type',
    /text\/javascript/,
  ],
  [
    'the worker is redirected',
    () => ({ ofSite: { '/bearer-worker.sw.js': { status: 302, headers: { location: '/cdn.js' } } } }),
    'script-redirected',
    /cdn\.js/,
  ],
  [
    'the two scripts are of different versions',
    () => ({ ofSite: { '/bearer-worker.sw.js': { type: JS, body: banner('1.2.2') } } }),
    'versions-differ',
    /1\.2\.3.*1\.2\.2/,
  ],
  [
    'something else is served as the worker',
    () => ({ ofSite: { '/bearer-worker.sw.js': { type: JS, body: 'self.addEventListener' } } }),
    'script-unknown',
    /another file/,
  ],
  [
    'the worker covers another folder',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/static/sw.js"></script>'),
        '/static/sw.js': { type: JS, body: banner('1.2.3') },
      },
    }),
    'page-outside-scope',
    /Service-Worker-Allowed/,
  ],
  [
    'the scope is wider than the server allows',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/static/sw.js" data-scope="/"></script>'),
        '/static/sw.js': { type: JS, body: banner('1.2.3') },
      },
    }),
    'scope-not-allowed',
    /Service-Worker-Allowed: \//,
  ],
  [
    'the configuration is missing',
    () => ({ ofSite: { '/bearer-worker.json': { status: 404 } } }),
    'configuration-unreachable',
    /data-config/,
  ],
  [
    'the configuration is wrong',
    () => ({ ofSite: { '/bearer-worker.json': configuration({ ...main(), resourses: [] }) } }),
    'configuration-invalid',
    /sessions\.main\.resourses/,
  ],
  [
    'the smaller worker shall sign in',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/bearer-worker.core.sw.js"></script>'),
        '/bearer-worker.core.sw.js': { type: JS, body: banner('1.2.3') },
        '/bearer-worker.json': configuration({
          resources: ['/api/*'],
          authorizationServer: { issuer: id.origin, clientId: 'spa', redirectUri: '/signed-in' },
        }),
      },
    }),
    'configuration-invalid',
    /cannot sign in/,
  ],
  [
    'the API answers no preflight',
    () => ({ ofApi: { 'OPTIONS /v1/': { status: 401 } } }),
    'preflight-status',
    /OPTIONS/,
  ],
  [
    'the API allows another origin',
    () => ({
      ofApi: {
        'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-origin': 'https://www.example.com' }) },
      },
    }),
    'preflight-origin',
    /www\.example\.com/,
  ],
  [
    'the API does not allow authorization',
    () => ({
      ofApi: { 'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-headers': 'content-type' }) } },
    }),
    'preflight-authorization',
    /Access-Control-Allow-Headers: authorization/,
  ],
  [
    'the API allows any header, which authorization is not',
    () => ({ ofApi: { 'OPTIONS /v1/': { status: 204, headers: cors({ 'access-control-allow-headers': '*' }) } } }),
    'preflight-authorization',
    /wildcard/,
  ],
  [
    'the API lets answers be kept',
    () => ({ ofApi: { '/v1/': { headers: { ...cors(), 'cache-control': 'public, max-age=60' } } } }),
    'cacheable-answer',
    /no-store/,
  ],
  [
    'the token endpoint does not let the site in',
    () => ({ ofId: { '/token': { status: 400 } } }),
    'token-endpoint-cors',
    /Access-Control-Allow-Origin/,
  ],
  [
    'the token endpoint allows no JSON',
    () => ({
      ofId: { 'OPTIONS /token': { status: 204, headers: cors({ 'access-control-allow-headers': 'authorization' }) } },
    }),
    'token-endpoint-cors',
    /content-type/,
  ],
  [
    'the token endpoint is elsewhere',
    () => ({ ofId: { '/token': { status: 404 } } }),
    'token-endpoint-missing',
    /sessions\.main\.refresh\.url/,
  ],
  [
    'another worker has the same scope',
    () => ({ ofSite: { '/': html(`${TAG}<script>navigator.serviceWorker.register('/sw.js')</script>`) } }),
    'other-worker',
    /bearer-worker\/worker/,
  ],
  [
    'a bundle registers another worker',
    () => ({
      ofSite: {
        '/': html(`${TAG}<script type="module" src="/app.js"></script>`),
        '/app.js': { type: JS, body: 'new Workbox("/sw.js",{scope:"/"}).register()' },
      },
    }),
    'other-worker',
    /app\.js|\/sw\.js/,
  ],
  [
    'the page forbids workers',
    () => ({ ofSite: { '/': { ...html(TAG), headers: { 'content-security-policy': `worker-src 'none'` } } } }),
    'csp-worker',
    /worker-src 'self'/,
  ],
  [
    'the page may not connect to the API',
    () => ({
      ofSite: {
        '/': html(`<meta http-equiv="Content-Security-Policy" content="connect-src 'self' ${id.origin}">${TAG}`),
      },
    }),
    'csp-connect',
    /localhost/,
  ],
  [
    'the worker may not connect to the API',
    () => ({
      ofSite: {
        '/bearer-worker.sw.js': {
          type: JS,
          body: banner('1.2.3'),
          headers: { 'content-security-policy': `default-src 'self' ${id.origin}` },
        },
      },
    }),
    'csp-worker-connect',
    /bearer-worker\.sw\.js/,
  ],
]

describe('names the cause', () => {
  for (const [broken, answers, code, words, path] of rows) {
    test(broken, async () => {
      healthy(answers())
      const report = await visit(path)
      expect(codes(report)).toEqual([code])
      expect(report.ok).toBe(false)
      const [{ message, cure, where }] = report.findings as [Report['findings'][number]]
      expect(`${message} ${cure} ${where}`).toMatch(words)
      expect(cure).not.toBe('')
    })
  }
})

test('an API that says nothing of caching is a note, which does not fail', async () => {
  healthy({ ofSite: { '/api/': { status: 401 } } })
  expect(await visit()).toMatchObject({ ok: true, findings: [{ code: 'cacheable-answer', severity: 'note' }] })
})

test('a site that is not there', async () => {
  const gone = await serve()
  gone.close()
  expect(codes(await doctor(gone.origin))).toEqual(['site-unreachable'])
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
