import type { SessionConfiguration } from '../policy/configuration.ts'
import { refreshNeeds } from '../policy/refresh-needs.ts'
import type { DirectRules, MatchRules } from '../protocol.ts'

/** What worker and page match the requests of a session with. */
export function matchRulesOf(config: SessionConfiguration): MatchRules {
  const { name, resources, except, capture, header, replaces, navigations, destinations, exposeAccessToken } = config
  return {
    session: name,
    resources,
    except,
    capture: capture.map(({ url }) => url),
    header,
    replaces,
    navigations,
    destinations,
    exposeAccessToken,
    own: ownEndpoints(config),
    ...(config.direct && !config.authorizationServer?.dpop && { direct: directRulesOf(config) }),
  }
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

/** The session's own endpoints. The one that refreshes gets the token where `resources` list exactly it. */
function ownEndpoints({ resources, refresh, revoke, signOut, authorizationServer }: SessionConfiguration): string[] {
  const endpoints = [refresh?.url, revoke, signOut?.url].filter((url) => url !== undefined && !resources.includes(url))
  return [...endpoints, authorizationServer?.redirectUri].filter((url) => url !== undefined)
}
