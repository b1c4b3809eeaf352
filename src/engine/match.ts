import type { SessionConfiguration } from '../policy/configuration.ts'
import { namesUser } from '../policy/patterns.ts'
import type { RequestFacts } from '../protocol.ts'
import { bare, compile, type Pattern, withoutQuery } from './pattern.ts'

/** What a request is to a session. */
export type Match = { readonly session: string; readonly as: 'resource' | 'capture' }

interface Compiled {
  readonly config: SessionConfiguration
  readonly resources: readonly Pattern[]
  readonly except: readonly Pattern[]
  readonly capture: readonly Pattern[]
  /** The session's own endpoints, without query: they never get a token. */
  readonly own: ReadonlySet<string>
}

/** Finds the session of a request; patterns are compiled once, and matched against serialized URLs only. */
export class Matcher {
  readonly compiled: readonly Compiled[]

  /** Throws a `TypeError` for a pattern that `URLPattern` refuses. */
  constructor(sessions: readonly SessionConfiguration[], base: string) {
    this.compiled = sessions.map((config) => ({
      config,
      resources: config.resources.map((pattern) => compile(pattern, base)),
      except: config.except.map((pattern) => compile(pattern, base)),
      capture: config.capture.map(({ url }) => compile(url, base)),
      own: new Set(
        [config.refresh?.url, config.revoke, config.authorizationServer?.redirectUri].flatMap((url) =>
          url ? bare(new URL(url, base)) : [],
        ),
      ),
    }))
  }

  match(request: Omit<RequestFacts, 'headers'>): Match | undefined {
    const { url } = request
    if (namesUser(url)) return undefined
    for (const { config, capture } of this.compiled) {
      if (request.mode !== 'navigate' && request.mode !== 'no-cors' && some(capture, url))
        return { session: config.name, as: 'capture' }
    }
    for (const { config, resources, except, own } of this.compiled) {
      if (some(resources, url) && isCarrier(request, config) && !some(except, url) && !own.has(withoutQuery(url)))
        return { session: config.name, as: 'resource' }
    }
    return undefined
  }
}

/** What may be data: scripts, styles, fonts and their like need no token, however they are loaded. */
export const mayBeData = ({ destination }: Pick<RequestFacts, 'destination'>): boolean =>
  ['', 'json', 'image', 'audio', 'video', 'track'].includes(destination)

/** Whether a request of this kind can carry a token, and is wanted to. */
export function isCarrier(
  request: Pick<RequestFacts, 'method' | 'mode' | 'destination'>,
  config: SessionConfiguration,
): boolean {
  const { method, mode, destination } = request
  if (mode === 'navigate') return config.navigations && method === 'GET'
  return mode === 'no-cors' && destination !== ''
    ? (config.destinations as readonly string[]).includes(destination)
    : mayBeData(request)
}

export const some = (patterns: readonly Pattern[], url: string): boolean =>
  patterns.some((pattern) => pattern.test(url))
