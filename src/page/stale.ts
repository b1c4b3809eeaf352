import { BearerWorkerError } from '../errors.ts'
import type { Hello, MatchRules } from '../protocol.ts'
import { version } from '../version.ts'

export const staleMessage = (hello: { readonly version?: unknown }): string =>
  `page script ${version}, worker ${hello.version}: one of them may come from a cache. Deploy both of one version, with "Cache-Control: no-cache".`

/** What a worker of an older version may not tell. */
const DEFAULTS: Omit<MatchRules, 'session'> = {
  resources: [],
  except: [],
  capture: [],
  own: [],
  header: 'Authorization',
  navigations: false,
  destinations: [],
  exposeAccessToken: false,
}

/** A reply to `hello` of whatever version, completed. Throws `worker-stale` for one that this version cannot work with. */
export function understood(hello: Hello): Hello {
  const { sessions, rules } = hello as Partial<Hello>
  if (Array.isArray(sessions) && Array.isArray(rules)) {
    return { ...hello, rules: rules.map((each: MatchRules) => ({ ...DEFAULTS, ...each })) }
  }
  throw new BearerWorkerError({ code: 'worker-stale', message: staleMessage(Object(hello)) })
}
