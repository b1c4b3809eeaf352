import type { Mistake } from './contradictions.ts'

const KNOWN = /\{(refreshToken|accessToken|cookie:[^{}]*)\}/
const KINDS = '{refreshToken}, {accessToken} and {cookie:NAME}'
/** Where placeholders may stand in values; other keys of a session that have placeholders of their own check them themselves. */
const PLACES = ['refresh.headers', 'refresh.parameters', 'signOut.headers', 'signOut.parameters']
const EXEMPT: readonly string[] = []

/** Placeholders of a session where none is filled in, and those that there are not. */
export function misplacedPlaceholders(session: unknown): Mistake[] {
  const found: Mistake[] = []
  const walk = (value: unknown, keys: readonly string[]): void => {
    const place = keys.slice(0, 2).join('.')
    if (EXEMPT.includes(keys[0]!) || keys.length > 100) return
    if (typeof value === 'string') {
      const message = PLACES.includes(place) && keys.length > 2 ? unknownIn(value) : misplacedIn(value)
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

const EXAMPLE = 'Example: "headers": { "Authorization": "Bearer {refreshToken}" }.'

const misplacedIn = (text: string): string | undefined =>
  KNOWN.test(text)
    ? `Take the placeholder out: placeholders stand in values of "headers" and "parameters" of "refresh" and "signOut" only. ${EXAMPLE}`
    : undefined

/** A word in braces that stands in no other braces: `{ refresh { token } }` and the like are GraphQL. */
function unknownIn(text: string): string | undefined {
  let depth = 0
  for (const [part, name] of text.matchAll(/\{([a-z_][\w-]*(?::[^{}]*)?)\}|[{}]/gi)) {
    if (name === undefined) depth += part === '{' ? 1 : -1
    else if (depth <= 0 && !/^(refreshToken|accessToken|cookie:[!#$%&'*+.^`|~\w-]+)$/.test(name))
      return `There is no placeholder ${part}: there are ${KINDS}. ${EXAMPLE} Text in braces that is none needs a space, as in "{ me }".`
  }
  return undefined
}
