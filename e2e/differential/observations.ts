/** Requests that run twice, with and without the worker. Each row is data, so that it can be sent to a page. */

export interface Observation {
  readonly name: string
  readonly how: 'fetch' | 'xhr' | 'element' | 'beacon' | 'events' | 'import' | 'later' | 'worker'
  /** The site's own origin, or another. */
  readonly where: 'own' | 'other'
  readonly path: string
  /** Of `fetch`; of XHR method, headers, credentials. */
  readonly init?: RequestInit
  readonly body?: keyof typeof BODIES
  /** How the answer is read. */
  readonly read?: 'text' | 'stream' | 'cancel'
  /** Further steps of the page. */
  readonly does?: 'abort' | 'aborted-before' | 'abort-body' | 'request-object' | 'null-signal' | 'request-reused'
  readonly element?: Readonly<Record<string, string>> & { readonly tag: string }
  /** The type of an imported module. */
  readonly with?: 'json' | 'css' | 'text'
  readonly xhr?: {
    readonly responseType?: XMLHttpRequestResponseType
    readonly timeout?: number
    readonly upload?: true
    readonly sync?: true
    readonly mime?: string
    readonly abort?: 'at-once' | 'headers'
    readonly user?: true
  }
}

/** Names only: the page makes them. */
export const BODIES = {
  text: 0,
  json: 0,
  blob: 0,
  buffer: 0,
  form: 0,
  params: 0,
  empty: 0,
  megabyte: 0,
  stream: 0,
  huge: 0,
  document: 0,
}

const ORIGINS = ['own', 'other'] as const
type Row = Omit<Observation, 'name' | 'where' | 'how'> & { readonly name: string }

const both = (how: Observation['how'], rows: readonly Row[]): Observation[] =>
  ORIGINS.flatMap((where) => rows.map((row) => ({ how, where, ...row, name: `${how} ${where} ${row.name}` })))
const own = (how: Observation['how'], rows: readonly Row[]): Observation[] =>
  rows.map((row) => ({ how, where: 'own', ...row, name: `${how} own ${row.name}` }))

const each = <Value extends string>(
  values: readonly Value[],
  row: (value: Value) => Omit<Row, 'name'>,
  what = '',
): Row[] => values.map((value) => ({ name: `${what}${value || '""'}`, ...row(value) }))

const POLICIES = [
  '',
  'no-referrer',
  'no-referrer-when-downgrade',
  'origin',
  'origin-when-cross-origin',
  'same-origin',
  'strict-origin',
  'strict-origin-when-cross-origin',
  'unsafe-url',
] as const

export const OBSERVATIONS: readonly Observation[] = [
  ...both('fetch', [
    ...each(['GET', 'HEAD', 'DELETE', 'OPTIONS'], (method) => ({ path: '/echo', init: { method } }), 'method '),
    ...each(['POST', 'PUT', 'PATCH'], (method) => ({ path: '/echo', init: { method }, body: 'text' }), 'method '),
    ...each(['cors', 'same-origin', 'no-cors', 'navigate'], (mode) => ({ path: '/echo', init: { mode } }), 'mode '),
    ...each(
      ['omit', 'same-origin', 'include'],
      (credentials) => ({ path: '/echo', init: { credentials } }),
      'credentials ',
    ),
    ...each(
      ['default', 'no-store', 'reload', 'no-cache', 'force-cache'],
      (cache) => ({ path: '/cached', init: { cache } }),
      'cache ',
    ),
    ...each(
      ['text', 'json', 'blob', 'buffer', 'form', 'params', 'empty', 'megabyte', 'stream'],
      (body) => ({ path: '/echo', init: { method: 'POST' }, body }),
      'body ',
    ),
    ...each(['204', '205', '304', '400', '404', '503'], (status) => ({ path: `/status/${status}` }), 'status '),
    ...each(
      ['follow', 'manual', 'error'],
      (redirect) => ({ path: '/redirect/302?to=/r/echo', init: { redirect } }),
      'redirect ',
    ),
    ...each(
      ['301', '303', '307', '308'],
      (status) => ({ path: `/redirect/${status}?to=/r/echo`, init: { method: 'POST' }, body: 'text' }),
      'POST redirected ',
    ),
    { name: 'a redirect to itself', path: '/redirect/302?to=/r/redirect/302%3Fto=/nowhere' },
    ...each(
      ['html', 'xml', 'image', 'empty', 'cookie', 'broken', 'nothing', 'bytes/1000000'],
      (path) => ({ path: `/${path}` }),
      'answer ',
    ),
    { name: 'answer read as a stream', path: '/bytes/300000', read: 'stream' },
    { name: 'answer cancelled', path: '/bytes/30000000', read: 'cancel' },
    {
      name: 'own headers',
      path: '/echo',
      init: {
        headers: {
          'X-Own': 'Value',
          Accept: 'application/json',
          'Accept-Language': 'de',
          'Content-Type': 'text/plain;x=y',
        },
      },
    },
    { name: 'Range', path: '/tone', init: { headers: { range: 'bytes=10-19' } } },
    { name: 'Cache-Control', path: '/echo', init: { headers: { 'Cache-Control': 'no-cache', Pragma: 'no-cache' } } },
    { name: 'keepalive', path: '/echo', init: { method: 'POST', keepalive: true }, body: 'text' },
    { name: 'keepalive, too large', path: '/echo', init: { method: 'POST', keepalive: true }, body: 'megabyte' },
    { name: 'abort before', path: '/echo', does: 'aborted-before' },
    { name: 'abort', path: '/nothing-yet', does: 'abort' },
    { name: 'abort of the body', path: '/bytes/30000000', does: 'abort-body' },
    {
      name: 'a Request',
      path: '/echo',
      init: { method: 'PUT', headers: { 'X-Own': '1' } },
      body: 'text',
      does: 'request-object',
    },
    { name: 'closed to other origins', path: '/closed/echo' },
    { name: 'open to all', path: '/star/echo' },
    { name: 'open to all, with credentials', path: '/star/echo', init: { credentials: 'include' } },
  ]),
  ...own('fetch', [
    ...each(POLICIES, (referrerPolicy) => ({ path: '/echo', init: { referrerPolicy } }), 'referrer policy '),
    ...each(
      ['', 'about:client', '/elsewhere?query'],
      (referrer) => ({ path: '/echo', init: { referrer } }),
      'referrer ',
    ),
    ...each(['high', 'low', 'auto'], (priority) => ({ path: '/echo', init: { priority } }), 'priority '),
    ...each(
      ['PROPFIND', 'QUERY', 'patch', 'post', 'TRACE', 'a b'],
      (method) => ({ path: '/echo', init: { method } }),
      'method ',
    ),
    { name: 'only-if-cached', path: '/cached', init: { cache: 'only-if-cached', mode: 'same-origin' } },
    { name: 'a redirect to another origin', path: '/redirect/302?to=OTHER/echo' },
    {
      name: 'a POST redirected to another origin',
      path: '/redirect/307?to=OTHER/echo',
      init: { method: 'POST' },
      body: 'text',
    },
    { name: 'a redirect to another origin, closed', path: '/redirect/302?to=OTHER/closed/echo' },
    { name: 'a redirect to data:', path: '/redirect/302?to=data:,' },
    { name: 'integrity', path: '/cached', init: { integrity: 'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=' } },
    {
      name: 'integrity that fits',
      path: '/cached',
      init: { integrity: 'sha256-2jR+yyYdJVJGGJlZhXvjm3k4OXGfGzbUsV8lO1WJNsw=' },
    },
    { name: 'Latin-1 in a header', path: '/echo', init: { headers: { 'x-own': 'Zürich' } } },
    { name: 'If-None-Match', path: '/echo', init: { headers: { 'If-None-Match': '"1"' } } },
    {
      name: 'If-Modified-Since',
      path: '/echo',
      init: { headers: { 'If-Modified-Since': 'Sat, 21 Nov 2026 00:00:00 GMT' } },
    },
    { name: 'no body on GET', path: '/echo', body: 'text' },
    { name: 'window null', path: '/echo', init: { window: null } },
    { name: 'a Request used twice', path: '/echo', init: { method: 'POST' }, body: 'text', does: 'request-reused' },
    { name: 'signal null', path: '/echo', does: 'null-signal' },
    { name: 'a fragment', path: '/echo#fragment' },
    { name: 'an odd path', path: '/echo/%2F/a%20b/ü?ä=%E4&x=y+z' },
    { name: 'credentials in the URL', path: 'CREDENTIALS/echo' },
    { name: 'not a protected resource', path: '/open/echo', init: { headers: { 'X-Own': '1' } } },
    { name: 'not a protected resource, POST', path: '/open/echo', init: { method: 'POST' }, body: 'form' },
    { name: 'not a protected resource, redirected', path: '/redirect/302?to=/r/open/echo' },
  ]),
  ...both('xhr', [
    ...each(['GET', 'HEAD', 'DELETE', 'OPTIONS'], (method) => ({ path: '/echo', init: { method } }), 'method '),
    ...each(['POST', 'PUT', 'PATCH'], (method) => ({ path: '/echo', init: { method }, body: 'text' }), 'method '),
    ...each(
      ['text', 'json', 'blob', 'arraybuffer', 'document'],
      (responseType) => ({ path: '/xml', xhr: { responseType } }),
      'responseType ',
    ),
    ...each(
      ['json', 'blob', 'buffer', 'form', 'params', 'empty', 'document'],
      (body) => ({ path: '/echo', init: { method: 'POST' }, body }),
      'body ',
    ),
    ...each(['204', '304', '401', '404', '503'], (status) => ({ path: `/status/${status}` }), 'status '),
    ...each(['html', 'broken', 'nothing', 'bytes/1000000', 'cookie'], (path) => ({ path: `/${path}` }), 'answer '),
    { name: 'with credentials', path: '/echo', init: { credentials: 'include' } },
    { name: 'own headers', path: '/echo', init: { headers: { 'X-Own': 'Value', Accept: 'application/json' } } },
    { name: 'redirected', path: '/redirect/302?to=/r/echo' },
    { name: 'POST redirected', path: '/redirect/307?to=/r/echo', init: { method: 'POST' }, body: 'text' },
    { name: 'timeout', path: '/nothing-yet', xhr: { timeout: 1_500 } },
    { name: 'abort at once', path: '/nothing-yet', xhr: { abort: 'at-once' } },
    { name: 'abort at the headers', path: '/bytes/30000000', xhr: { abort: 'headers' } },
    { name: 'upload events', path: '/echo', init: { method: 'POST' }, body: 'megabyte', xhr: { upload: true } },
    {
      name: 'upload events of a refusal',
      path: '/status/401',
      init: { method: 'POST' },
      body: 'text',
      xhr: { upload: true },
    },
    {
      name: 'upload events of a failure',
      path: '/nothing',
      init: { method: 'POST' },
      body: 'text',
      xhr: { upload: true },
    },
    {
      name: 'upload events, redirected',
      path: '/redirect/307?to=/r/echo',
      init: { method: 'POST' },
      body: 'text',
      xhr: { upload: true },
    },
    {
      name: 'upload events, aborted',
      path: '/nothing-yet',
      init: { method: 'POST' },
      body: 'text',
      xhr: { upload: true, abort: 'at-once' },
    },
    { name: 'closed to other origins', path: '/closed/echo' },
  ]),
  ...own('xhr', [
    { name: 'synchronous', path: '/echo', xhr: { sync: true } },
    { name: 'synchronous POST', path: '/echo', init: { method: 'POST' }, body: 'text', xhr: { sync: true } },
    { name: 'synchronous failure', path: '/nothing', xhr: { sync: true } },
    { name: 'overrideMimeType', path: '/html', xhr: { mime: 'text/plain;charset=utf-8' } },
    { name: 'user and password', path: '/echo', xhr: { user: true } },
    { name: 'not a protected resource', path: '/open/echo' },
    {
      name: 'not a protected resource, upload events',
      path: '/open/echo',
      init: { method: 'POST' },
      body: 'megabyte',
      xhr: { upload: true },
    },
  ]),
  ...both('element', [
    { name: 'img', path: '/image', element: { tag: 'img' } },
    { name: 'img crossorigin=anonymous', path: '/image', element: { tag: 'img', crossorigin: 'anonymous' } },
    {
      name: 'img crossorigin=use-credentials',
      path: '/image',
      element: { tag: 'img', crossorigin: 'use-credentials' },
    },
    { name: 'img referrerpolicy', path: '/image', element: { tag: 'img', referrerpolicy: 'no-referrer' } },
    { name: 'img closed to other origins', path: '/closed/image', element: { tag: 'img' } },
    { name: 'img redirected', path: '/redirect/302?to=/r/image', element: { tag: 'img' } },
    { name: 'img that is none', path: '/echo', element: { tag: 'img' } },
    { name: 'audio', path: '/tone', element: { tag: 'audio' } },
    { name: 'video', path: '/tone', element: { tag: 'video' } },
    { name: 'script', path: '/script', element: { tag: 'script' } },
    { name: 'script crossorigin', path: '/script', element: { tag: 'script', crossorigin: 'anonymous' } },
    { name: 'module', path: '/script', element: { tag: 'script', type: 'module' } },
    { name: 'stylesheet', path: '/echo', element: { tag: 'link', rel: 'stylesheet' } },
    {
      name: 'preload as fetch',
      path: '/echo',
      element: { tag: 'link', rel: 'preload', as: 'fetch', crossorigin: 'anonymous' },
    },
    { name: 'iframe', path: '/document', element: { tag: 'iframe' } },
    { name: 'object', path: '/document', element: { tag: 'object' } },
  ]),
  ...own('element', [
    { name: 'img not protected', path: '/open/image', element: { tag: 'img' } },
    { name: 'track', path: '/track', element: { tag: 'track' } },
  ]),
  ...both('events', [
    { name: 'two events', path: '/events' },
    { name: 'with credentials', path: '/events', init: { credentials: 'include' } },
    ...each(['204', '404', '500'], (status) => ({ path: `/status/${status}` }), 'status '),
    { name: 'of another type', path: '/echo' },
    { name: 'redirected', path: '/redirect/307?to=/r/events' },
  ]),
  ...both(
    'beacon',
    each(['text', 'blob', 'json', 'buffer', 'form', 'params', 'empty'], (body) => ({ path: '/echo', body }), 'body '),
  ),
  ...both('import', [
    { name: 'of a module', path: '/script' },
    { name: 'of JSON', path: '/echo', with: 'json' },
    { name: 'of CSS', path: '/style', with: 'css' },
    { name: 'of text', path: '/cached', with: 'text' },
  ]),
  ...both('later', [
    { name: 'a GET', path: '/echo' },
    { name: 'a POST', path: '/echo', init: { method: 'POST', headers: { 'X-Own': 'Value' } }, body: 'text' },
  ]),
  ...own('worker', [{ name: 'a dedicated worker and its fetch', path: '/echo' }]),
]
