import { documentationOf } from '../documentation.ts'
import { quoted } from './quoted.ts'
import type { WrongType } from './wrong-type.ts'

const WORD = /^[\w-]+$/

/** A scheme that is more than the one word before the token. @see https://www.rfc-editor.org/rfc/rfc9110#section-11.4 */
export function explainWrongScheme(text: string): WrongType | undefined {
  const [, word = '', rest = ''] = /^\s*([\w-]*)([^]*)$/.exec(text) ?? []
  // `Bearer {accessToken}`, `Bearer:`, `Bearer `: nothing but the token follows the word.
  const follows = rest.replace(/\$?\{\{?\s*\w+\s*\}?\}|<\w+>/, '').trim()
  if (rest.trim() === '') return undefined
  if (follows === '' || follows === ':') {
    if (!WORD.test(word)) return { message: 'Write "scheme": "" for the bare token: the worker adds the token itself.' }
    return {
      message: `Write ${quoted(word)} alone, not ${quoted(text)}: the worker adds a space and the token.`,
      instead: word,
    }
  }
  if (!/[=,"']/.test(follows)) return undefined
  return {
    message: `Write one word, such as ${quoted(WORD.test(word) ? word : 'Token')}: the header is that word, a space and the token, and no parameter such as token="…" can be written around it. Rails reads "Token" with the token alone, too; for other servers see ${documentationOf('describe-a-server.md#what-cannot-be-described')}.`,
  }
}
