/** Sites that are broken in one way each, by scripts and the configuration: the doctor names the cause, and the cure. */
import { namesTheCause, type Row } from './broken-sites.ts'
import { JS, TAG, banner, configuration, html, main } from './doctor-sites.ts'

namesTheCause([
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
])
