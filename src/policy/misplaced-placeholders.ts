import type { Mistake } from './contradictions.ts'

const KNOWN = /\{(refreshToken|accessToken(:base64url)?|cookie:[^{}]*)\}/
/** Keys whose values may have placeholders. */
const PLACES = ['refresh.headers', 'refresh.parameters', 'signOut.headers', 'signOut.parameters']
/** Keys of a socket whose values may have placeholders. */
const SOCKET_PLACES = ['protocol', 'firstMessage']

/** Placeholders of a session where none is filled in, and those that there are not. */
export function misplacedPlaceholders(session: unknown): Mistake[] {
  const found: Mistake[] = []
  const walk = (value: unknown, keys: readonly string[]): void => {
    if (keys.length > 100) return
    if (typeof value === 'string') {
      const message = judge(value, keys)
      if (message) found.push([keys, message])
    } else if (typeof value === 'object' && value)
      for (const [key, member] of Object.entries(value)) {
        if (KNOWN.test(key))
          found.push([[...keys, key], `Move the placeholder into a value: names have none. ${EXAMPLE}`])
        walk(member, [...keys, key])
      }
  }
  walk(session, [])
  return found
}

function judge(text: string, keys: readonly string[]): string | undefined {
  const [first, , third = ''] = keys
  if (first === 'sockets' && SOCKET_PLACES.includes(third)) return unknownIn(text, OF_SOCKETS)
  return PLACES.includes(keys.slice(0, 2).join('.')) && keys.length > 2 ? unknownIn(text, OF_CALLS) : misplacedIn(text)
}

const EXAMPLE = 'Example: "headers": { "Authorization": "Bearer {refreshToken}" }.'

const misplacedIn = (text: string): string | undefined =>
  KNOWN.test(text)
    ? `Take the placeholder out: placeholders stand in values of "headers" and "parameters" of "refresh" and "signOut" only, and in "protocol" and "firstMessage" of "sockets". ${EXAMPLE}`
    : undefined

interface Placeholders {
  readonly known: RegExp
  readonly kinds: string
  readonly example: string
}

const OF_CALLS: Placeholders = {
  known: /^(refreshToken|accessToken|cookie:[!#$%&'*+.^`|~\w-]+)$/,
  kinds: '{refreshToken}, {accessToken} and {cookie:NAME}',
  example: EXAMPLE,
}
const OF_SOCKETS: Placeholders = {
  known: /^accessToken(:base64url)?$/,
  kinds: '{accessToken} and {accessToken:base64url}',
  example: 'Example: "protocol": "bearer.{accessToken:base64url}".',
}

/** A word in braces that stands in no other braces: `{ refresh { token } }` and the like are GraphQL. */
function unknownIn(text: string, { known, kinds, example }: Placeholders): string | undefined {
  let depth = 0
  for (const [part, name] of text.matchAll(/\{([a-z_][\w-]*(?::[^{}]*)?)\}|[{}]/gi)) {
    if (name === undefined) depth += part === '{' ? 1 : -1
    else if (depth <= 0 && !known.test(name))
      return `There is no placeholder ${part}: there are ${kinds}. ${example} Text in braces that is none needs a space, as in "{ me }".`
  }
  return undefined
}
