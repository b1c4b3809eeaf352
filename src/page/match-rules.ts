import { Matcher } from '../engine/matcher.ts'
import type { MatchRules } from '../protocol.ts'

/** Keys of a session in the configuration file, unchecked. */
type Unchecked = Partial<Omit<MatchRules, 'session' | 'capture'>> & {
  readonly resources: readonly string[]
  readonly capture?: readonly (string | { readonly url: string })[]
  readonly refresh?: { readonly url?: string }
  readonly signOut?: { readonly url?: string }
  readonly revoke?: string
  readonly authorizationServer?: { readonly redirectUri?: string }
}

/** Reads the configuration before the worker can be asked. The worker checks it; a wrong one matches nothing. */
export async function readMatcher(config: URL, fetch: typeof globalThis.fetch): Promise<Matcher> {
  try {
    const { sessions } = (await (await fetch(config.href)).json()) as { sessions: Record<string, Unchecked> }
    return new Matcher(Object.entries(sessions).map(rulesOf), location.origin)
  } catch {
    return new Matcher([], location.origin)
  }
}

function rulesOf([session, config]: [string, Unchecked]): MatchRules {
  const { resources, except = [], capture = [], refresh, revoke, signOut, authorizationServer } = config
  const own = [refresh?.url, revoke, signOut?.url, authorizationServer?.redirectUri].filter((url) => url !== undefined)
  return {
    session,
    resources,
    except,
    capture: capture.map((each) => (typeof each === 'string' ? each : each.url)),
    own,
    header: config.header ?? 'Authorization',
    replaces: config.replaces ?? [],
    navigations: config.navigations ?? false,
    destinations: config.destinations ?? ['image', 'audio', 'video', 'track'],
    exposeAccessToken: config.exposeAccessToken ?? false,
  }
}
