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
  /** `POST /token`, in the order of arrival. */
  requests: string[]
  close(): void
}

async function serve(): Promise<Server> {
  const served: Server = { origin: '', answers: {}, requests: [], close: () => void server.close() }
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    request.resume()
    const path = new URL(request.url!, 'http://localhost').pathname
    served.requests.push(`${request.method} ${path}`)
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
afterAll(() => {
  for (const server of [site, api, id]) server.close()
})

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
  for (const server of [site, api, id]) server.requests = []
  const noStore = { 'cache-control': 'no-store' }
  site.answers = {
    '/': html(TAG),
    '/bearer-worker.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.page.js': { type: JS, body: banner('1.2.3') },
    '/bearer-worker.oauth.js': { type: JS, body: banner('1.2.3') },
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

const visit = (path = '/', options: DoctorOptions = {}): Promise<Report> =>
  doctor(site.origin + path, { browser: false, probe: true, ...options })
const codes = ({ findings }: Report) => findings.map(({ code }) => code)

test('a healthy site has no findings', async () => {
  healthy()
  expect(await visit()).toMatchObject({ ok: true, findings: [], passed: { length: 11 } })
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
        '/': html('<script src="/bearer-worker.js" data-worker="/static/bearer-worker.sw.js"></script>'),
        '/static/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
        '/static/bearer-worker.json': configuration(),
      },
    }),
    'page-outside-scope',
    /Service-Worker-Allowed/,
  ],
  [
    'the scope is wider than the server allows',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/static/bearer-worker.sw.js" data-scope="/"></script>'),
        '/static/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
        '/static/bearer-worker.json': configuration(),
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
    'the configuration lies elsewhere, without its header',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-config="/settings/x.json"></script>'),
        '/settings/x.json': configuration(),
      },
    }),
    'configuration-header',
    /Bearer-Worker-Configuration: 1/,
  ],
  [
    'the worker of the site does not contain ours',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/sw.js"></script>'),
        '/sw.js': { type: JS, body: 'self.addEventListener("push", () => {})' },
      },
    }),
    'script-unknown',
    /bearerWorkerPart/,
  ],
  ...['public, max-age=31536000, immutable', 'max-age=31536000', 's-maxage=604800', 'MAX-AGE=86400', 'immutable'].map(
    (control): Row => [
      `the page script is kept: ${control}`,
      () => ({
        ofSite: { '/bearer-worker.js': { type: JS, body: banner('1.2.3'), headers: { 'cache-control': control } } },
      }),
      'script-kept',
      /no-cache/,
    ],
  ),
  [
    'Trusted Types allow other policies only',
    () => ({
      ofSite: {
        '/': {
          ...html(TAG),
          headers: { 'content-security-policy': `require-trusted-types-for 'script'; trusted-types app` },
        },
      },
    }),
    'csp-trusted-types',
    /Add bearer-worker to trusted-types/,
  ],
  [
    'Trusted Types allow no policy, in another header',
    () => ({
      ofSite: {
        '/': {
          ...html(TAG),
          headers: { 'content-security-policy': `require-trusted-types-for 'script', trusted-types 'none'` },
        },
      },
    }),
    'csp-trusted-types',
    /trusted-types 'none'/,
  ],
  [
    'script-src has a nonce only, and no list for workers',
    () => ({
      ofSite: {
        '/': {
          ...html('<script nonce="abc" src="/bearer-worker.js"></script>'),
          headers: { 'content-security-policy': `script-src 'nonce-abc'` },
        },
      },
    }),
    'csp-worker',
    /worker-src 'self'/,
  ],
  [
    'script-src has a nonce only, and the tag has none',
    () => ({
      ofSite: {
        '/': { ...html(TAG), headers: { 'content-security-policy': `script-src 'nonce-abc'; worker-src 'self'` } },
      },
    }),
    'csp-script',
    /nonce to the script tag/,
  ],
  [
    'Angular serves its worker',
    () => ({ ofSite: { '/ngsw.json': { body: '{"configVersion":1,"timestamp":1}' } } }),
    'other-worker',
    /ngsw/,
  ],
  [
    'a <base> before the tag leads to another folder',
    () => ({
      ofSite: { '/': html('<base href="/app/"><script src="bearer-worker.js"></script>') },
    }),
    'script-missing',
    /\/app\/bearer-worker/,
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
    /wildcard does not mean Authorization/,
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
      expect([...new Set(codes(report))]).toContain(code)
      if (code !== 'script-missing') expect(codes(report)).toEqual([code])
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

describe('says nothing about what is right', () => {
  const unharmed: readonly (readonly [what: string, ofSite: () => Answers])[] = [
    [
      'a worker of the site that has ours as a part',
      () => ({
        '/': html('<script src="/bearer-worker.js" data-worker="/sw.js"></script>'),
        '/sw.js': { type: JS, body: 'importScripts("/ngsw-worker.js"); importScripts("/bearer-worker.sw.js")' },
        '/ngsw.json': { body: '{"configVersion":1}' },
      }),
    ],
    [
      'a page script whose name changes with its content',
      () => ({
        '/': html('<script src="/bearer-worker-8f3a2c1d.js" data-worker="/bearer-worker.sw.js"></script>'),
        '/bearer-worker-8f3a2c1d.js': {
          type: JS,
          body: banner('1.2.3'),
          headers: { 'cache-control': 'max-age=31536000, immutable' },
        },
      }),
    ],
    [
      'a short lifetime',
      () => ({ '/bearer-worker.js': { type: JS, body: banner('1.2.3'), headers: { 'cache-control': 'max-age=300' } } }),
    ],
    ['a <base> after the tag', () => ({ '/': html('<script src="bearer-worker.js"></script><base href="/app/">') })],
    ['a <base> in a template', () => ({ '/': html(`<template><base href="https://evil.example/"></template>${TAG}`) })],
    [
      'Trusted Types with our policy',
      () => ({
        '/': {
          ...html(TAG),
          headers: { 'content-security-policy': `require-trusted-types-for 'script'; trusted-types app bearer-worker` },
        },
      }),
    ],
    [
      'Trusted Types without a list',
      () => ({ '/': { ...html(TAG), headers: { 'content-security-policy': `require-trusted-types-for 'script'` } } }),
    ],
    [
      'a nonce for the tag, and a list for workers',
      () => ({
        '/': {
          ...html('<script nonce="abc" src="/bearer-worker.js"></script>'),
          headers: { 'content-security-policy': `script-src 'nonce-abc'; worker-src 'self'` },
        },
      }),
    ],
    [
      'a configuration elsewhere, with its header',
      () => ({
        '/': html('<script src="/bearer-worker.js" data-config="/settings/x.json"></script>'),
        '/settings/x.json': { ...configuration(), headers: { 'bearer-worker-configuration': '1' } },
      }),
    ],
    [
      'a start page in place of files of other workers',
      () => ({ '/ngsw.json': html(TAG), '/mockServiceWorker.js': html(TAG) }),
    ],
  ]
  test.each(unharmed)('%s', async (_, ofSite) => {
    healthy({ ofSite: ofSite() })
    expect((await visit()).findings).toEqual([])
  })
})

describe('is a note', () => {
  const notes: readonly (readonly [what: string, code: string, ofSite: () => Answers])[] = [
    [
      'Next.js loads the page script in the App Router',
      'script-tag-by-framework',
      () => ({
        '/': html(
          '<script src="/_next/static/a.js" async></script><script>(self.__next_s=self.__next_s||[]).push(["/bearer-worker.js",{"id":"bw"}])</script>',
        ),
      }),
    ],
    [
      'Next.js loads the page script in the Pages Router',
      'script-tag-by-framework',
      () => ({
        '/': html('<script src="/bearer-worker.js" defer data-nscript="beforeInteractive"></script>'),
      }),
    ],
    [
      'MSW is deployed',
      'other-worker-served',
      () => ({ '/mockServiceWorker.js': { type: JS, body: '/* Mock Service Worker. */' } }),
    ],
    ['the page part is missing', 'part-missing', () => ({ '/bearer-worker.page.js': { status: 404 } })],
    [
      'the worker is kept',
      'script-kept',
      () => ({
        '/bearer-worker.sw.js': { type: JS, body: banner('1.2.3'), headers: { 'cache-control': 'max-age=31536000' } },
      }),
    ],
    [
      'the configuration is legal and strange',
      'configuration-note',
      () => ({
        '/bearer-worker.json': configuration({ ...main(), resources: ['/api'] }),
        '/api': { status: 401, headers: { 'cache-control': 'no-store' } },
      }),
    ],
  ]
  test.each(notes)('%s', async (_, code, ofSite) => {
    healthy({ ofSite: ofSite() })
    expect(await visit()).toMatchObject({ ok: true, findings: [{ code, severity: 'note' }] })
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
