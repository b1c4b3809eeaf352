import type { Mistake } from './contradictions.ts'
import { readPath } from './paths.ts'

/** Mistakes of `resources` that want an access token of their own, which no refresh of the session can bring. */
export function apiMistakes(session: unknown): Mistake[] {
  const resources = readPath(session, 'resources')
  const message = whyNoToken(session)
  if (!Array.isArray(resources) || message === undefined) return []
  return resources.flatMap((each: unknown, index): Mistake[] => {
    const key = ['resource', 'scope'].find((name) => typeof readPath(each, name) === 'string')
    return key === undefined ? [] : [[['resources', `${index}`, key], message]]
  })
}

function whyNoToken(session: unknown): string | undefined {
  const has = (key: string) => readPath(session, key) !== undefined
  if (!has('refresh') && !has('authorizationServer') && !has('vault'))
    return 'Write "refresh" or "authorizationServer", or the pattern alone: an access token of its own comes from a refresh.'
  if (readPath(session, 'refresh.body') !== 'none') return undefined
  return 'Write "body": "form" or "json" in "refresh": its body says which access token is wanted, and "none" sends no body.'
}
