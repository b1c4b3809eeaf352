import type { ConfigurationIssue } from '../../errors.ts'
import { namedBy } from '../../policy/placeholders.ts'
import { type Keys, pathOf } from './json-path.ts'
import { quoted } from './quoted.ts'
import { isObject } from './schema-branches.ts'

type Part = Readonly<Record<string, unknown>>

/** Refresh and sign-out as the file has them: the checked configuration does not tell what was written from a default. */
export function notesOnCalls(value: unknown): readonly ConfigurationIssue[] {
  const { sessions } = Object(value) as { readonly sessions?: unknown }
  return Object.entries(Object(sessions) as object).flatMap(([name, session]) =>
    isObject(session)
      ? [...callsOf(session).flatMap(placeholdersOfOthers), ...idleTokenField(session), ...scopes(session)].map(
          ([keys, message]) => ({ path: pathOf(['sessions', name, ...keys]), message }),
        )
      : [],
  )
}

type Found = readonly [keys: Keys, message: string]

const callsOf = (session: Part): readonly (readonly [string, Part])[] =>
  ['refresh', 'signOut'].flatMap((key) => {
    const call = session[key]
    return isObject(call) ? [[key, call] as const] : []
  })

const NAME = '(?:refreshToken|accessToken|cookie:[^{}"\\\\\\s]*)'
/** `${refreshToken}` and the like: what template languages write, and what is sent as it stands. */
const OTHER_PLACEHOLDERS = [
  new RegExp(`\\$\\{${NAME}\\}|\\{\\{[^{}]*\\}\\}|[%<:](?:refreshToken|accessToken)\\b[%>]?`),
  // With spaces it is a selection of GraphQL, unless the whole text is that.
  new RegExp(`^"(?:[\\w-]+ )?(\\{(?:\\s+${NAME}\\s*|\\s*${NAME}\\s+)\\})"$`),
  /\{\s*cookies?\s*(?:[.[(]|::?)\s*\\?["']?[\w-]+\\?["']?[\])]?\s*\}/i,
]

function placeholdersOfOthers([call, described]: readonly [string, Part]): Found[] {
  return ['headers', 'parameters'].flatMap((part) =>
    Object.entries(Object(described[part]) as object).flatMap(([key, value]): Found[] => {
      const text = JSON.stringify(value)
      const found = OTHER_PLACEHOLDERS.map((pattern) => pattern.exec(text)).find((each) => each !== null)
      if (!found || key === 'query') return []
      const written = (found[1] ?? found[0]).replaceAll('\\"', "'")
      if (/^\{cookie:[^\s]+\}$/.test(written)) return []
      return [
        [
          [call, part, key],
          `${quoted(written)} is not how a placeholder is written here: write "{${nameIn(written)}}", without spaces and with nothing around the braces.`,
        ],
      ]
    }),
  )
}

function nameIn(written: string): string {
  const [, cookie] = /cookies?\s*\W+\s*([\w-]+)/i.exec(written) ?? []
  if (cookie !== undefined) return `cookie:${cookie}`
  return /accessToken/i.test(written) ? 'accessToken' : 'refreshToken'
}

/** The name of the field that is not added, since a placeholder says where the refresh token goes. */
function idleTokenField({ refresh }: Part): Found[] {
  if (!isObject(refresh) || refresh['tokenField'] === undefined) return []
  const { headers, parameters } = refresh as { headers?: Record<string, string>; parameters?: Part }
  if (!namedBy({ headers: headers ?? {}, parameters: parameters ?? {} }).refreshToken) return []
  return [
    [
      ['refresh', 'tokenField'],
      'This has no effect: the placeholder {refreshToken} says where the refresh token goes. Take one of the two out.',
    ],
  ]
}

/** Scopes that are parted by commas are one scope to the server. @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3 */
function scopes(session: Part): Found[] {
  const places: readonly Keys[] = [
    ['authorizationServer', 'scope'],
    ['refresh', 'parameters', 'scope'],
    ...(Array.isArray(session['resources'])
      ? session['resources'].map((_, index) => ['resources', index, 'scope'])
      : []),
  ]
  return places.flatMap((keys): Found[] => {
    const text = keys.reduce<unknown>((value, key) => (Object(value) as Record<string, unknown>)[key], session)
    if (typeof text !== 'string' || !text.includes(',')) return []
    const spaced = text
      .split(/[\s,]+/)
      .filter(Boolean)
      .join(' ')
    return [[keys, `${quoted(text)} has a comma, and scopes are separated by spaces: write ${quoted(spaced)}.`]]
  })
}
