import { expect, test } from 'vitest'
import { inUtf8, readJson } from './body.ts'

const TEXT = '{"user":"Ada é"}'

test.each<readonly [string, string, Buffer]>([
  ['application/json', 'UTF-8', Buffer.from(TEXT)],
  ['application/json; charset=utf-8', 'UTF-8', Buffer.from(`\uFEFF${TEXT}`)],
  ['application/json;charset="ISO-8859-1"', 'Latin-1', Buffer.from(TEXT, 'latin1')],
  ['application/json; charset=utf-16le', 'UTF-16', Buffer.from(TEXT, 'utf16le')],
  ['application/json', 'UTF-16 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`, 'utf16le')],
  ['application/json', 'UTF-16 of the other order', Buffer.from(`\uFEFF${TEXT}`, 'utf16le').swap16()],
  ['application/json; charset=latin1', 'UTF-8 with a byte order mark', Buffer.from(`\uFEFF${TEXT}`)],
  ['application/json; charset=no-such', 'UTF-8', Buffer.from(TEXT)],
])('%s in %s', async (type, _, bytes) => {
  const response = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
  expect(await readJson(response, 1_000)).toEqual({ kind: 'json', value: { user: 'Ada é' } })
})

test.each([
  ['application/json', 'application/json'],
  ['application/json; charset=UTF-8', 'application/json; charset=UTF-8'],
  ['application/json;charset=utf8', 'application/json;charset=utf8'],
  ['application/json; charset="ISO-8859-1"', 'application/json; charset=utf-8'],
  ['text/plain;charset=utf-16;format=flowed', 'text/plain; charset=utf-8;format=flowed'],
])('the content type %s of a text that is in UTF-8 now: %s', (before, after) => {
  expect(inUtf8(before)).toBe(after)
})
