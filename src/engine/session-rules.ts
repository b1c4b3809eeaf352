import type { SessionConfiguration } from '../policy/configuration.ts'
import { refreshNeeds } from '../policy/refresh-needs.ts'
import type { DirectRules, MatchRules } from '../protocol.ts'
import { matchRulesOf } from './match-rules.ts'

/** What worker and page match the requests of a session with, and what a page needs to authorize them itself. */
export function sessionRules(config: SessionConfiguration): MatchRules {
  const isDirect = config.direct && !config.authorizationServer?.dpop
  return { ...matchRulesOf(config.name, config), ...(isDirect && { direct: directRulesOf(config) }) }
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
