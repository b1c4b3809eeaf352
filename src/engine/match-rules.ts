import { type Api, apiOf } from '../policy/api-tokens.ts'
import type { MatchRules } from '../protocol.ts'

/** An entry of `resources`, as the file has it or as `normalize` returns it. */
type WrittenResource =
  | string
  | { readonly url: string; readonly resource?: string; readonly scope?: string; readonly api?: Api }

/** A session as a configuration file has it: what requests are matched with, checked or not, with or without its defaults. */
export type WrittenRules = Partial<
  Omit<MatchRules, 'session' | 'resources' | 'apis' | 'capture' | 'own' | 'direct' | 'sockets' | 'vault'>
> & {
  readonly resources: readonly WrittenResource[]
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
  const resources = config.resources.map(urlIn)
  const apis = config.resources.map((each) => (typeof each === 'string' ? undefined : apiOf(each.api ?? each)?.key))
  return {
    session,
    resources,
    ...(apis.some((api) => api !== undefined) && { apis }),
    except: config.except ?? [],
    capture: (config.capture ?? []).map(urlIn),
    own: ownEndpoints(config, resources),
    header: config.header ?? 'Authorization',
    replaces: config.replaces ?? [],
    navigations: config.navigations ?? false,
    destinations: config.destinations ?? ['image', 'audio', 'video', 'track'],
    exposeAccessToken: config.exposeAccessToken ?? false,
    ...(config.vault !== undefined && { vault: config.vault }),
    ...(config.sockets && { sockets: config.sockets.map(({ url }) => url) }),
  }
}

const urlIn = (each: string | { readonly url: string }): string => (typeof each === 'string' ? each : each.url)

/** The session's own endpoints. The one that refreshes gets the token where `resources` list exactly it. */
function ownEndpoints(
  { refresh, revoke, signOut, authorizationServer }: WrittenRules,
  resources: readonly string[],
): string[] {
  const endpoints = [refresh?.url, revoke, signOut?.url].filter((url) => url !== undefined && !resources.includes(url))
  return [...endpoints, authorizationServer?.redirectUri].filter((url) => url !== undefined)
}
