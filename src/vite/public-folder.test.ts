import { expect, test } from 'vitest'
import { publicFolder } from './public-folder.ts'

const rows: readonly (readonly [behaviour: string, base: string, page: string | undefined, folder: string])[] = [
  ['the root', '/', undefined, '/'],
  ['a folder', '/app/', '/about/index.html', '/app/'],
  ['relative, seen from the start page', './', '/index.html', './'],
  ['relative, seen from a page in a folder', './', '/about/index.html', '../'],
  ['empty is relative', '', '/a/b/index.html', '../../'],
]

for (const [behaviour, base, page, folder] of rows) test(behaviour, () => expect(publicFolder(base, page)).toBe(folder))

test('another origin is refused, with the cure', () => {
  expect(() => publicFolder('https://cdn.example.com/')).toThrow(/bearer-worker init/)
})
