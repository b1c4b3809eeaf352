import { expect, test } from 'vitest'
import { inUtf8, readJson } from './body.ts'

const TEXT = '{"user":"Ada é"}'

const MARK = '\uFEFF'
const utf8 = (text: string) => new TextEncoder().encode(text)
const latin1 = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0))
/** @param first how many bits of a code unit its first byte is moved by: 0 for UTF-16LE, 8 for UTF-16BE */
const utf16 = (text: string, first: 0 | 8) =>
  Uint8Array.from(
    [...text].flatMap((character) => {
      const unit = character.charCodeAt(0)
      return [(unit >> first) & 0xff, (unit >> (8 - first)) & 0xff]
    }),
  )

test.each<readonly [string, string, Uint8Array<ArrayBuffer>]>([
  ['application/json', 'UTF-8', utf8(TEXT)],
  ['application/json; charset=utf-8', 'UTF-8', utf8(MARK + TEXT)],
  ['application/json;charset="ISO-8859-1"', 'Latin-1', latin1(TEXT)],
  ['application/json; charset=utf-16le', 'UTF-16', utf16(TEXT, 0)],
  ['application/json', 'UTF-16 with a byte order mark', utf16(MARK + TEXT, 0)],
  ['application/json', 'UTF-16 of the other order', utf16(MARK + TEXT, 8)],
  ['application/json; charset=latin1', 'UTF-8 with a byte order mark', utf8(MARK + TEXT)],
  ['application/json; charset=no-such', 'UTF-8', utf8(TEXT)],
])('%s in %s', async (type, _, bytes) => {
  const response = new Response(bytes, { headers: { 'content-type': type } })
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
