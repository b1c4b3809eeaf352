import type { StoredConfiguration } from '../../engine/configuration-in-force.ts'
import { sessionRules } from '../../engine/session-rules.ts'
import { Matcher } from '../../engine/matcher.ts'
import type { MatchRules } from '../../protocol.ts'
import { version } from '../../version.ts'

export interface StoredRules {
  readonly rules: readonly MatchRules[]
  readonly matcher: Matcher
}

/**
 * What requests match, as an earlier life of the worker has stored it: undefined for what another build has checked, or what
 * is no configuration. Any script of the origin can have written it, and so it says only which requests get the access token.
 */
export function storedRules(stored: unknown): StoredRules | undefined {
  const { build, configuration } = Object(stored) as Partial<StoredConfiguration>
  if (build !== version || !configuration) return undefined
  try {
    const rules = configuration.sessions.map(sessionRules)
    return { rules, matcher: new Matcher(rules, location.origin) }
  } catch {
    return undefined
  }
}
