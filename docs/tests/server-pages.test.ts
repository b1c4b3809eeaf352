/** The pages of docs/servers are made from the files of src/servers. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FOLDER, serverPages } from '../../scripts/servers-doc-pages.ts'

const root = join(import.meta.dirname, '../..')
const pages = serverPages()

test.each([...pages])('docs/servers/%s', (name, text) => {
  const file = join(root, FOLDER, name)
  expect(existsSync(file) ? readFileSync(file, 'utf8') : '', 'npm run docs:servers writes it anew').toBe(text)
})

test('there is no other page', () => {
  expect(readdirSync(join(root, FOLDER)).filter((name) => !pages.has(name))).toEqual([])
})
