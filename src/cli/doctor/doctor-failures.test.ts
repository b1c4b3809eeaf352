/** Sites that are broken in one way each: the doctor names the cause, and the cure. */
import { describe, expect, test } from 'vitest'
import type { Report } from './doctor.ts'
import { JS, TAG, banner, codes, configuration, cors, healthy, html, id, main, visit } from './doctor-sites.ts'

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
