import type { TokenFields } from './tokens.ts'

/** Why an answer has brought no access token. */
export interface NoToken {
  /** The paths that were looked at. */
  readonly looked: readonly string[]
  /** Paths of the members that were found instead: names only, no value. */
  readonly found: readonly string[]
}

const DEEPEST = 4
const MOST = 20
/** What is longer, or no name, may be a token itself. */
const NAME = /^[a-z_$][\w$-]{0,29}$/i

/** What was looked for in a body, and the names that it has. */
export function noTokenIn(body: unknown, { accessToken }: Pick<TokenFields, 'accessToken'>): NoToken {
  const found = new Set<string>()
  const walk = (value: unknown, path: readonly string[]): void => {
    if (found.size >= MOST) return
    const isInner = typeof value === 'object' && value !== null && path.length < DEEPEST
    const members = isInner ? Object.entries(value) : []
    if (members.length === 0 && path.length) found.add(path.join('.'))
    for (const [key, member] of members.slice(0, MOST)) {
      const name = Array.isArray(value) ? '*' : key
      if (name === '*' || NAME.test(name)) walk(member, [...path, name])
    }
  }
  walk(body, [])
  return { looked: accessToken, found: [...found] }
}
