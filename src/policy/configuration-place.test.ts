import { expect, test } from 'vitest'
import { isBeside } from './configuration-place.ts'

const SCRIPT = 'https://app.example/pwa/bearer-worker.sw.js?config=%2Fx&revision=1'

test.each([
  ['/pwa/bearer-worker.json', true],
  ['/pwa/settings.json', true],
  ['/pwa/bearer-worker.test.json', true],
  ['/bearer-worker.json', false],
  ['/pwa/uploads/x.json', false],
  ['/uploads/x.json', false],
  ['/pwa/download?file=x.json', false],
  ['/pwa/x.json?file=uploads/x.json', false],
  ['/pwa/uploads%2Fx.json', false],
  ['/pwa/..%2Fuploads/x.json', false],
  ['/pwa/x.json;uploads/x.json', false],
  ['/pwa/x.json/', false],
  ['/pwa/', false],
  ['/pwa/x', false],
  ['/pwa2/x.json', false],
  ['/PWA/x.json', false],
])('%s lies beside the script: %s', (path, expected) => {
  expect(isBeside(new URL(path, SCRIPT).href, SCRIPT)).toBe(expected)
})

test('another origin is not beside', () => {
  expect(isBeside('https://evil.example/pwa/bearer-worker.json', SCRIPT)).toBe(false)
  expect(isBeside('https://app.example:444/pwa/bearer-worker.json', SCRIPT)).toBe(false)
})
