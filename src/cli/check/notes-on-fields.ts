import type { ConfigurationIssue } from '../../errors.ts'
import { type Keys, pathOf } from './json-path.ts'
import { quoted } from './quoted.ts'
import { isObject } from './schema-branches.ts'

interface Field {
  readonly text: string
  readonly keys: Keys
}

/** What is wrong with a path that is legal, and how it is probably meant. */
const EXPLANATIONS: readonly ((text: string) => string | undefined)[] = [
  (text) =>
    /^headers?[.:]\s*./i.test(text) && !text.startsWith('header:')
      ? `${quoted(text)} is read as names in the JSON body: write ${quoted(text.replace(/^headers?[.:]\s*/i, 'header:'))} for a header of the answer.`
      : undefined,
  (text) =>
    /^(set-)?cookies?:/i.test(text)
      ? `${quoted(text)} is read as a name in the JSON body: no script can read a cookie that an answer sets. With the refresh token in a cookie, write "body": "none" and "credentials" in "refresh".`
      : undefined,
  (text) =>
    /^\$\.?|^\/|\[[\d*]*\]/.test(text)
      ? `${quoted(text)} looks like JSONPath or a JSON pointer, and these are names joined by dots: write ${quoted(dotted(text))}.`
      : undefined,
  (text) =>
    text.includes('**')
      ? `${quoted(text)} has "**": one "*" is any index of an array, and there is nothing for any depth. Write each level, as in "errors.*.code".`
      : undefined,
]

/** Paths into an answer, as the file has them: the checked configuration has them in a form of its own. */
export function notesOnFields(value: unknown): readonly ConfigurationIssue[] {
  const { sessions } = Object(value) as { readonly sessions?: unknown }
  const fields = Object.entries(Object(sessions) as object).flatMap(([name, session]) =>
    fieldsIn(session, ['sessions', name]),
  )
  return fields.flatMap(({ text, keys }) => {
    const message = EXPLANATIONS.map((explain) => explain(text)).find((found) => found !== undefined)
    return message === undefined ? [] : [{ path: pathOf(keys), message }]
  })
}

/** Those of a session, of its refresh, and of each request that is captured. */
function fieldsIn(part: unknown, keys: Keys): Field[] {
  if (!isObject(part)) return []
  const { tokenFields, errorField, refresh, capture } = part
  return [
    ...Object.entries(Object(tokenFields) as object).flatMap(([key, field]) =>
      textsIn(field, [...keys, 'tokenFields', key]),
    ),
    ...textsIn(errorField, [...keys, 'errorField']),
    ...fieldsIn(refresh, [...keys, 'refresh']),
    ...(Array.isArray(capture) ? capture.flatMap((each, index) => fieldsIn(each, [...keys, 'capture', index])) : []),
  ]
}

/** A path, several, or an object that has one as its "at". */
function textsIn(field: unknown, keys: Keys): Field[] {
  if (typeof field === 'string') return [{ text: field, keys }]
  if (Array.isArray(field)) return field.flatMap((each, index) => textsIn(each, [...keys, index]))
  const { at } = Object(field) as { readonly at?: unknown }
  return at === undefined ? [] : textsIn(at, [...keys, 'at'])
}

const dotted = (field: string) =>
  field
    .replace(/^\$\.?|^\//, '')
    .replaceAll('/', '.')
    .replaceAll(/\[([\d*]*)\]/g, (_, index) => `.${index || '0'}`)
    .replace(/^\./, '')
