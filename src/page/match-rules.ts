import { matchRulesOf, type WrittenRules } from '../engine/match-rules.ts'
import { Matcher } from '../engine/matcher.ts'
import type { MatchRules } from '../protocol.ts'

/** Reads the configuration before the worker can be asked. The worker checks it; a wrong one matches nothing. */
export async function readMatcher(config: URL, fetch: typeof globalThis.fetch): Promise<Matcher> {
  try {
    const { sessions } = (await (await fetch(config.href)).json()) as { sessions: Record<string, WrittenRules> }
    return new Matcher(
      Object.entries(sessions).map(([session, written]) => matchRulesOf(session, written)),
      location.origin,
    )
  } catch {
    return new Matcher([], location.origin)
  }
}

/** Rules with what a worker of an older version does not say. */
export const completed = (rules: Pick<MatchRules, 'session' | 'resources'> & Partial<MatchRules>): MatchRules => ({
  except: [],
  capture: [],
  own: [],
  header: 'Authorization',
  replaces: [],
  navigations: false,
  destinations: ['image', 'audio', 'video', 'track'],
  exposeAccessToken: false,
  ...rules,
})
