import { type AnswerHeaders, type TokenFields, tokensAt } from './tokens.ts'

/**
 * Tokens shorter than this are not searched for inside other texts, since these contain them at random. A text that
 * equals a token is always removed.
 */
const SHORTEST_CONTAINED = 4
/** A body is cut at this depth of nesting: what is deeper was not searched for tokens. */
const DEEPEST = 500
/** Layers of escapes that are removed before a text is searched, e.g. a URL in JSON in a URL. */
const ESCAPED = 3

/** A captured body as the page gets it: no field that holds a token, no other text that is one or contains one. */
export function withoutTokens(body: unknown, fields: TokenFields, headers: AnswerHeaders = []): unknown {
  const leaks = leaksOf(body, fields, headers)
  const paths = pathsOf(fields)
    .filter((path) => !path.startsWith('header:'))
    .map((path) => path.split('.'))
  const copy = (value: unknown, open: readonly (readonly string[])[], depth: number): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const isList = Array.isArray(value)
    const members: [string, unknown][] = []
    for (const [key, member] of Object.entries(value)) {
      const next = open.filter(([name]) => name === key || (name === '*' && isList)).map((path) => path.slice(1))
      if (next.some((path) => path.length === 0) || leaks(member) || leaks(key) || depth === 0) continue
      members.push([key, copy(member, next, depth - 1)])
    }
    return isList ? members.map(([, member]) => member) : Object.fromEntries(members)
  }
  return leaks(body) ? null : copy(body, paths, DEEPEST)
}

/** A captured body that is no JSON, as the page gets it: nothing of a text that contains a token. */
export function textWithoutTokens(text: string, fields: TokenFields, headers: AnswerHeaders): string {
  return leaksOf(undefined, fields, headers)(text) ? '' : text
}

/** The names of the headers that the page does not get: those of `tokenFields`, and every other that contains a token. */
export function headersWithTokens(headers: AnswerHeaders, fields: TokenFields, body: unknown): string[] {
  const leaks = leaksOf(body, fields, headers)
  const listed = pathsOf(fields).map((path) => path.toLowerCase())
  return [...headers]
    .filter(([name, value]) => listed.includes(`header:${name.toLowerCase()}`) || leaks(value))
    .map(([name]) => name)
}

const pathsOf = ({ accessToken, refreshToken, idToken }: TokenFields): readonly string[] => [
  ...accessToken,
  ...refreshToken,
  ...idToken,
]

/** Whether a value is a token of this answer, or contains one. */
const leaksOf = (body: unknown, fields: TokenFields, headers: AnswerHeaders): ((value: unknown) => boolean) =>
  containing(tokensAt(body, pathsOf(fields), headers))

/** Whether a value is one of these tokens, or contains one, however it is escaped. */
export function containing(tokens: readonly string[]): (value: unknown) => boolean {
  const secrets = new Set(tokens)
  // A token may itself look escaped: compare each layer of the token with each layer of the text.
  const contained = [...new Set([...secrets].flatMap(layersOf))].filter((text) => text.length >= SHORTEST_CONTAINED)
  return (value) =>
    typeof value === 'string' &&
    (secrets.has(value) || layersOf(value).some((text) => contained.some((secret) => text.includes(secret))))
}

/** A text, and what is below each layer of escapes. */
function layersOf(text: string): string[] {
  const layers = [text]
  for (let plain = unescaped(text); plain !== layers.at(-1) && layers.length <= ESCAPED; plain = unescaped(plain))
    layers.push(plain)
  return layers
}

/** One layer of percent-encoding, and of the escapes of JSON, JavaScript and HTML, taken off. */
function unescaped(text: string): string {
  if (!/[%\\&]/.test(text)) return text
  return text
    .replace(/\\u([\da-f]{4})|(?:%|\\x)([\da-f]{2})|&#x([\da-f]{1,6});/gi, (_, ...hex) =>
      String.fromCharCode(
        parseInt(
          hex.find((each) => each !== undefined),
          16,
        ),
      ),
    )
    .replace(/\\(["\\/])/g, '$1')
    .replace(/&(?:#(\d{1,7})|(amp|quot|lt|gt|apos));/g, (_, code: string | undefined, name: string) =>
      code === undefined ? ENTITIES[name]! : String.fromCharCode(Number(code)),
    )
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', quot: '"', lt: '<', gt: '>', apos: "'" }
