/**
 * What a terminal acts on, hides or reorders instead of showing it: control characters (C0, DEL, C1), format characters
 * (bidirectional ones among them), lone surrogates, unassigned and ignorable code points, and every space but the usual one.
 * @see https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]|(?! )\p{Zs}/gu

/** Longer texts of a file or a site are cut in the middle. */
const LONGEST = 400

/** A text that somebody else wrote, as it may be printed: on one line, each unprintable character as JSON would escape it. */
export function printable(text: string): string {
  // Cut first: a line of ten megabytes need not be searched.
  const cut = text.length <= LONGEST ? text : `${text.slice(0, LONGEST / 2)} … ${text.slice(-LONGEST / 2)}`
  return escaped(cut)
}

/** JSON with every unprintable character escaped, so that it may go to a terminal; it parses to the same value. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, null, 2).split('\n').map(escaped).join('\n')
}

const escaped = (text: string) => text.replaceAll(UNPRINTABLE, asJson)

function asJson(character: string): string {
  return Array.from({ length: character.length }, (_, at) => character.charCodeAt(at))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('')
}
