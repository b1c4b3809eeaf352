import type { SessionConfiguration } from '../policy/configuration.ts'
import { refreshNeeds } from '../policy/refresh-needs.ts'
import type { DirectRules, MatchRules } from '../protocol.ts'
import { matchRulesOf } from './match-rules.ts'

/** What worker and page know of a checked session to match its requests, and the page to authorize them itself. */
export function sessionRulesOf(config: SessionConfiguration): MatchRules {
  const rules = matchRulesOf(config.name, config)
  return config.direct && !config.authorizationServer?.dpop ? { ...rules, direct: directRulesOf(config) } : rules
}

/** A session whose tokens are bound to a key goes by the worker: see docs/decisions/0006-direct.md. */
function directRulesOf(config: SessionConfiguration): DirectRules {
  const { scheme, invalidToken, maxReplayBytes, authorizationServer } = config
  const { statuses, errorCodes } = invalidToken
  return {
    ...(scheme !== undefined && { scheme }),
    statuses,
    errorCodes,
    maxReplayBytes,
    refreshBy: refreshNeeds(config),
    issuer: authorizationServer?.issuer,
  }
}
