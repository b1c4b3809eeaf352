import { createScanner, type Node, type ParseError, parseTree } from 'jsonc-parser'
import type { Mistake } from './mistake.ts'
import { sentenceOf } from './syntax-mistake.ts'

/** The text of a file, as far as it could be read. */
export interface Source {
  readonly text: string
  /** The value, comments and trailing commas taken out; missing where the text cannot be read as JSON. */
  readonly parsed?: { readonly value: unknown; readonly root: Node }
  readonly mistakes: readonly Mistake[]
}

/** No configuration is nested deeper, and parsers that call themselves need a limit. */
const DEEPEST = 100

/** No configuration is longer, and what searches it need not be quick for megabytes. */
const LONGEST = 131_072

const BYTE_ORDER_MARK = '\uFEFF'

/** Reads JSON, and names what other formats have and JSON has not: a byte order mark, comments, trailing commas. */
export function readSource(input: string | Uint8Array): Source {
  if (input.length > LONGEST)
    return { text: '', mistakes: [{ path: '', message: 'The file is longer than 128 KiB: that is no configuration.' }] }
  const { text: decoded, mistakes } = typeof input === 'string' ? { text: input, mistakes: [] } : decode(input)
  const marked = decoded.startsWith(BYTE_ORDER_MARK)
  const text = marked ? decoded.slice(1) : decoded
  if (marked)
    mistakes.push({
      path: '',
      offset: 0,
      accepted: true,
      message:
        'The file begins with a byte order mark, which JSON does not allow (RFC 8259, section 8.1): save it as "UTF-8", not as "UTF-8 with BOM".',
    })
  const { clean, depth, ...found } = withoutExtras(text)
  if (depth > DEEPEST)
    mistakes.push({
      path: '',
      message: `The values are nested more than ${DEEPEST} levels deep: that is no configuration.`,
    })
  else {
    const errors: ParseError[] = []
    const root = parseTree(clean, errors, { disallowComments: true, allowTrailingComma: false })
    const [first] = errors.toSorted((a, b) => a.offset - b.offset)
    // Behind what cannot be read, nothing is what it looks like: 'a/*' is no comment.
    const certain = found.mistakes.filter(({ offset = 0 }) => offset < (first?.offset ?? Infinity))
    mistakes.push(...certain)
    if (first) mistakes.push({ path: '', offset: first.offset, message: sentenceOf(first, clean, root) })
    else {
      const read = parse(clean)
      if (root && 'value' in read) return { text, parsed: { value: read.value, root }, mistakes }
      mistakes.push({ path: '', message: 'This is not JSON.', ...('mistake' in read && read.mistake) })
    }
  }
  return { text, mistakes }
}

/** JSON.parse has the last word: it is what the worker asks. */
function parse(text: string): { readonly value: unknown } | { readonly mistake: Mistake } {
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    const { message } = error as Error
    const offset = /position (\d+)/.exec(message)?.[1]
    return {
      mistake: {
        path: '',
        message: `This is not JSON: ${message}`,
        ...(offset !== undefined && { offset: Number(offset) }),
      },
    }
  }
}

function decode(bytes: Uint8Array): { text: string; mistakes: Mistake[] } {
  const wide = wideEncodingOf(bytes)
  if (wide)
    return {
      text: new TextDecoder(wide).decode(bytes),
      mistakes: [
        { path: '', offset: 0, message: 'The file is UTF-16: save it as UTF-8, which is what JSON is written in.' },
      ],
    }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes), mistakes: [] }
  } catch {
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
    return {
      text,
      mistakes: [
        {
          path: '',
          offset: text.indexOf('\uFFFD') - (text.startsWith(BYTE_ORDER_MARK) ? 1 : 0),
          accepted: true,
          message: 'Here are bytes that are not UTF-8, which browsers replace by "�": save the file as UTF-8.',
        },
      ],
    }
  }
}

/** By its byte order mark, or by the zero that every second byte of ASCII is. */
function wideEncodingOf([first, second]: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if ((first === 0xff && second === 0xfe) || (first !== undefined && first !== 0 && second === 0)) return 'utf-16le'
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== undefined && second !== 0)) return 'utf-16be'
  return undefined
}

/** Comments and trailing commas, as mistakes; and the text with spaces in their place, so that every offset stays. */
function withoutExtras(text: string): { clean: string; depth: number; mistakes: Mistake[] } {
  const scanner = createScanner(text, false)
  const comments: number[] = []
  const gaps: { readonly from: number; readonly to: number }[] = []
  const mistakes: Mistake[] = []
  let depth = 0
  let deepest = 0
  let comma: number | undefined
  for (scanner.scan(); scanner.getTokenOffset() < text.length; scanner.scan()) {
    const from = scanner.getTokenOffset()
    const to = from + scanner.getTokenLength()
    const sign = text[from]!
    if (/\s/.test(sign)) continue
    if (sign === '/' && /[/*]/.test(text[from + 1] ?? '')) {
      comments.push(from)
      gaps.push({ from, to })
      continue
    }
    const closes = sign === '}' || sign === ']'
    if (closes && comma !== undefined) {
      gaps.push({ from: comma, to: comma + 1 })
      mistakes.push({
        path: '',
        offset: comma,
        message: `Take out this trailing comma: JSON has none before "${sign}".`,
      })
    }
    comma = sign === ',' ? from : undefined
    if (sign === '{' || sign === '[') deepest = Math.max(deepest, ++depth)
    if (closes) depth--
  }
  if (comments.length > 0) mistakes.unshift(commentsIn(text, comments))
  return { clean: blanked(text, gaps), depth: deepest, mistakes }
}

function commentsIn(text: string, offsets: readonly number[]): Mistake {
  const lines = [...new Set(linesOf(text, offsets))]
  const which = lines.length === 1 ? 'Take out this comment' : `Take out the comments of the lines ${listOf(lines)}`
  return { path: '', offset: offsets[0]!, message: `${which}: JSON has none.` }
}

function linesOf(text: string, offsets: readonly number[]): number[] {
  let line = 1
  let at = 0
  return offsets.map((offset) => {
    for (; at < offset; at++) if (text[at] === '\n') line++
    return line
  })
}

const listOf = (lines: readonly number[]) =>
  lines.length > 6
    ? `${lines.slice(0, 5).join(', ')} and ${lines.length - 5} more`
    : `${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`

function blanked(text: string, gaps: readonly { readonly from: number; readonly to: number }[]): string {
  const parts: string[] = []
  let at = 0
  for (const { from, to } of gaps.toSorted((a, b) => a.from - b.from)) {
    parts.push(text.slice(at, from), text.slice(from, to).replaceAll(/[^\n\r]/g, ' '))
    at = to
  }
  return parts.join('') + text.slice(at)
}
