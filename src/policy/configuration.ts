import { safeParse } from 'valibot'
import { configurationSchema, type SessionConfiguration } from './configuration-schema.ts'
import { readPath } from './paths.ts'
import type { ConfigurationIssue } from '../errors.ts'

export { configurationSchema }
export type { AuthorizationServerConfiguration, RefreshConfiguration, SessionConfiguration, TokenFields } from './configuration-schema.ts'

/** Sessions in the order of the file; the first is the default. */
export interface Configuration {
  readonly sessions: readonly SessionConfiguration[]
}
export type ReadConfiguration = { readonly kind: 'good'; readonly configuration: Configuration } | { readonly kind: 'bad'; readonly issues: ConfigurationIssue[] }

/** Checks a configuration and fills in the defaults, or lists every mistake in it. */
export function readConfiguration(input: unknown): ReadConfiguration {
  const issues: ConfigurationIssue[] = []
  const report = (path: readonly unknown[], message: string): unknown => issues.push({ path: pathOf(path), message })
  const copy = copyOf(input)
  let result = safeParse(configurationSchema, copy)
  // A strict object tells of one unknown key only: take it out, look again.
  for (let unknown; (unknown = result.issues?.filter(({ expected }) => expected === 'never'))?.length; result = safeParse(configurationSchema, copy))
    for (const { path } of unknown) {
      report(path!.map(({ key }) => key), 'Unknown key: correct its spelling, or take it out.')
      const { input, key } = path!.at(-1)!
      delete (input as Record<string, unknown>)[key as string]
    }
  for (const { path, type, received, message } of result.issues ?? [])
    report(path?.map(({ key }) => key) ?? [], type === 'strict_object' && received === 'undefined' && path ? 'Missing: add this key.' : message)
  for (const [name, session] of Object.entries(readPath(copy, 'sessions') ?? {})) {
    // Records pass over these without a word.
    if (/^(__proto__|prototype|constructor)$/.test(name)) report(['sessions', name], 'Name the session otherwise.')
    for (const [key, message] of contradictions(session)) report(['sessions', name, ...key.split('.')], message)
  }
  return issues.length || !result.success
    ? { kind: 'bad', issues }
    : { kind: 'good', configuration: { sessions: Object.entries(result.output.sessions).map(([name, session]) => ({ name, ...session })) } }
}

function copyOf(input: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(input))
  } catch {
    return undefined
  }
}

/** Mistakes that only two keys together make. */
function contradictions(session: unknown): [path: string, message: string][] {
  const at = (key: string): unknown => readPath(session, key)
  const statuses = at('invalidToken.statuses')
  const found: [string, string][] = []
  if (at('refresh') !== undefined && at('authorizationServer') !== undefined) found.push(['authorizationServer', 'Keep either "refresh" or "authorizationServer": they exclude each other.'])
  if (at('refresh.method') === 'GET' && at('refresh.body') !== 'none') found.push(['refresh.body', 'Write "none": a GET has no body.'])
  if (Array.isArray(statuses) && statuses.some((status) => status < 300) && !(at('invalidToken.errorCodes.length') as number)) found.push(['invalidToken.errorCodes', 'List the codes that mean a refused token: a 2xx status alone says nothing.'])
  return found
}

const pathOf = (keys: readonly unknown[]): string =>
  keys.map((key) => (/^\d+$/.test(`${key}`) ? `[${key}]` : /^[\w$]+$/.test(`${key}`) ? `.${key}` : `[${JSON.stringify(key)}]`)).join('').replace(/^\./, '')
