/// <reference path="./virtual-configuration-schema.d.ts" />
import schema from 'virtual:configuration-schema'
import { checkSchema } from './check-schema.ts'
import { formats } from './formats.ts'
import { readPath } from './paths.ts'
import type { CheckedFile, SessionConfiguration } from './configuration-schema.ts'
import type { ConfigurationIssue } from '../errors.ts'

export type {
  AuthorizationServerConfiguration,
  RefreshConfiguration,
  SessionConfiguration,
  TokenFields,
} from './configuration-schema.ts'

/** Sessions in the order of the file; the first is the default. */
export interface Configuration {
  readonly sessions: readonly SessionConfiguration[]
}
export type ReadConfiguration =
  | { readonly kind: 'good'; readonly configuration: Configuration }
  | { readonly kind: 'bad'; readonly issues: ConfigurationIssue[] }

/** Checks a configuration and fills in the defaults, or lists every mistake in it. */
export function readConfiguration(input: unknown): ReadConfiguration {
  const issues: ConfigurationIssue[] = []
  const report = (path: readonly string[], message: string): unknown => issues.push({ path: pathOf(path), message })
  const copy = copyOf(input)
  const checked = checkSchema(schema(), copy, formats, report)
  for (const [name, session] of Object.entries(readPath(copy, 'sessions') ?? {}))
    for (const [key, message] of contradictions(session)) report(['sessions', name, ...key.split('.')], message)
  if (issues.length) return { kind: 'bad', issues }
  const { sessions } = checked as CheckedFile
  return {
    kind: 'good',
    configuration: { sessions: Object.entries(sessions).map(([name, session]) => ({ name, ...session })) },
  }
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
  if (at('refresh') !== undefined && at('authorizationServer') !== undefined)
    found.push(['authorizationServer', 'Keep either "refresh" or "authorizationServer": they exclude each other.'])
  if (at('refresh.method') === 'GET' && at('refresh.body') !== 'none')
    found.push(['refresh.body', 'Write "none": a GET has no body.'])
  if (
    Array.isArray(statuses) &&
    statuses.some((status) => status < 300) &&
    !(at('invalidToken.errorCodes.length') as number)
  )
    found.push([
      'invalidToken.errorCodes',
      'List the codes that mean a refused token: a 2xx status alone says nothing.',
    ])
  return found
}

const pathOf = (keys: readonly string[]): string =>
  keys
    .map((key) => (/^\d+$/.test(key) ? `[${key}]` : /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`))
    .join('')
    .replace(/^\./, '')
