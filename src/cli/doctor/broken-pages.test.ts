/** Sites that are broken in one way each, by script tags and what stands before them: the doctor names the cause, and the cure. */
import { namesTheCause } from './broken-sites.ts'
import { JS, TAG, html } from './doctor-sites.ts'

namesTheCause([
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
    'a <base> before the tag leads to another folder',
    () => ({
      ofSite: { '/': html('<base href="/app/"><script src="bearer-worker.js"></script>') },
    }),
    'script-missing',
    /\/app\/bearer-worker/,
  ],
  [
    'the script tag stands there twice',
    () => ({ ofSite: { '/': html(`${TAG}${TAG}`) } }),
    'script-tag-twice',
    /2 script tags.*Keep one of/,
  ],
  [
    'two script tags with attributes of their own',
    () => ({ ofSite: { '/': html(`${TAG}<script src="/bearer-worker.js" data-scope="/"></script>`) } }),
    'script-tag-twice',
    /only the first one counts/,
  ],
  [
    'the script tag is at the end of the body, after the app',
    () => ({
      ofSite: { '/': html(`<p>Hello<script src="/app.js"></script>${TAG}`), '/app.js': { type: JS, body: '' } },
    }),
    'script-tag-not-first',
    /app\.js/,
  ],
])
