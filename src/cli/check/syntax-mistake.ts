import { type Node, type ParseError, printParseErrorCode } from 'jsonc-parser'

/** What is wrong with a text that is no JSON, and how to write it; one sentence for the first thing that cannot be read. */
export function sentenceOf({ error, offset }: ParseError, text: string, root: Node | undefined): string {
  if (text.trim() === '') return 'The file is empty. npx bearer-worker init <folder> writes one to start from.'
  const rest = text.slice(offset, offset + 80)
  if (rest === '') return `The file ends too early: ${unclosed(text, root)}.`
  if (/^[\w$-]+\s*:/.test(rest)) return `Write the key in double quotes: "${wordAt(rest)}".`
  if (/^\d/.test(rest) && /[\s:,[]-?0$/.test(text.slice(0, offset))) return 'Write the number without a leading zero.'
  return (
    strangerAt(rest) ?? SENTENCES[printParseErrorCode(error)]?.(wordAt(rest)) ?? `JSON has no ${wordAt(rest)} here.`
  )
}

/** What other languages have and JSON has not, by how it begins. */
function strangerAt(rest: string): string | undefined {
  if (/^</.test(rest)) return 'This is HTML or XML, not JSON.'
  if (/^['‘’`]/.test(rest)) {
    const [, word = '…'] = /^['‘’`]([^'‘’`"\\\n]{1,40})['‘’`]/.exec(rest) ?? []
    return `Write text in double quotes, as in "${word}", not in single ones.`
  }
  if (/^[“”„«»]/.test(rest)) return 'Write straight double quotes ("…"), not typographic ones.'
  if (/^#/.test(rest)) return 'Take out this comment: JSON has none.'
  if (/^(undefined|None|nil)\b/.test(rest)) return `JSON has no ${wordAt(rest)}: leave the key out.`
  if (/^(True|TRUE|False|FALSE)\b/.test(rest))
    return `Write ${wordAt(rest).toLowerCase()}: JSON's words are lower case.`
  if (/^[-+]?(NaN|Infinity)\b/.test(rest)) return `JSON has no ${wordAt(rest)}: write a number.`
  if (/^\+\d|^-?\.\d|^0[xXoObB]/.test(rest)) return `Write ${wordAt(rest)} as a decimal number, as in 0.5 or 10.`
  if (/^[\u00a0\u2000-\u200b\u2028\u2029\u3000\ufeff]/.test(rest))
    return 'Here is an invisible character that JSON does not take for a space: delete it.'
  return undefined
}

const SENTENCES: Readonly<Record<string, (word: string) => string>> = {
  PropertyNameExpected: (word) =>
    /^[\w$]/.test(word)
      ? `Write the key in double quotes: "${word}".`
      : `A key in double quotes is missing before ${word}.`,
  ValueExpected: (word) => `A value is missing before ${word}.`,
  ColonExpected: (word) => `A colon is missing before ${word}.`,
  CommaExpected: (word) => `A comma is missing before ${word}.`,
  CloseBraceExpected: (word) => `A comma or "}" is missing before ${word}.`,
  CloseBracketExpected: (word) => `A comma or "]" is missing before ${word}.`,
  EndOfFileExpected: (word) => `The configuration ends before ${word}: take out what follows it.`,
  UnexpectedEndOfString: () => 'This text has no closing quote on its line.',
  UnexpectedEndOfComment: () => 'This comment is not closed; and JSON has no comments: take it out.',
  UnexpectedEndOfNumber: (word) => `The number ${word} is not complete.`,
  InvalidEscapeCharacter: () =>
    'A backslash stands in this text: write "/" in paths, and "\\\\" where a backslash is meant.',
  InvalidUnicode: () => 'Write four hexadecimal digits after \\u, as in "\\u00e9".',
  InvalidCharacter: () =>
    'A tab, a line break or another control character stands in this text: write it as \\t, \\n or \\u….',
  InvalidSymbol: (word) => `Write ${word} in double quotes, if it is text: JSON knows no such word.`,
  InvalidNumberFormat: (word) => `${word} is no number of JSON.`,
}

/** The word or the sign that a text begins with, as it is quoted in a sentence. */
function wordAt(rest: string): string {
  return /^("(?:[^"\\\n]|\\.){0,40}"?|[\w$.+-]{1,40})/.exec(rest)?.[0] ?? [...rest][0]!
}

function unclosed(text: string, root: Node | undefined): string {
  if (!root) return 'a value is missing'
  const last = text.trimEnd().at(-1)
  if (last === ':' || last === ',') return `something is missing after "${last}"`
  return `a bracket, a brace or a quote is not closed`
}
