import { readPath } from './paths.ts'
import type { TokenFields } from './configuration.ts'

/** A captured body as the page gets it: no field that holds a token, and no other string that equals one. */
export function withoutTokens(body: unknown, fields: TokenFields): unknown {
  const paths = [fields.accessToken, fields.refreshToken, fields.idToken]
  const secrets = new Set(
    paths.map((path) => readPath(body, path)).filter((value) => typeof value === 'string' && value !== ''),
  )
  const kept = (value: unknown, path: string): boolean => !secrets.has(value) && !paths.includes(path)
  const copy = (value: unknown, path: string): unknown => {
    if (typeof value !== 'object' || value === null) return value
    const members = Object.entries(value)
      .filter(([key, member]) => kept(member, path + key))
      .map(([key, member]) => [key, copy(member, `${path}${key}.`)] as const)
    return Array.isArray(value) ? members.map(([, member]) => member) : Object.fromEntries(members)
  }
  return copy(body, '')
}
