/** Sites that are broken in one way each, by Content Security Policy and Trusted Types: the doctor names the cause, and the cure. */
import { namesTheCause } from './broken-sites.ts'
import { JS, TAG, banner, html, id } from './doctor-sites.ts'

namesTheCause([
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
])
