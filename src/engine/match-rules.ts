import type { MatchRules } from '../protocol.ts'

/** A session as a configuration file has it: what requests are matched with, checked or not, with or without its defaults. */
export type WrittenRules = Partial<
  Omit<MatchRules, 'session' | 'resources' | 'capture' | 'own' | 'direct' | 'sockets' | 'vault'>
> & {
  readonly resources: readonly string[]
  readonly capture?: readonly (string | { readonly url: string })[]
  readonly refresh?: { readonly url?: string | undefined }
  readonly signOut?: { readonly url?: string | undefined }
  readonly revoke?: string
  readonly vault?: string | undefined
  readonly sockets?: readonly { readonly url: string }[]
  readonly authorizationServer?: { readonly redirectUri?: string }
}

/** What worker and page match the requests of a session with. */
export function matchRulesOf(session: string, config: WrittenRules): MatchRules {
  return {
    session,
    resources: config.resources,
    except: config.except ?? [],
    capture: (config.capture ?? []).map((each) => (typeof each === 'string' ? each : each.url)),
    own: ownEndpoints(config),
    header: config.header ?? 'Authorization',
    replaces: config.replaces ?? [],
    navigations: config.navigations ?? false,
    destinations: config.destinations ?? ['image', 'audio', 'video', 'track'],
    exposeAccessToken: config.exposeAccessToken ?? false,
    ...(config.vault !== undefined && { vault: config.vault }),
    ...(config.sockets && { sockets: config.sockets.map(({ url }) => url) }),
  }
}

/** The session's own endpoints. The one that refreshes gets the token where `resources` list exactly it. */
function ownEndpoints({ resources, refresh, revoke, signOut, authorizationServer }: WrittenRules): string[] {
  const endpoints = [refresh?.url, revoke, signOut?.url].filter((url) => url !== undefined && !resources.includes(url))
  return [...endpoints, authorizationServer?.redirectUri].filter((url) => url !== undefined)
}
