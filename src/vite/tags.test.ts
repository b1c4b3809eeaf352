import { expect, test } from 'vitest'
import { scriptTag } from './tags.ts'

const rows: readonly (readonly [
  behaviour: string,
  folder: string,
  tag: Parameters<typeof scriptTag>[1],
  attrs: object,
])[] = [
  ['nothing but the script', '/', { attributes: {} }, { src: '/bearer-worker.js' }],
  [
    'a worker of the site lies in the base',
    '/app/',
    { worker: 'sw.js', attributes: {} },
    { src: '/app/bearer-worker.js', 'data-worker': '/app/sw.js' },
  ],
  [
    'or where its URL says',
    '/app/',
    { worker: '/dev-sw.js?dev-sw', type: 'module', attributes: {} },
    { src: '/app/bearer-worker.js', 'data-worker': '/dev-sw.js?dev-sw', 'data-worker-type': 'module' },
  ],
  ['classic needs no word', './', { type: 'classic', attributes: {} }, { src: './bearer-worker.js' }],
  [
    'further attributes',
    '/',
    { attributes: { 'data-scope': '/', nonce: 'n' } },
    { src: '/bearer-worker.js', 'data-scope': '/', nonce: 'n' },
  ],
]

for (const [behaviour, folder, tag, attrs] of rows)
  test(behaviour, () => expect(scriptTag(folder, tag)).toEqual({ tag: 'script', attrs, injectTo: 'head-prepend' }))
