/// <reference path="./virtual-configuration-schema.d.ts" />
import schema from 'virtual:configuration-schema'
import { apiMistakes } from './api-mistakes.ts'
import { checkSchema } from './check-schema.ts'
import { contradictions, sharedRedirectUris } from './contradictions.ts'
import { formats } from './formats.ts'
import { normalize, type SessionConfiguration } from './normalize.ts'
import { readPath } from './paths.ts'
import { socketMistakes } from './socket-mistakes.ts'
import { misplacedPlaceholders } from './misplaced-placeholders.ts'
import type { CheckedFile } from './configuration-schema.ts'
import type { ConfigurationIssue } from '../errors.ts'

export type {
  AuthorizationServerConfiguration,
  CaptureConfiguration,
  PageRefresh,
  RefreshConfiguration,
  ResourceConfiguration,
  SessionConfiguration,
  SignOutConfiguration,
  SocketConfiguration,
  TokenFields,
} from './normalize.ts'

/** Sessions in the order of the file; the first is the default. */
export interface Configuration {
  readonly sessions: readonly SessionConfiguration[]
  /** Of a vault: the origins that it serves. */
  readonly apps?: readonly string[]
}
export type ReadConfiguration =
  | { readonly kind: 'good'; readonly configuration: Configuration }
  | { readonly kind: 'bad'; readonly issues: ConfigurationIssue[] }

/** Checks a configuration and brings it into one form with its defaults, or lists every mistake in it. */
export function readConfiguration(input: unknown): ReadConfiguration {
  const issues = new Map<string, ConfigurationIssue>()
  const report = (keys: readonly string[], message: string): void => {
    const path = pathOf(keys)
    // One mistake in one place: what is wrong by itself comes first.
    if (!issues.has(path)) issues.set(path, { path, message })
  }
  const copy = copyOf(input)
  const checked = checkSchema(schema(), copy, { formats, report })
  const written: Record<string, unknown> = Object(readPath(copy, 'sessions'))
  for (const [name, session] of Object.entries(written))
    for (const [keys, message] of [
      ...contradictions(session),
      ...socketMistakes(session),
      ...apiMistakes(session),
      ...misplacedPlaceholders(session),
    ])
      report(['sessions', name, ...keys], message)
  for (const [keys, message] of sharedRedirectUris(written)) report(['sessions', ...keys], message)
  if (issues.size) return { kind: 'bad', issues: [...issues.values()] }
  const { sessions } = checked as CheckedFile
  return {
    kind: 'good',
    configuration: { sessions: Object.entries(sessions).map(([name, session]) => normalize(name, session)) },
  }
}

function copyOf(input: unknown): unknown {
  try {
    return JSON.parse(JSON.stringify(input))
  } catch {
    return undefined
  }
}

const pathOf = (keys: readonly string[]): string => keys.map(step).join('').replace(/^\./, '')

function step(key: string): string {
  if (/^\d+$/.test(key)) return `[${key}]`
  return /^[\w$]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}
