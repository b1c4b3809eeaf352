import { BearerWorkerError } from '../errors.ts'
import type { Hello } from '../protocol.ts'
import { version } from '../version.ts'
import { completed } from './match-rules.ts'

export const staleMessage = (hello: { readonly version?: unknown }): string =>
  `page script ${version}, worker ${hello.version}: one of them may come from a cache. Deploy both of one version, with "Cache-Control: no-cache".`

/** A reply to `hello` of whatever version, completed. Throws `worker-stale` for one that this version cannot work with. */
export function understood(hello: Hello): Hello {
  const { sessions, rules } = hello as Partial<Hello>
  if (Array.isArray(sessions) && Array.isArray(rules)) {
    return { ...hello, rules: rules.map(completed) }
  }
  throw new BearerWorkerError({ code: 'worker-stale', message: staleMessage(Object(hello)) })
}
