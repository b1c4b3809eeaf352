/** Sites that are broken in one way each, by workers and scopes: the doctor names the cause, and the cure. */
import { namesTheCause, type Row } from './broken-sites.ts'
import { JS, TAG, banner, configuration, html } from './doctor-sites.ts'

namesTheCause([
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
  [
    'Angular serves its worker',
    () => ({ ofSite: { '/ngsw.json': { body: '{"configVersion":1,"timestamp":1}' } } }),
    'other-worker',
    /ngsw/,
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
    'the files are in /js, and the page is above',
    () => ({
      ofSite: {
        '/': html('<script src="/js/bearer-worker.js"></script>'),
        ...Object.fromEntries(
          ['bearer-worker.js', 'bearer-worker.sw.js', 'bearer-worker.page.js'].map((file) => [
            `/js/${file}`,
            { type: JS, body: banner('1.2.3') },
          ]),
        ),
        '/js/bearer-worker.json': configuration(),
      },
    }),
    'page-outside-scope',
    /name it on the script tag: data-worker="\/bearer-worker\.sw\.js"/,
  ],
  ...(
    [
      [
        'a folder beside the page',
        '/shop/',
        'page-outside-scope',
        /Correct data-scope="\/shop\/": write data-scope="\/"/,
      ],
      ['another origin', 'https://www.example.com/', 'scope-not-allowed', /another origin.*data-scope="\/"/],
    ] as const
  ).map(
    ([what, scope, code, words]): Row => [
      `data-scope is ${what}`,
      () => ({ ofSite: { '/': html(`<script src="/bearer-worker.js" data-scope="${scope}"></script>`) } }),
      code,
      words,
    ],
  ),
  [
    'data-scope is a folder beside the worker',
    () => ({
      ofSite: {
        '/': html('<script src="/bearer-worker.js" data-worker="/a/bearer-worker.sw.js" data-scope="/b/"></script>'),
        '/a/bearer-worker.sw.js': { type: JS, body: banner('1.2.3') },
        '/a/bearer-worker.json': configuration(),
      },
    }),
    'scope-not-allowed',
    /\/b\/ is not inside \/a\/.*leave data-scope="\/b\/" out/,
  ],
])
