/** What the doctor says nothing about, and what it only notes. */
import { describe, expect, test } from 'vitest'
import { type Answers, JS, TAG, banner, configuration, healthy, html, main, visit } from './doctor-sites.ts'

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
      'resources that are the whole site',
      () => ({
        '/': { ...html(TAG), headers: { 'cache-control': 'no-store' } },
        '/bearer-worker.json': configuration({ ...main(), resources: ['/:page*'] }),
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
    ['the script tag is in the body', 'script-tag-in-body', () => ({ '/': html(`<p>Hello<img src="/a.png">${TAG}`) })],
    [
      'the script tag is in the body, after modules',
      'script-tag-in-body',
      () => ({
        '/': html(`<script type="module" src="/app.js"></script><p>Hello${TAG}`),
        '/app.js': { type: JS, body: '' },
      }),
    ],
    [
      'an address that an API may not know answers with the start page',
      'api-start-page',
      () => ({ '/api/': html(TAG) }),
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
