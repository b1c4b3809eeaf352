/** Text that may not reach a terminal as it is. */
/** The characters from one code point to another. */
export const range = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, at) => String.fromCodePoint(from + at))

/** What terminals act on, hide or reorder. */
export const UNPRINTABLE = [
  ...range(0x00, 0x1f),
  ...range(0x7f, 0x9f),
  ...range(0x200b, 0x200f),
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...[
    '\u00a0',
    '\u00ad',
    '\u061c',
    '\u115f',
    '\u180e',
    '\u3000',
    '\u3164',
    '\ufeff',
    '\ufff9',
    '\ud800',
    '\udfff',
    '\u{e0041}',
    '\u{1d173}',
  ],
]
/** What a text of these looks like: colours, the title of the window, a line that is overwritten. */
const SEQUENCES = [
  '\x1b[31mred',
  '\x1b]0;title\x07',
  '\x1b]8;;https://evil.example\x07',
  'good\rbad',
  '\x9b2J',
  '\x1b[2K\x1b[1A',
]
export const EVERYTHING = `${UNPRINTABLE.join('x')}${SEQUENCES.join('')}`
